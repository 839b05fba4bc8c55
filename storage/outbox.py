"""Queries on the outbox: putting in, what is due, what a message put, and what became of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, case, func, or_, select, update
from sqlalchemy.orm import selectinload

from storage.database import Work
from storage.insert_once import insert_once, table_of
from storage.models import Attempt, OutboxMessage
from storage.models.outbox import OutboxState, RowClass
from storage.wake_ups import announce

_URGENCY = case({str(row_class): rank for rank, row_class in enumerate(RowClass)}, value=OutboxMessage.row_class)


def enqueue(work: Work, message: OutboxMessage) -> bool:
    """Put a message into the outbox; False when its `dedupe_key` is there already, and then nothing changes."""
    is_new = insert_once(work.session, message) is not None
    if is_new:
        announce(work)
    return is_new


def due(
    work: Work, now: datetime, limit: int, channels: Collection[str], *, with_bulk: bool
) -> Sequence[OutboxMessage]:
    """The most urgent queued messages of these channels whose time has come, locked against other workers."""
    classes = [row_class for row_class in RowClass if with_bulk or row_class is not RowClass.BULK]
    statement = (
        select(OutboxMessage)
        .where(
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.due_at <= now,
            OutboxMessage.row_class.in_(classes),
            OutboxMessage.channel.in_(channels),
        )
        .order_by(_URGENCY, OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return work.session.scalars(statement).all()


def unknown_messages(work: Work) -> Sequence[OutboxMessage]:
    """Messages of which nobody knows whether the carrier took them."""
    statement = (
        select(OutboxMessage)
        .options(selectinload(OutboxMessage.attempts))
        .where(OutboxMessage.state == OutboxState.UNKNOWN)
    )
    return work.session.scalars(statement).all()


def locked(work: Work, message_id: int) -> OutboxMessage:
    """One message with its tries, locked."""
    statement = (
        select(OutboxMessage)
        .options(selectinload(OutboxMessage.attempts))
        .where(OutboxMessage.id == message_id)
        .with_for_update()
    )
    return work.session.scalars(statement).one()


def cancel_queued(work: Work, address_id: int, reason: str) -> None:
    """Cancel all that still waits to go to an address, but for what safety demands."""
    statement = (
        select(OutboxMessage)
        .where(
            OutboxMessage.address_id == address_id,
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.row_class != RowClass.SAFETY,
        )
        .with_for_update()
    )
    for message in work.session.scalars(statement):
        message.state = OutboxState.CANCELLED
        message.ended_reason = reason


class QuestionSent(NamedTuple):
    """A question of a conversation."""

    conversation_id: int
    question_id: str


class FirstMessage(NamedTuple):
    """The message that first put a question, and when it was handed to the carrier, if it was."""

    id: int
    sent_at: datetime | None


def first_message_with_question(work: Work, conversation_id: int, question_id: str) -> FirstMessage | None:
    """The message that first put a question in a conversation."""
    put = {"conversation": conversation_id, "question": question_id}
    row = work.session.execute(_FIRST_WITH_QUESTION, put).one_or_none()
    return None if row is None else FirstMessage(*row)


# Built once: it is asked in every turn, and putting it together takes longer than the database takes to answer it.
_OUTBOX = table_of(OutboxMessage)
_FIRST_WITH_QUESTION = (
    select(_OUTBOX.c.id, _OUTBOX.c.sent_at)
    .where(_OUTBOX.c.conversation_id == bindparam("conversation"), _OUTBOX.c.question_id == bindparam("question"))
    .order_by(_OUTBOX.c.id)
    .limit(1)
)


def question_sent_as(work: Work, channel: str, provider_id: str) -> QuestionSent | None:
    """Which question of which conversation the carrier's message put; None when it put none, or is not ours."""
    statement = (
        select(OutboxMessage.conversation_id, OutboxMessage.question_id)
        .join(OutboxMessage.attempts)
        .where(Attempt.provider_id == provider_id, OutboxMessage.channel == channel)
    )
    for conversation_id, question_id in work.session.execute(statement):
        if conversation_id is not None and question_id is not None:
            return QuestionSent(conversation_id, question_id)
    return None


def question_has_arrived(work: Work, conversation_id: int, question_id: str, now: datetime) -> None:
    """Settle what nobody knew: texts with this question have arrived, since somebody has tapped a button of one."""
    work.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.conversation_id == conversation_id,
            OutboxMessage.question_id == question_id,
            OutboxMessage.state.in_((OutboxState.UNKNOWN, OutboxState.PARKED)),
        )
        .values(state=OutboxState.DELIVERED, ended_reason=None, delivered_at=now)
    )


def is_quiet(work: Work, now: datetime) -> bool:
    """Whether nothing is due or on its way: all that is queued waits for a later time."""
    busy = select(OutboxMessage.id).where(
        or_(
            OutboxMessage.state == OutboxState.SENDING,
            and_(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.due_at <= now),
        )
    )
    return work.session.scalar(busy.limit(1)) is None


def counts_by_state(work: Work) -> Sequence[tuple[OutboxState, str | None, int]]:
    """How many messages are in each state, and why they wait there or ended so, in the order of the states."""
    reason = case(
        (OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.held_reason), else_=OutboxMessage.ended_reason
    )
    rows = work.session.execute(select(OutboxMessage.state, reason, func.count()).group_by(OutboxMessage.state, reason))
    order = list(OutboxState)
    # Sorted here, since each database has an order of its own for texts and for none.
    return sorted(
        ((state, why, count) for state, why, count in rows), key=lambda row: (order.index(row[0]), row[1] or "")
    )


def parked(work: Work) -> Sequence[OutboxMessage]:
    """Messages that wait for a person to decide, oldest first, with their tries."""
    statement = (
        select(OutboxMessage)
        .options(selectinload(OutboxMessage.attempts))
        .where(OutboxMessage.state == OutboxState.PARKED)
        .order_by(OutboxMessage.id)
    )
    return work.session.scalars(statement).all()


def locked_if_there(work: Work, message_id: int) -> OutboxMessage | None:
    """One message, locked, if there is such a one."""
    statement = select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()
    return work.session.scalars(statement).one_or_none()


def send_again(message: OutboxMessage, now: datetime) -> None:
    """Let a parked message out once more, because a person says that it did not arrive."""
    message.state, message.due_at, message.sent_at = OutboxState.QUEUED, now, None
    message.held_reason, message.ended_reason = "sent again by a person", None


def drop(message: OutboxMessage) -> None:
    """End a parked message, because a person says that it arrived or is no longer wanted."""
    message.state, message.ended_reason = OutboxState.CANCELLED, "dropped by a person"
