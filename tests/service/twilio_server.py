"""A server on loopback that tells of a Twilio account what the simulator does not: its state, numbers and services."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ACCOUNT_SID, AUTH_TOKEN = "AC" + "5" * 32, "pretend-token"
SERVICE_SID = "MG" + "7" * 32
NUMBER = "+447700900100"
_ACCOUNT = f"/2010-04-01/Accounts/{ACCOUNT_SID}"


@dataclass
class TwilioServer:
    """`account` is its state; `numbers` are those in it, `service` the messaging service, if there is one.

    `status` is what every request is answered with when it is not 200.
    """

    account: dict[str, Any] = field(default_factory=lambda: {"sid": ACCOUNT_SID, "status": "active", "type": "Full"})
    numbers: list[dict[str, Any]] = field(default_factory=list)
    service: dict[str, Any] | None = None
    status: int = 200
    url: str = ""

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, object]:
        """The status and JSON body of a GET."""
        if self.status != 200:
            return self.status, {"status": self.status}
        wanted = query.get("PhoneNumber", [None])[0]
        by_path: dict[str, object] = {
            f"{_ACCOUNT}.json": self.account,
            f"{_ACCOUNT}/Messages.json": {"messages": []},
            f"{_ACCOUNT}/IncomingPhoneNumbers.json": {
                "incoming_phone_numbers": [number for number in self.numbers if number["phone_number"] == wanted]
            },
            **{f"{_ACCOUNT}/IncomingPhoneNumbers/{number['sid']}.json": number for number in self.numbers},
        }
        if self.service is not None:
            by_path[f"/v1/Services/{SERVICE_SID}"] = self.service
            by_path[f"/v1/Services/{SERVICE_SID}/PhoneNumbers"] = {"phone_numbers": self.numbers}
        return (200, by_path[path]) if path in by_path else (404, {"code": 20404})


def number(**details: Any) -> dict[str, Any]:
    """A number as Twilio tells of it; details replace what is right for an installation at https://sowhat.example.org."""
    return {
        "sid": "PN" + "1" * 32,
        "phone_number": NUMBER,
        "capabilities": {"sms": True},
        "sms_url": "https://sowhat.example.org/webhooks/twilio/inbound",
        "sms_method": "POST",
        **details,
    }


@contextmanager
def serving(server: TwilioServer) -> Iterator[TwilioServer]:
    """Serve until the block ends."""
    right = "Basic " + base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, content = server.answer(parts.path, parse_qs(parts.query))
            if status == 200 and self.headers["Authorization"] != right:
                status, content = 401, {"code": 20003}
            body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing: the test's output is the test's."""

    http_server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http_server.serve_forever, args=(0.01,), daemon=True).start()
    server.url = f"http://127.0.0.1:{http_server.server_port}"
    try:
        yield server
    finally:
        http_server.shutdown()
        http_server.server_close()


@contextmanager
def serving_text() -> Iterator[str]:
    """The address of a web server that has a page for everything, and knows nothing of Twilio."""

    class Website(TwilioServer):
        def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, object]:
            return 200, "<p>Welcome to our website</p>"

    with serving(Website()) as website:
        yield website.url
