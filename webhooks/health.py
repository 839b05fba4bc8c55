"""What monitoring asks: is the process alive, can it work, and how is the installation doing."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request


@dataclass(frozen=True)
class Health:
    """What the endpoints need from outside.

    `fault` says in one plain line why the process cannot work, or gives None; `metrics` gives the figures in
    Prometheus' text format, for whoever has the token. Without a token there are none.
    """

    fault: Callable[[], str | None]
    metrics: Callable[[], bytes]
    metrics_content_type: str
    metrics_token: str | None


def health_blueprint(health: Health) -> Blueprint:
    """The endpoints /healthz and /readyz, which tell anybody nothing but yes or no, and /metrics."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def alive() -> Response:
        return _line("alive", 200)

    @blueprint.get("/readyz")
    def ready() -> Response:
        fault = health.fault()
        return _line("ready", 200) if fault is None else _line(fault, 503)

    @blueprint.get("/metrics", provide_automatic_options=False)
    def metrics() -> Response:
        if health.metrics_token is None:
            abort(404)
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {health.metrics_token}".encode()):
            abort(401, "The metrics are for whoever has METRICS_TOKEN, as a bearer token.")
        return Response(health.metrics(), content_type=health.metrics_content_type)

    return blueprint


def _line(text: str, status: int) -> Response:
    return Response(f"{text}\n", status=status, mimetype="text/plain")
