"""The managers' mail server: it takes every mail, and of some hangs up before it has said so."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from random import Random

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.mail.post_office import PostOffice


@dataclass
class ShakyPostOffice(PostOffice):
    """Keeps what it takes. Of a share `drops` of the mails it says nothing, drawn by seed for each try."""

    seed: int = 0
    drops: float = 0.0
    tries: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, as aiosmtpd hands it over."""
        message_id = str(_mail(envelope)["Message-ID"])
        self.tries[message_id] += 1
        self.hang_up = Random(f"{self.seed} {message_id} {self.tries[message_id]}").random() < self.drops
        return await super().handle_DATA(server, session, envelope)

    def taken(self) -> Sequence[tuple[str, str, str]]:
        """Every mail taken, in order: for whom, its Message-ID, and its subject."""
        return [(str(mail["To"]), str(mail["Message-ID"]), str(mail["Subject"])) for mail in self.mails()]


def _mail(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content, policy=default)
