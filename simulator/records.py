"""What the network keeps of every text that passes through it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    """Which way a text went, in Twilio's words."""

    INBOUND = "inbound"
    OUTBOUND = "outbound-api"


class Status(StrEnum):
    """How far a text has come, in Twilio's words; only those that this network uses."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    RECEIVED = "received"


@dataclass(frozen=True)
class Message:
    """One text, out or in.

    `order` counts everything that happens on the network upwards, so that two events can be put in order even
    when the clock stands still. `sender` is None while a Messaging Service has not chosen one. `carrier` marks
    the carrier's own text to a phone, which the customer neither sent nor sees. `meaning` and `stop` come from
    the script of the tenant who wrote it; `told_order` is when the customer learnt of an inbound text, by
    webhook or by listing it, and None while it knows nothing. Times are UTC.
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
    sent: datetime | None = None
    error_code: int | None = None
    status_callback: str | None = None
    messaging_service_sid: str | None = None
    carrier: bool = False
    meaning: object = None
    stop: bool = False
    told_order: int | None = None


class ReplySent(NamedTuple):
    """A text that a tenant sent, with what its script says was meant by it; `time` is UTC."""

    phone: str
    text: str
    meaning: object
    sid: str
    time: datetime


class Duplicate(NamedTuple):
    """The same words accepted `times` times (two or more) for the same phone."""

    phone: str
    text: str
    times: int


class Refusal(NamedTuple):
    """A text to a phone that was refused at once, with Twilio's error code."""

    phone: str
    code: int
