"""The two servers that are compared, each in a process of its own: `python -m benchmarks.server KIND DIRECTORY PORT`.

`full` is sowhat's own web application. `bare` does on the same web server, framework and threads only what cannot be
left out: it checks the same signature and commits one insert, on SQLite with the same pragmas.
"""

import sys
from pathlib import Path
from threading import Lock

from flask import Flask, Response, abort, request
from waitress import serve

from benchmarks.landlord import AUTH_TOKEN, PUBLIC_BASE_URL, application_in, settings_in
from service.logging import set_up_logging
from service.processes import WEB_THREADS
from service.wiring import connect, web_application
from sms.webhook import SIGNATURE_HEADER, signature_is_valid
from webhooks.twilio import EMPTY_TWIML

INBOUND = "/webhooks/twilio/inbound"


def bare_application(directory: Path) -> Flask:
    """The endpoint that does next to nothing."""
    app = Flask("bare", static_folder=None)
    # Through our own engine, for its pragmas; the driver's connection underneath, for nothing else of it.
    connection = connect(settings_in(directory)).engine.raw_connection().driver_connection
    assert connection is not None
    connection.execute("CREATE TABLE IF NOT EXISTS bare (sid TEXT PRIMARY KEY, sender TEXT, body TEXT)")
    turn = Lock()

    @app.post(INBOUND)
    def inbound() -> Response:
        form = request.form.to_dict(flat=False)
        query, signature = request.query_string.decode("latin-1"), request.headers.get(SIGNATURE_HEADER)
        if not signature_is_valid(AUTH_TOKEN, PUBLIC_BASE_URL, request.path, query, form, signature):
            abort(403)
        values = (request.form["MessageSid"], request.form["From"], request.form["Body"])
        with turn:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO bare VALUES (?, ?, ?)", values)
            connection.execute("COMMIT")
        return Response(EMPTY_TWIML, mimetype="text/xml")

    return app


def main(kind: str, directory: str, port: str) -> None:
    """Serve until the process is ended; logs are written as in production."""
    set_up_logging()
    place = Path(directory)
    app = bare_application(place) if kind == "bare" else web_application(application_in(place, int(port)))
    serve(app, host="127.0.0.1", port=int(port), threads=WEB_THREADS, ident=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
