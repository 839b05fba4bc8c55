"""The servers that are compared, each in a process of its own: `python -m benchmarks.server KIND DATABASE_URL PORT`.

`full` is sowhat's own web application. The others run on the same web server, framework and threads, and check the same
signature: `hand-written` takes the same turn as one would write it by hand, `bare` commits one insert.
"""

import sys
from collections.abc import Callable, Mapping

from flask import Flask, Response, abort, request
from waitress import serve

from benchmarks.bare_endpoint import BareInserts
from benchmarks.hand_written_turn import HandWrittenTurns
from benchmarks.landlord import AUTH_TOKEN, NOW, PUBLIC_BASE_URL, application_on, settings_on
from service.logging import set_up_logging
from service.processes import WEB_THREADS
from service.wiring import connect, web_application
from sms.webhook import SIGNATURE_HEADER, signature_is_valid
from webhooks.twilio import EMPTY_TWIML

INBOUND = "/webhooks/twilio/inbound"

Form = Mapping[str, str]


def endpoint(act: Callable[[Form], None]) -> Flask:
    """An application that hands every correctly signed form to `act`."""
    app = Flask("benchmark", static_folder=None)

    @app.post(INBOUND)
    def inbound() -> Response:
        form = request.form.to_dict(flat=False)
        query, signature = request.query_string.decode("latin-1"), request.headers.get(SIGNATURE_HEADER)
        if not signature_is_valid(AUTH_TOKEN, PUBLIC_BASE_URL, request.path, query, form, signature):
            abort(403)
        act(request.form)
        return Response(EMPTY_TWIML, mimetype="text/xml")

    return app


def application(kind: str, database_url: str) -> Flask:
    """The application of this kind."""
    if kind == "full":
        return web_application(application_on(database_url))
    database = connect(settings_on(database_url))
    if kind == "hand-written":
        turns = HandWrittenTurns(database)
        return endpoint(lambda form: turns.take_in(form["MessageSid"], form["From"], form["Body"], NOW))
    inserts = BareInserts(database)
    return endpoint(lambda form: inserts.insert(form["MessageSid"], form["From"], form["Body"]))


def main(kind: str, database_url: str, port: str) -> None:
    """Serve until the process is ended; logs are written as in production."""
    set_up_logging()
    serve(application(kind, database_url), host="127.0.0.1", port=int(port), threads=WEB_THREADS, ident=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
