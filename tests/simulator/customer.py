"""A customer of Twilio and Telegram: a real web server that notes what is posted to it and answers as it is told."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl


class Post(NamedTuple):
    """One post received: its whole URL, headers and body."""

    url: str
    headers: Mapping[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        """What Twilio says."""
        return dict(parse_qsl(self.body, keep_blank_values=True))

    @property
    def signature(self) -> str:
        """Twilio's signature."""
        return self.headers["X-Twilio-Signature"]

    @property
    def update(self) -> dict[str, Any]:
        """What Telegram says."""
        update: dict[str, Any] = json.loads(self.body)
        return update


class Customer:
    """Answers every post with `status`, `headers` and the JSON `answer`, if any, after `delay` seconds.

    `most_at_once` is how many posts waited for their answer at the same moment, at most. A post stops waiting before
    its answer leaves, since the poster may post again before this side has put the answered one away.
    """

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.status = 204
        self.headers: dict[str, str] = {}
        self.answer: object = None
        self.delay = 0.0
        self.most_at_once = 0
        self._at_once = 0
        self._counting = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def forms_at(self, path: str) -> list[dict[str, str]]:
        return [post.form for post in self.posts if post.url.startswith(self.url + path)]

    def statuses(self) -> list[str]:
        return [form["MessageStatus"] for form in self.forms_at("/status")]

    def updates(self) -> list[dict[str, Any]]:
        return [post.update for post in self.posts]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @contextmanager
    def _busy(self) -> Iterator[None]:
        with self._counting:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        yield
        with self._counting:
            self._at_once -= 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        customer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                customer.posts.append(Post(customer.url + self.path, dict(self.headers.items()), body))
                status, headers, answer = customer.status, customer.headers, customer.answer
                with customer._busy():
                    time.sleep(customer.delay)
                with suppress(BrokenPipeError):
                    self._answer(status, headers, answer)

            def _answer(self, status: int, headers: Mapping[str, str], answer: object) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                content = b"" if answer is None else json.dumps(answer).encode()
                if content:
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments: object) -> None:
                """Say nothing: the test's output is the test's."""

        return Handler
