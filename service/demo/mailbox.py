"""Where the demo's mail arrives: a real SMTP server on loopback that keeps each mail as a file."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller

from outcomes.digest import browsable_html


class Mailbox:
    """Receives mail and saves it as `<n>-<kind>.eml` and, where it has HTML, as a page to open in a browser."""

    def __init__(self, directory: Path, port: int) -> None:
        self._directory = directory
        self._controller = Controller(self, hostname="127.0.0.1", port=port)
        self.mails: list[tuple[EmailMessage, Path]] = []

    def __enter__(self) -> "Mailbox":
        self._directory.mkdir(parents=True, exist_ok=True)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def digests(self) -> list[tuple[EmailMessage, Path]]:
        """The mails with an HTML part, which only digests have."""
        return [(mail, path) for mail, path in self.mails if mail.get_body(("html",)) is not None]

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take one mail, as aiosmtpd hands it over."""
        mail = BytesParser(policy=policy.default).parsebytes(envelope.content)
        assert isinstance(mail, EmailMessage)
        html = mail.get_body(("html",))
        kind = "alert" if html is None else "digest"
        path = self._directory / f"{len(self.mails) + 1}-{kind}.eml"
        path.write_bytes(envelope.content)
        if html is not None:
            path.with_suffix(".html").write_text(browsable_html(html.get_content(), _images(mail)), encoding="utf-8")
        self.mails.append((mail, path))
        return "250 OK"


def _images(mail: EmailMessage) -> dict[str, bytes]:
    return {
        str(part["Content-ID"]).strip("<>"): cast(bytes, part.get_payload(decode=True))
        for part in mail.walk()
        if part.get_content_maintype() == "image"
    }
