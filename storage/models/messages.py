"""What people sent us, kept as received."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.column_types import ReceivedText, UTCDateTime
from storage.models.base import NEVER_REUSES_IDS, Base


class Placement(StrEnum):
    """Where an inbound message landed.

    `reply` on the question that waited · `earlier` on the question before, since it was received before the
    current one was sent · `late` after the survey had ended · `unmatched` from somebody we have not asked anything.
    """

    REPLY = "reply"
    EARLIER = "earlier"
    LATE = "late"
    UNMATCHED = "unmatched"


class InboundMessage(Base):
    """One message from a person; the carrier's id makes a repeat harmless. `edits_id` is the message it replaces."""

    __tablename__ = "inbound_message"
    __table_args__ = (UniqueConstraint("channel", "channel_message_id"), NEVER_REUSES_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    channel_message_id: Mapped[str]
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    question_id: Mapped[str | None]
    placement: Mapped[Placement]
    text: Mapped[str] = mapped_column(ReceivedText)
    edits_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_message.id"))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Attachment(Base):
    """A picture, a sound or the like that came with a message. It stays with the carrier; `reference` fetches it.

    `reference` is empty where there is nothing to fetch.
    """

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("inbound_message.id"), index=True)
    kind: Mapped[str]
    reference: Mapped[str]
    content_type: Mapped[str | None]


class FetchMark(Base):
    """Up to when a channel's own list of inbound messages has been compared with ours."""

    __tablename__ = "fetch_mark"

    channel: Mapped[str] = mapped_column(primary_key=True)
    fetched_until: Mapped[datetime] = mapped_column(UTCDateTime)
