"""The one outbox: everything that leaves, and every try to send it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import UTCDateTime
from storage.models.base import Base


class RowClass(StrEnum):
    """How urgent a message is, and so what may hold it back; earlier members leave first.

    `safety` is the one STOP confirmation and the reply to an alert: nothing holds it. `reply` is the next text of
    a conversation that a tenant keeps up. `bulk` is what we start ourselves. `staff` is mail.
    """

    SAFETY = "safety"
    REPLY = "reply"
    STAFF = "staff"
    BULK = "bulk"


class OutboxState(StrEnum):
    """Where a message stands. The carrier's states only move forward; see `delivery.receipts`."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    PARKED = "parked"


ACCEPTED = frozenset({OutboxState.SENT, OutboxState.DELIVERED, OutboxState.UNDELIVERED})
"""The carrier has taken the message."""


NEVER_ARRIVED = frozenset({OutboxState.UNDELIVERED, OutboxState.REJECTED, OutboxState.CANCELLED})
"""The message has certainly not reached anybody."""


class OutboxMessage(Base):
    """One message to one address, once. `dedupe_key` is derived from its cause, so that a cause repeated adds nothing.

    `held_reason` says why a queued row is still waiting; `ended_reason` why one was cancelled, rejected or parked.
    `segments` are those of an SMS, 0 for chat and mail; `buttons` those of a chat, each as label and data. `sent_at` is
    when it was handed to the carrier: a reply received after that moment can be a reply to it, even before the carrier
    has answered us. `delivered_at` is when we were told that it had arrived.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_due", "state", "due_at"),
        CheckConstraint("segments >= 0", name="segments_not_negative"),
        # What has no address passes none of the rules that protect tenants, so nothing but mail to staff may lack one.
        CheckConstraint("(row_class = 'staff') = (address_id IS NULL)", name="address_unless_staff"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    row_class: Mapped[RowClass]
    channel: Mapped[str]
    recipient: Mapped[str]
    address_id: Mapped[int | None] = mapped_column(ForeignKey("address.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    question_id: Mapped[str | None]
    text_id: Mapped[str]
    body: Mapped[str]
    buttons: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    subject: Mapped[str | None]
    html: Mapped[str | None]
    images: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    segments: Mapped[int] = mapped_column(default=0)
    state: Mapped[OutboxState] = mapped_column(default=OutboxState.QUEUED)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    held_reason: Mapped[str | None]
    ended_reason: Mapped[str | None]
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    attempts: Mapped[list["Attempt"]] = relationship(back_populates="message", order_by="Attempt.id")


class AttemptResult(StrEnum):
    """The four ends of a send; none yet while the call is under way."""

    SENT = "sent"
    REJECTED = "rejected"
    RETRY = "retry"
    UNKNOWN = "unknown"


class Attempt(Base):
    """One try to send a message, recorded before the call is made. `token` is what the carrier's callback carries."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    lease_until: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    result: Mapped[AttemptResult | None]
    reason: Mapped[str | None]
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    error_code: Mapped[str | None]

    message: Mapped[OutboxMessage] = relationship(back_populates="attempts")
