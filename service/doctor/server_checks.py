"""The servers besides Twilio: the mail server, and our own web process at its public address."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

from mail.smtp_connection import open_connection
from mail.smtp_server import SmtpServer, parse_smtp_url
from service.doctor.finding import Finding, fix, ok, unchecked
from service.doctor.installation import Installation
from service.doctor.twilio_checks import INBOUND_PATH

_MAIL, _WEB = "mail server", "public address"
_GREETING_NAME = "localhost"


def check_mail_server(installation: Installation) -> Iterator[Finding]:
    """The mail server takes our connection and our password; no mail is sent."""
    smtp_url = installation.settings.smtp_url
    try:
        server = None if smtp_url is None else parse_smtp_url(smtp_url.get_secret_value())
    except ValueError:
        server = None
    if server is None:
        yield unchecked(_MAIL, "SMTP_URL must be right first")
        return
    fault = _mail_fault(server, installation.timeout_seconds)
    yield ok(_MAIL, "takes mail from us") if fault is None else fix(_MAIL, fault)


def _mail_fault(server: SmtpServer, timeout_seconds: float) -> str | None:
    try:
        with open_connection(server, _GREETING_NAME, timeout_seconds) as connection, suppress(OSError):
            connection.quit()
    except smtplib.SMTPAuthenticationError:
        return "does not accept the user and password in SMTP_URL; correct them, percent-encoded"
    except smtplib.SMTPNotSupportedError:
        return "does not offer what SMTP_URL asks for (STARTTLS or logging in); ask its operator, and change SMTP_URL"
    except ssl.SSLCertVerificationError:
        return "shows a certificate that is not valid for its name; use the name that its operator gives"
    except OSError as fault:
        return (
            f"cannot be used at {server.host}, port {server.port} ({type(fault).__name__}); check host and port in "
            "SMTP_URL, and that this machine may connect to it"
        )
    return None


class _NoRedirects(HTTPRedirectHandler):
    """Twilio's POST would not follow one either."""

    def redirect_request(self, *_: object) -> None:
        return None


def check_public_address(installation: Installation) -> Iterator[Finding]:
    """Our web process answers at the address that Twilio is given.

    It takes replies by POST alone, so to this GET it answers 405; any other server would not.
    """
    base = installation.settings.public_base_url
    if base is None:
        yield unchecked(_WEB, "PUBLIC_BASE_URL must be right first")
        return
    status = _status_of(base + INBOUND_PATH, installation.timeout_seconds)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        yield ok(_WEB, "our web process answers there")
    elif status is None:
        yield fix(_WEB, "nothing answers there; start `sowhat run`, then check the name, the certificate and the proxy")
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        yield fix(_WEB, f"HTTP {status}: a proxy answers, but nothing is behind it; start `sowhat run`, check its port")
    else:
        yield fix(_WEB, f"HTTP {status}: something else answers there; have the proxy pass {INBOUND_PATH} on to us")


def _status_of(address: str, timeout_seconds: float) -> int | None:
    """The HTTP status of a GET, None without an answer."""
    try:
        with build_opener(_NoRedirects).open(address, timeout=timeout_seconds) as answer:
            status: int = answer.status
            return status
    except HTTPError as refusal:
        return refusal.code
    except (OSError, HTTPException, ValueError):
        return None
