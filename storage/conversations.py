"""Queries on conversations: which goes on where, which waits, which is over."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, bindparam, select, text, update
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from storage.database import Work
from storage.insert_once import table_of
from storage.models import (
    Consultation,
    Conversation,
    ConversationPerson,
    FlowVersion,
    Tenant,
    TenantAddress,
)
from storage.models.base import LARGEST_ID, any_of
from storage.models.consultations import ARRIVED, LIVE, Progress
from storage.people import by_reference


def live_at(work: Work, address_id: int) -> Conversation | None:
    """The conversation that goes on with an address now, locked, with its consultation and flow version."""
    return work.session.scalars(_LIVE_AT, {"address_id": address_id}).one_or_none()


def with_address(work: Work, conversation_id: int, address_id: int) -> Conversation | None:
    """This conversation, locked, with its consultation and flow version; None when it is not with this address."""
    if not 0 < conversation_id <= LARGEST_ID:
        return None
    ids = {"conversation_id": conversation_id, "address_id": address_id}
    return work.session.scalars(_WITH_ADDRESS, ids).one_or_none()


def last_ended_at(work: Work, address_id: int) -> Conversation | None:
    """The conversation with an address that ended most recently; one that never got to its first text is none."""
    return work.session.scalars(_LAST_ENDED_AT, {"address_id": address_id}).one_or_none()


def _newest(condition: ColumnElement[bool] | TextClause, newest_by: InstrumentedAttribute[Any]) -> Select[Conversation]:
    return (
        select(Conversation)
        .options(
            joinedload(Conversation.consultation, innerjoin=True)
            .joinedload(Consultation.flow_version, innerjoin=True)
            # Thousands of characters, which are read once and then remembered (`PinnedFlows`).
            .defer(FlowVersion.source)
        )
        .where(Conversation.address_id == bindparam("address_id"), condition)
        .order_by(newest_by.desc(), Conversation.id.desc())
        .limit(1)
        .with_for_update(of=Conversation)
    )


# Statements of every turn are built once: putting one together takes longer than the database takes to answer it. So
# does writing out a list of values each time, which SQLAlchemy does for `in_`.
_IS_LIVE = text(any_of("conversation.progress", LIVE))
_LIVE_AT = _newest(_IS_LIVE, Conversation.id)
_WITH_ADDRESS = _newest(Conversation.id == bindparam("conversation_id"), Conversation.id)
_LAST_ENDED_AT = _newest(
    Conversation.progress.not_in([*LIVE, Progress.WAITING]) & (Conversation.turn > 0), Conversation.ended_at
)


def open_at(work: Work, address_id: int) -> Sequence[Conversation]:
    """The conversations with an address that are live or wait, locked."""
    return _open(work, Conversation.address_id == address_id)


def open_with_people_at(work: Work, address_id: int) -> Sequence[Conversation]:
    """The conversations that are live or wait with the people at an address, on whichever address of theirs, locked."""
    here, elsewhere = aliased(TenantAddress), aliased(TenantAddress)
    others = (
        select(elsewhere.address_id)
        .join(here, here.tenant_id == elsewhere.tenant_id)
        .where(here.address_id == address_id)
    )
    return _open(work, (Conversation.address_id == address_id) | Conversation.address_id.in_(others))


def _open(work: Work, condition: ColumnElement[bool]) -> Sequence[Conversation]:
    statement = (
        select(Conversation).where(condition, Conversation.progress.in_([*LIVE, Progress.WAITING])).with_for_update()
    )
    return work.session.scalars(statement).all()


def by_id(work: Work, conversation_id: int) -> Conversation:
    """One conversation, locked."""
    statement = select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    return work.session.scalars(statement).one()


def is_busy(work: Work, address_id: int, tenant_ids: Collection[int]) -> bool:
    """Whether a conversation is live with an address, or with one of these people wherever they are written to."""
    with_people = (
        select(ConversationPerson.conversation_id)
        .where(ConversationPerson.conversation_id == Conversation.id, ConversationPerson.tenant_id.in_(tenant_ids))
        .exists()
    )
    statement = select(Conversation.id).where(
        Conversation.progress.in_(LIVE), (Conversation.address_id == address_id) | with_people
    )
    return work.session.scalar(statement.limit(1)) is not None


def waiting_and_free(work: Work) -> Sequence[Conversation]:
    """The waiting conversations, oldest first, of which neither the address nor any of the people has a live one.

    One that waits beside an older one of the same people must be looked at again once that is live.
    """
    live, with_live = aliased(Conversation), aliased(ConversationPerson)
    busy_addresses = select(live.address_id).where(live.progress.in_(LIVE))
    busy_people = (
        select(with_live.tenant_id).join(live, live.id == with_live.conversation_id).where(live.progress.in_(LIVE))
    )
    with_busy_people = select(ConversationPerson.conversation_id).where(ConversationPerson.tenant_id.in_(busy_people))
    statement = (
        select(Conversation)
        .where(
            Conversation.progress == Progress.WAITING,
            Conversation.address_id.not_in(busy_addresses),
            Conversation.id.not_in(with_busy_people),
        )
        .order_by(Conversation.id)
    )
    return work.session.scalars(statement).all()


def due_for_reminder(work: Work, now: datetime, limit: int) -> Sequence[Conversation]:
    """Conversations whose one reminder is due and has not been sent.

    Only where the first text is known to have arrived: a reminder of a question nobody got would be a second asking
    as soon as the first one is delivered after all.
    """
    statement = (
        select(Conversation)
        .where(
            Conversation.progress.in_(ARRIVED),
            Conversation.reminded_at.is_(None),
            Conversation.remind_at <= now,
            Conversation.closes_at > now,
        )
        .order_by(Conversation.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return work.session.scalars(statement).all()


def past_closing(work: Work, now: datetime) -> Sequence[Conversation]:
    """Conversations that are live although their time is over."""
    statement = (
        select(Conversation)
        .where(Conversation.progress.in_(LIVE), Conversation.closes_at <= now)
        .with_for_update(skip_locked=True)
    )
    return work.session.scalars(statement).all()


def end(conversation: Conversation, progress: Progress, now: datetime) -> None:
    """End a conversation in one of the ended states; the question that waited stays named."""
    conversation.progress = progress
    conversation.ended_at = now


def move_on(
    work: Work,
    conversation: Conversation,
    *,
    language: str,
    question_id: str | None,
    asked: int,
    turn: int,
    progress: Progress,
) -> None:
    """Write down where a conversation stands now.

    Raises:
        StaleDataError: another reply has moved it since it was read, as its `revision` tells.
    """
    work.session.flush()  # what has been changed of it before counts its revision up
    revision = conversation.revision
    standing = {
        "language": language,
        "question_id": question_id,
        "asked": asked,
        "turn": turn,
        "progress": progress,
        "revision": revision + 1,
    }
    known = {"conversation": conversation.id, "known_revision": revision}
    moved = work.session.connection().execute(_MOVE_ON, known | standing)
    if moved.rowcount != 1:
        raise StaleDataError("the conversation has been moved on by another reply")
    for name, value in standing.items():
        set_committed_value(conversation, name, value)


# On the table, since this is done in every turn: for one changed object, SQLAlchemy's unit of work takes ten times
# what the statement does.
_CONVERSATION = table_of(Conversation)
_MOVE_ON = update(_CONVERSATION).where(
    _CONVERSATION.c.id == bindparam("conversation"), _CONVERSATION.c.revision == bindparam("known_revision")
)


def people_of(work: Work, conversation_id: int) -> Sequence[Tenant]:
    """The tenants whom a conversation stands for, in the order of their references."""
    statement = (
        select(Tenant)
        .join(ConversationPerson, ConversationPerson.tenant_id == Tenant.id)
        .where(ConversationPerson.conversation_id == conversation_id)
    )
    return by_reference(work.session.scalars(statement))
