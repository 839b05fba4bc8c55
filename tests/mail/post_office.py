"""A real SMTP server on loopback that keeps what it takes and refuses what a test tells it to."""

import ssl
from asyncio import WriteTransport
from asyncio.base_events import Server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "gwen", "a password"


@dataclass
class PostOffice:
    """`rcpt` and `data` are what it replies to RCPT and to the mail; with `hang_up` it closes the line instead."""

    rcpt: str = "250 OK"
    data: str = "250 OK"
    hang_up: bool = False
    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    def url(self, options: str = "", account: str = "", scheme: str = "smtp") -> str:
        return f"{scheme}://{account}localhost:{self.port}{options}"

    def mails(self) -> list[EmailMessage]:
        contents = (envelope.content for envelope in self.envelopes)
        return [message_from_bytes(content, policy=default) for content in contents if isinstance(content, bytes)]

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        if self.hang_up:
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
        return self.data

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=self.logins[-1] == (USER, PASSWORD), handled=False)


class _ControllerOnAnyPort(Controller):
    """aiosmtpd greets its own server once, at the port it was told, which for a free port is 0."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd has no type here


@contextmanager
def open_post_office(
    office: PostOffice, encryption: ssl.SSLContext | None = None, **options: Any
) -> Iterator[PostOffice]:
    """Serve until the block ends. `encryption` is for TLS from the start; `options` go to aiosmtpd's SMTP."""
    options = {"authenticator": office.authenticate, "auth_require_tls": False, **options}
    controller = _ControllerOnAnyPort(office, "127.0.0.1", 0, ssl_context=encryption, **options)
    controller.start()
    try:
        office.port = controller.port
        yield office
    finally:
        controller.stop()
