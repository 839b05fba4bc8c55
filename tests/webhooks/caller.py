"""A caller of our web server: real HTTP over a real connection."""

import http.client
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What our server said."""

    status: int
    content_type: str
    text: str


class Caller:
    """Calls the server on a port of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port

    def ask(self, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """Make any request."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)
        try:
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            content = answer.read().decode()
            return Answer(answer.status, answer.headers.get_content_type(), content)
        finally:
            connection.close()
