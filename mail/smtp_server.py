"""Which SMTP server takes our mail, from the one address in the settings."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

DEFAULT_PORTS = {"smtp": 587, "smtps": 465}


class Encryption(StrEnum):
    """How the connection is encrypted."""

    TLS = "tls"
    """From the first byte (smtps)."""
    REQUIRED = "required"
    """By STARTTLS, or not at all sent."""
    OFFERED = "offered"
    """By STARTTLS where the server offers it; a password is never sent without."""
    NEVER = "never"
    """Not encrypted, for a relay on the same machine."""


@dataclass(frozen=True)
class SmtpServer:
    """A server that takes mail, with the account to log in as, if any."""

    host: str
    port: int
    encryption: Encryption
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_smtp_url(url: str) -> SmtpServer:
    """The server that an SMTP_URL names.

    `smtp://user:password@host:587` uses STARTTLS where offered, `smtp://host?starttls=required` insists on it,
    `smtp://localhost:25?starttls=never` does without, `smtps://user:password@host:465` is encrypted from the start.
    User and password are percent-encoded.

    Raises ValueError with a sentence that does not repeat the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("SMTP_URL is not an address such as smtp://user:password@mail.example.org:587.") from None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not url.isascii():
        raise ValueError("SMTP_URL must start with smtp:// or smtps:// and name a host, in ASCII.")
    if (parts.username is None) != (parts.password is None):
        raise ValueError("SMTP_URL must give both a user and a password, or neither.")
    return SmtpServer(
        host=parts.hostname,
        port=port or DEFAULT_PORTS[parts.scheme],
        encryption=_encryption(parts),
        user=_credential(parts.username),
        password=_credential(parts.password),
    )


def _credential(written: str | None) -> str | None:
    if written is None:
        return None
    plain = unquote(written)
    if not plain.isascii():
        raise ValueError("The user and password in SMTP_URL must be ASCII, which is all that logging in takes.")
    return plain


def _encryption(parts: SplitResult) -> Encryption:
    options = parse_qs(parts.query, keep_blank_values=True)
    starttls = options.pop("starttls", ["offered"])
    if options or starttls not in (["offered"], ["required"], ["never"]):
        raise ValueError("SMTP_URL takes no option but starttls=offered, starttls=required or starttls=never.")
    return Encryption.TLS if parts.scheme == "smtps" else Encryption(starttls[0])
