"""Mail to staff over SMTP, one conversation with the server for each mail.

Source: RFC 5321 (a reply in the 400s is for now, in the 500s for good; 4.2.1).
"""

import asyncio
import smtplib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage

from delivery.channel import OutgoingMessage, Rejected, Retry, SendResult, Sent, Unknown
from mail.headers import UnsendableMail, parse_address
from mail.message import build_mail
from mail.smtp_connection import open_connection
from mail.smtp_server import SmtpServer

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
            with open_connection(self._server, sender.rpartition("@")[2], self._timeout_seconds) as connection:
                return _hand_over(connection, mail, sender, recipient)
        except OSError as fault:
            # SMTPException is one too. Nothing has been handed over, and what is wrong (no connection, a certificate,
            # a password) is not the mail's fault.
            return Retry(f"The SMTP server could not be used ({type(fault).__name__}).")


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
