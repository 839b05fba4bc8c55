"""A conversation with an SMTP server that is ready to take a mail: connected, encrypted and logged in.

Source: RFC 3207 (STARTTLS).
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from mail.smtp_server import Encryption, SmtpServer


@contextmanager
def open_connection(server: SmtpServer, own_name: str, timeout_seconds: float) -> Iterator[smtplib.SMTP]:
    """Connect, encrypt as the server's address says, and log in; closed on leaving. Raises OSError.

    `own_name` is said in greeting; smtplib would look one up, which takes seconds and tells the machine's name.
    `timeout_seconds` is how long any one answer of the server may take.
    """
    context = ssl.create_default_context()
    connection = (
        smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=timeout_seconds, context=context)
        if server.encryption is Encryption.TLS
        else smtplib.SMTP(server.host, server.port, own_name, timeout=timeout_seconds)
    )
    try:
        _log_in(connection, server, context)
        yield connection
    finally:
        connection.close()


def _log_in(connection: smtplib.SMTP, server: SmtpServer, context: ssl.SSLContext) -> None:
    connection.ehlo_or_helo_if_needed()
    if server.encryption is Encryption.REQUIRED or (
        server.encryption is Encryption.OFFERED and (connection.has_extn("starttls") or server.user)
    ):
        connection.starttls(context=context)
        # Encryption ends the first greeting (RFC 3207 section 4.2).
        connection.ehlo_or_helo_if_needed()
    if server.user and server.password is not None:
        connection.login(server.user, server.password)
