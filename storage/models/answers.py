"""What a reply was understood to say, and what of it needs a person."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import ReceivedText, UTCDateTime
from storage.models.base import NEVER_REUSES_IDS, Base
from storage.models.consultations import Conversation
from storage.models.messages import InboundMessage

_IN_FORCE = text("replaced_at IS NULL")
_REPLACED = text("replaced_at IS NOT NULL")
_NOT_ACKNOWLEDGED = text("acknowledged_at IS NULL")
_NOT_SETTLED = text("settled_at IS NULL")


class AnswerStatus(StrEnum):
    """How a reply was read, in the words of `sowhat understand`."""

    UNDERSTOOD = "understood"
    DECLINED = "declined"
    UNCLEAR = "unclear"
    NOT_UNDERSTOOD = "not_understood"


class Answer(Base):
    """One reading of one reply to one question. A corrected reading stays, with `replaced_at` set."""

    __tablename__ = "answer"
    __table_args__ = (
        Index(
            "uq_answer_in_force",
            "conversation_id",
            "question_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        Index("ix_answer_replaced", "conversation_id", sqlite_where=_REPLACED, postgresql_where=_REPLACED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    question_id: Mapped[str]
    measure: Mapped[str] = mapped_column(index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("inbound_message.id"))
    status: Mapped[AnswerStatus]
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    comment: Mapped[str | None] = mapped_column(ReceivedText)
    rule: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    replaced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    conversation: Mapped[Conversation] = relationship()


class Alert(Base):
    """A hazard at home or a disclosure found in a message, until a person has acknowledged it."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("message_id", "kind"),
        Index("ix_alert_open", "kind", sqlite_where=_NOT_ACKNOWLEDGED, postgresql_where=_NOT_ACKNOWLEDGED),
        NEVER_REUSES_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("inbound_message.id"))
    kind: Mapped[str]
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class InboxItem(Base):
    """Something in a message that only a person can settle: an unclear answer, a wrong number, a request."""

    __tablename__ = "inbox_item"
    __table_args__ = (
        UniqueConstraint("message_id", "reason"),
        Index("ix_inbox_item_open", "reason", sqlite_where=_NOT_SETTLED, postgresql_where=_NOT_SETTLED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("inbound_message.id"))
    reason: Mapped[str]
    question_id: Mapped[str | None]
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    message: Mapped[InboundMessage] = relationship()
