"""What the network keeps of every message that passes through it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from simulator.media import Media


class Channel(StrEnum):
    """The network that a message passed through."""

    SMS = "sms"
    TELEGRAM = "telegram"


class Direction(StrEnum):
    """Which way a message went, in Twilio's words."""

    INBOUND = "inbound"
    OUTBOUND = "outbound-api"


class Kind(StrEnum):
    """What a person did: sent something, tapped a button, reworded a text, pressed Start, blocked the bot or let it in
    again, or made a group into a supergroup."""

    TEXT = "text"
    TAP = "tap"
    EDIT = "edit"
    START = "start"
    BLOCK = "block"
    UNBLOCK = "unblock"
    MOVE = "move"


class Status(StrEnum):
    """How far a text has come, in Twilio's words; only those that this network uses."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    RECEIVED = "received"


class Button(NamedTuple):
    """A button below a message in a chat: what it says, and what the customer is told when it is tapped."""

    label: str
    data: str


@dataclass(frozen=True)
class Message:
    """One message, out or in.

    `sid` is Twilio's id; in a chat it is "<chat>:<message_id>", for a tap "callback:<callback_query_id>" and for an
    edit "<chat>:<message_id>:edit:<edit_date>". `order` counts everything that happens on the network upwards, so that
    two events can be put in order even when the clock stands still. `sender` and `recipient` are phone numbers or chat
    ids; on either network the customer's own is the account's number or the bot's id. `sender` is None while a
    Messaging Service has not chosen one. `carrier` marks the carrier's own text to a phone, which the customer neither
    sent nor sees. `meaning` and `stop` come from the script of the tenant who wrote it. `told` and `told_order` are
    when the customer acknowledged an inbound message: by webhook, by listing it, or by asking for later updates; None
    while it has not. `dropped` says that Telegram itself stopped trying to tell. Times are UTC.
    """

    sid: str
    order: int
    direction: Direction
    sender: str | None
    recipient: str
    body: str
    segments: int
    status: Status
    created: datetime
    updated: datetime
    channel: Channel = Channel.SMS
    kind: Kind = Kind.TEXT
    media: tuple[Media, ...] = ()
    buttons: tuple[Button, ...] = ()
    sent: datetime | None = None
    error_code: int | None = None
    status_callback: str | None = None
    messaging_service_sid: str | None = None
    carrier: bool = False
    meaning: object = None
    stop: bool = False
    told: datetime | None = None
    told_order: int | None = None
    dropped: bool = False


class ReplySent(NamedTuple):
    """What a tenant sent, with what its script says was meant by it; `time` is UTC.

    `phone` is the address it came from, a chat id where `channel` is Telegram.
    """

    phone: str
    text: str
    meaning: object
    sid: str
    time: datetime
    channel: Channel = Channel.SMS
    kind: Kind = Kind.TEXT


class Duplicate(NamedTuple):
    """The same words accepted `times` times (two or more) for the same address."""

    phone: str
    text: str
    times: int


class Refusal(NamedTuple):
    """A message to an address that was refused at once, with Twilio's error code or Telegram's."""

    phone: str
    code: int
