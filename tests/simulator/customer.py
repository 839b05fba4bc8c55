"""A customer of Twilio: a real web server that notes what is posted to it and answers as it is told."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import parse_qsl


class Post(NamedTuple):
    """One post received: the whole URL, its form and its X-Twilio-Signature."""

    url: str
    form: dict[str, str]
    signature: str


class Customer:
    """Answers every post with `status`, after `delay` seconds."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.status = 204
        self.delay = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def forms_at(self, path: str) -> list[dict[str, str]]:
        return [post.form for post in self.posts if post.url.startswith(self.url + path)]

    def statuses(self) -> list[str]:
        return [form["MessageStatus"] for form in self.forms_at("/status")]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        customer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = dict(parse_qsl(body, keep_blank_values=True))
                customer.posts.append(Post(customer.url + self.path, form, self.headers["X-Twilio-Signature"]))
                time.sleep(customer.delay)
                self.send_response(customer.status)
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                """Say nothing: the test's output is the test's."""

        return Handler
