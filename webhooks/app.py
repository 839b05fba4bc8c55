"""The Flask application. Everything is denied but the endpoints on one list."""

from flask import Blueprint, Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

from webhooks.requests import Seen, watch_requests

PUBLIC_ENDPOINTS = frozenset(
    {"twilio.inbound", "twilio.status", "telegram.update", "health.alive", "health.ready", "health.metrics"}
)
"""The endpoints anybody may call. Each checks for itself who is calling, or says no more than that we are well."""

LARGEST_REQUEST_BYTES = 1_048_576
"""Far above anything a carrier posts. A message at Telegram's limits is some 100,000 bytes of JSON, with another of
the kind that it is a reply to; what is refused for its size would hold up the rest of its chat for a day.
"""


def create_app(*blueprints: Blueprint, seen: Seen) -> Flask:
    """The web application with these endpoints; `seen` is told how each request ended."""
    app = Flask("sowhat", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST_BYTES
    watch_requests(app, seen)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.before_request(_deny_by_default)
    app.register_error_handler(HTTPException, _plain_error)
    return app


def _deny_by_default() -> None:
    if request.endpoint is not None and request.endpoint not in PUBLIC_ENDPOINTS:
        abort(403)


def _plain_error(error: HTTPException) -> Response:
    """A status and one plain line, which repeats nothing of the request."""
    return Response(f"{error.description}\n", status=error.code or 500, mimetype="text/plain")
