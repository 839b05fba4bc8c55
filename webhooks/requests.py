"""Watching requests: an id for each, which its log lines carry, and how long it took."""

import re
import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

REQUEST_ID_HEADER = "X-Request-Id"

_IS_SANE = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What a proxy in front of us calls a request. Too long for a phone number, so that nobody gets one into our logs."""

Seen = Callable[[str, int, float], None]
"""Called with the endpoint ("none" for an unknown path), the status, and the seconds it took."""


def watch_requests(app: Flask, seen: Seen) -> None:
    """Give each request its id, the proxy's if it has a sane one, and tell `seen` how it ended."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        g.began_at = time.perf_counter()
        g.request_id = given if _IS_SANE.fullmatch(given) else uuid4().hex
        # The thread has served others before.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[REQUEST_ID_HEADER] = g.request_id
        seen(request.endpoint or "none", response.status_code, time.perf_counter() - g.began_at)
        return response
