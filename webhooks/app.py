"""The Flask application. Everything is denied but the endpoints on one list."""

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

from webhooks.twilio import TwilioWebhooks, twilio_blueprint

PUBLIC_ENDPOINTS = frozenset({"twilio.inbound", "twilio.status"})
"""The endpoints anybody may call. Each of them checks for itself who is calling."""

LARGEST_REQUEST_BYTES = 65_536
"""Twilio's longest inbound message is 1,600 characters; its form stays far below this."""


def create_app(twilio: TwilioWebhooks) -> Flask:
    """The web application with what its endpoints need from outside."""
    app = Flask("sowhat", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST_BYTES
    app.register_blueprint(twilio_blueprint(twilio))
    app.before_request(_deny_by_default)
    app.register_error_handler(HTTPException, _plain_error)
    return app


def _deny_by_default() -> None:
    if request.endpoint is not None and request.endpoint not in PUBLIC_ENDPOINTS:
        abort(403)


def _plain_error(error: HTTPException) -> Response:
    """A status and one plain line, which repeats nothing of the request."""
    return Response(f"{error.description}\n", status=error.code or 500, mimetype="text/plain")
