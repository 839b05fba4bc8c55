"""A flow put to an audience, and each conversation that comes of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import UTCDateTime
from storage.models.activities import Activity
from storage.models.base import NEVER_REUSES_IDS, Base, any_of
from storage.models.people import Address, Tenant


class FlowVersion(Base):
    """A flow file's text as it was at launch: conversations already running keep to it, however the file changes."""

    __tablename__ = "flow_version"
    __table_args__ = (UniqueConstraint("flow", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    flow: Mapped[str]
    version: Mapped[str]
    source: Mapped[str]
    stored_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Consultation(Base):
    """One launch of a flow to an audience. `cause` is unique, so that a launch repeated is the same launch.

    `left_out` counts those of the audience who were not asked, by reason. `closes_at` is when conversations that did
    not have to wait close.
    """

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    cause: Mapped[str] = mapped_column(unique=True)
    flow_version_id: Mapped[int] = mapped_column(ForeignKey("flow_version.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True)
    launched_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    left_out: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    flow_version: Mapped[FlowVersion] = relationship()
    activity: Mapped[Activity | None] = relationship()
    conversations: Mapped[list["Conversation"]] = relationship(viewonly=True)


class Progress(StrEnum):
    """How far a conversation has come, in the words of survey practice; `waiting` for another to end first."""

    WAITING = "waiting"
    INVITED = "invited"
    DELIVERED = "delivered"
    STARTED = "started"
    PARTIAL = "partial"
    COMPLETED = "completed"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"


ARRIVED = frozenset({Progress.DELIVERED, Progress.STARTED, Progress.PARTIAL})
LIVE = ARRIVED | {Progress.INVITED}
_LIVE_CONDITION = text(any_of("progress", LIVE))


class Conversation(Base):
    """One address in one consultation. `question_id` is the question that waits for a reply.

    An address is asked once in a consultation, whoever shares it, and has one live conversation at a time.
    `closes_at` and `remind_at` are reckoned from when its first text could leave, and unknown while it waits.
    `revision` guards against two replies moving the same conversation at once.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("consultation_id", "address_id"),
        Index(
            "uq_conversation_live",
            "address_id",
            unique=True,
            sqlite_where=_LIVE_CONDITION,
            postgresql_where=_LIVE_CONDITION,
        ),
        Index("ix_conversation_address_id", "address_id"),
        NEVER_REUSES_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    language: Mapped[str]
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
    progress: Mapped[Progress]
    question_id: Mapped[str | None]
    asked: Mapped[int] = mapped_column(default=0)
    turn: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    remind_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column()

    # For reading alone: what is stored are the ids. A conversation changes with every reply, and relationships that
    # could change with it more than double what that takes.
    consultation: Mapped[Consultation] = relationship(viewonly=True)
    address: Mapped[Address] = relationship(viewonly=True)
    people: Mapped[list["ConversationPerson"]] = relationship(viewonly=True)

    __mapper_args__ = {"version_id_col": revision}


class ConversationPerson(Base):
    """Whom a conversation stands for: everybody of the audience who shares its address."""

    __tablename__ = "conversation_person"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True, index=True)

    conversation: Mapped[Conversation] = relationship(viewonly=True)
    tenant: Mapped[Tenant] = relationship()
