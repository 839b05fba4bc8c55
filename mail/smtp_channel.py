"""Mail to staff over SMTP, one conversation with the server for each mail.

Sources: RFC 5321 (a reply in the 400s is for now, in the 500s for good; 4.2.1), RFC 3207 (STARTTLS).
"""

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage

from delivery.channel import OutgoingMessage, Rejected, Retry, SendResult, Sent, Unknown
from mail.headers import UnsendableMail, parse_address
from mail.message import build_mail
from mail.smtp_server import Encryption, SmtpServer

TIMEOUT_SECONDS = 30.0


class SmtpChannel:
    """Fulfils Channel. `now` gives the time with its zone, for the Date header."""

    name = "mail"

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        now: Callable[[], datetime],
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """`sender` is the From header; `timeout_seconds` is how long any one answer of the server may take."""
        self._server = server
        self._sender = sender
        self._now = now
        self._timeout_seconds = timeout_seconds

    async def send(self, message: OutgoingMessage) -> SendResult:
        """Hand one mail to the server; Sent.provider_id is its Message-ID.

        Rejected.code is the server's reply code, or "unsendable" for a message that makes no mail.
        """
        try:
            mail = build_mail(message, self._sender, self._now())
        except UnsendableMail as fault:
            return Rejected(code="unsendable", reason=str(fault))
        sender = parse_address(self._sender, "From").addr_spec
        recipient = parse_address(message.to, "To").addr_spec
        return await asyncio.to_thread(self._deliver, mail, sender, recipient)

    def _deliver(self, mail: EmailMessage, sender: str, recipient: str) -> SendResult:
        try:
            with self._connection(own_name=sender.rpartition("@")[2]) as connection:
                return _hand_over(connection, mail, sender, recipient)
        except OSError as fault:
            # SMTPException is one too. Nothing has been handed over, and what is wrong (no connection, a certificate,
            # a password) is not the mail's fault.
            return Retry(f"The SMTP server could not be used ({type(fault).__name__}).")

    @contextmanager
    def _connection(self, own_name: str) -> Iterator[smtplib.SMTP]:
        """A conversation that is ready to take a mail. Raises OSError.

        `own_name` is said in greeting; smtplib would look one up, which takes seconds and tells the machine's name.
        """
        server, timeout = self._server, self._timeout_seconds
        context = ssl.create_default_context()
        connection = (
            smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=timeout, context=context)
            if server.encryption is Encryption.TLS
            else smtplib.SMTP(server.host, server.port, own_name, timeout=timeout)
        )
        try:
            self._log_in(connection, context)
            yield connection
        finally:
            connection.close()

    def _log_in(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        encryption = self._server.encryption
        connection.ehlo_or_helo_if_needed()
        if encryption is Encryption.REQUIRED or (
            encryption is Encryption.OFFERED and (connection.has_extn("starttls") or self._server.user)
        ):
            connection.starttls(context=context)
            # Encryption ends the first greeting (RFC 3207 section 4.2).
            connection.ehlo_or_helo_if_needed()
        if self._server.user and self._server.password is not None:
            connection.login(self._server.user, self._server.password)


def _hand_over(connection: smtplib.SMTP, mail: EmailMessage, sender: str, recipient: str) -> SendResult:
    """Say MAIL, RCPT and DATA. Raises OSError only while the server cannot have the mail yet."""
    for command, address in ((connection.mail, sender), (connection.rcpt, recipient)):
        code, _ = command(address)
        if not _is_success(code):
            return _refused(code)
    try:
        code, _ = connection.data(bytes(mail))
    except smtplib.SMTPDataError as refusal:
        return _refused(refusal.smtp_code)
    except OSError as fault:
        return Unknown(f"No answer from the SMTP server to the mail ({type(fault).__name__}).")
    if code < 0:
        return Unknown("The SMTP server answered the mail with something that is not a reply.")
    if not _is_success(code):
        return _refused(code)
    with suppress(OSError):
        connection.quit()
    return Sent(str(mail["Message-ID"]))


def _is_success(code: int) -> bool:
    return 200 <= code < 300


def _refused(code: int) -> SendResult:
    if code >= 500:
        return Rejected(str(code), f"The SMTP server refused the mail with code {code}.")
    return Retry(f"The SMTP server cannot take the mail now (code {code}).")
