"""The port that every channel fulfils: what goes out, how a send can end, and what comes back.

A channel knows one carrier (Twilio, Telegram, an SMTP server) and nothing of the outbox, the database or the
policy that decided to send. It turns an `OutgoingMessage` into one call and that call's fate into one of four
ends, so that dispatch treats every carrier alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Button:
    """A ready answer that a chat shows below a message: what it says, and what comes back when it is tapped.

    `data` is at most 64 bytes (Telegram Bot API, InlineKeyboardButton).
    """

    label: str
    data: str


@dataclass(frozen=True)
class OutgoingMessage:
    """One message as a channel sends it.

    `attempt` is the unguessable id of this try; a carrier that calls back is told it. `to` is an E.164 number,
    a chat id or an e-mail address. `buttons` are used by chat only. `images` maps a Content-ID to PNG bytes, and with
    `subject`, `html` and `message_id` (stable over tries) is used by mail only.
    """

    attempt: str
    to: str
    body: str
    buttons: Sequence[Button] = ()
    subject: str | None = None
    html: str | None = None
    images: Mapping[str, bytes] = field(default_factory=dict)
    message_id: str | None = None


@dataclass(frozen=True)
class Sent:
    """The carrier has accepted the message and calls it `provider_id`.

    `arrived` is true where that is all we shall hear, since the message is then where the person reads it.
    """

    provider_id: str
    arrived: bool = False


@dataclass(frozen=True)
class Rejected:
    """The carrier refuses for good: `code` in the carrier's own numbering, `reason` without personal data."""

    code: str
    reason: str


@dataclass(frozen=True)
class Retry:
    """Certainly not accepted (no connection, told to slow down): try again, after `after_seconds` if given."""

    reason: str
    after_seconds: float | None = None


@dataclass(frozen=True)
class Unknown:
    """The carrier may or may not have accepted it (no answer in time, a server error)."""

    reason: str


@dataclass(frozen=True)
class Moved:
    """The chat goes by another id now, and nothing was accepted at the old one."""

    to: str


SendResult = Sent | Rejected | Retry | Unknown | Moved


class Channel(Protocol):
    """A way out. `name` is what outbox rows carry in their `channel` column."""

    name: str

    async def send(self, message: OutgoingMessage) -> SendResult:
        """Try once to hand the message to the carrier; never raises for what a carrier or network does."""
        ...


@dataclass(frozen=True)
class SentRecord:
    """A message as the carrier lists it: how an unknown send is settled when no callback comes."""

    provider_id: str
    to: str
    body: str
    status: str
    created_at: datetime


class SentMessages(Protocol):
    """What a carrier that keeps a list of our messages can be asked."""

    async def list_sent(self, to: str, since: datetime) -> Sequence[SentRecord]:
        """Messages to `to` created at or after `since` (UTC), in any order.

        Raises ConnectionError when the carrier cannot be asked.
        """
        ...


@dataclass(frozen=True)
class Receipt:
    """What a carrier tells later about a message: queued, sending, sent, delivered, undelivered or failed."""

    attempt: str | None
    provider_id: str
    status: str
    error_code: str | None = None


@dataclass(frozen=True)
class Attachment:
    """A picture, a sound or the like, which stays with the carrier and is fetched from there by `reference`.

    `kind` is photo, voice, audio, video, sticker, document, location, contact or other. `reference` is empty where
    there is nothing to fetch.
    """

    kind: str
    reference: str
    content_type: str | None = None


@dataclass(frozen=True)
class InboundText:
    """A message from a person, as any channel hands it over.

    `channel_message_id` is the carrier's own stable id, by which repeats are known. `opt_out_type` is what the
    carrier itself did with the message (STOP, START or HELP under Twilio's Advanced Opt-Out).

    Chat alone has these: `tapped` is the data of the button that was tapped, `text` then being its label; `edits` is
    the id of the earlier message that this one replaces; `link_token` is what a deep link carried; `replies_to` is the
    carrier's id of the message that the person marked as the one they reply to.
    """

    channel: str
    channel_message_id: str
    sender: str
    recipient: str
    text: str
    received_at: datetime
    opt_out_type: str | None = None
    attachments: Sequence[Attachment] = ()
    tapped: str | None = None
    edits: str | None = None
    link_token: str | None = None
    replies_to: str | None = None


@dataclass(frozen=True)
class ChatMoved:
    """A chat goes by another id from now on."""

    channel: str
    old: str
    new: str


@dataclass(frozen=True)
class ChatClosed:
    """Somebody has shut us out of their chat, at `at` (UTC)."""

    channel: str
    address: str
    at: datetime


class InboundMessages(Protocol):
    """What a carrier that keeps a list of the messages it received for us can be asked."""

    async def list_inbound(self, since: datetime) -> Sequence[InboundText]:
        """Messages received at or after `since` (UTC), oldest first.

        Raises ConnectionError when the carrier cannot be asked.
        """
        ...


class MediaUnavailableError(Exception):
    """What came with a message cannot be had. Its text is a clause for staff, without personal data."""


class MediaSource(Protocol):
    """What a carrier that keeps the pictures and sounds people sent us can be asked."""

    async def fetch(self, reference: str) -> bytes:
        """The content of the attachment with this reference.

        Raises MediaUnavailableError when it is gone, too large, not this carrier's, or the carrier cannot be asked.
        """
        ...
