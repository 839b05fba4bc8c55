"""Queries on the outbox: putting in, what is due, tries, and what the carrier said."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import selectinload

from storage.database import Work
from storage.insert_once import insert_once
from storage.models import Attempt, OutboxMessage
from storage.models.outbox import AttemptResult, OutboxState, RowClass

_URGENCY = case({str(row_class): rank for rank, row_class in enumerate(RowClass)}, value=OutboxMessage.row_class)


def enqueue(work: Work, message: OutboxMessage) -> bool:
    """Put a message into the outbox; False when its `dedupe_key` is there already, and then nothing changes."""
    return insert_once(work.session, message) is not None


def due(work: Work, now: datetime, limit: int, *, with_bulk: bool) -> Sequence[OutboxMessage]:
    """The most urgent queued messages whose time has come, locked against other workers, at most `limit`."""
    classes = [row_class for row_class in RowClass if with_bulk or row_class is not RowClass.BULK]
    statement = (
        select(OutboxMessage)
        .where(
            OutboxMessage.state == OutboxState.QUEUED,
            OutboxMessage.due_at <= now,
            OutboxMessage.row_class.in_(classes),
        )
        .order_by(_URGENCY, OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return work.session.scalars(statement).all()


def next_due_at(work: Work) -> datetime | None:
    """When the next queued message is due, or None when none is queued."""
    return work.session.scalar(select(func.min(OutboxMessage.due_at)).where(OutboxMessage.state == OutboxState.QUEUED))


def attempt_by_token(work: Work, token: str) -> Attempt | None:
    """The try that carries this token, with its message locked."""
    return _locked_attempt(work, Attempt.token == token)


def attempt_by_provider_id(work: Work, provider_id: str) -> Attempt | None:
    """The try that the carrier knows by this id, with its message locked."""
    return _locked_attempt(work, Attempt.provider_id == provider_id)


def _locked_attempt(work: Work, condition: object) -> Attempt | None:
    statement = select(Attempt, OutboxMessage).join(Attempt.message).where(condition).with_for_update()  # type: ignore[arg-type]
    found = work.session.execute(statement).one_or_none()
    return None if found is None else found[0]


def provider_id_is_known(work: Work, provider_id: str) -> bool:
    """Whether some try is already bound to the carrier's message."""
    return work.session.scalar(select(Attempt.id).where(Attempt.provider_id == provider_id)) is not None


def abandoned_attempts(work: Work, now: datetime) -> Sequence[Attempt]:
    """Tries whose lease ran out without a result: whoever made them has died or hangs."""
    statement = (
        select(Attempt)
        .options(selectinload(Attempt.message))
        .where(Attempt.result.is_(None), Attempt.lease_until <= now)
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


def segments_handed_over(work: Work, channel: str, since: datetime) -> int:
    """Segments of every try since `since` that the carrier accepted or may have accepted, as it would bill them."""
    statement = (
        select(func.coalesce(func.sum(OutboxMessage.segments), 0))
        .join(OutboxMessage.attempts)
        .where(
            OutboxMessage.channel == channel,
            Attempt.started_at >= since,
            Attempt.result.is_distinct_from(AttemptResult.RETRY),
            Attempt.result.is_distinct_from(AttemptResult.REJECTED),
        )
    )
    return work.session.scalar(statement) or 0


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


def first_message_with_question(work: Work, conversation_id: int, question_id: str) -> OutboxMessage | None:
    """The message that first put a question in a conversation."""
    statement = (
        select(OutboxMessage)
        .where(OutboxMessage.conversation_id == conversation_id, OutboxMessage.question_id == question_id)
        .order_by(OutboxMessage.id)
        .limit(1)
    )
    return work.session.scalars(statement).one_or_none()


def in_state(work: Work, state: OutboxState) -> Sequence[OutboxMessage]:
    """Every message in one state, oldest first."""
    return work.session.scalars(
        select(OutboxMessage).where(OutboxMessage.state == state).order_by(OutboxMessage.id)
    ).all()


def is_settled(work: Work, now: datetime) -> bool:
    """Whether nothing is due, on its way or unknown: all that is queued waits for a later time."""
    unsettled = select(OutboxMessage.id).where(
        or_(
            OutboxMessage.state.in_((OutboxState.SENDING, OutboxState.UNKNOWN)),
            and_(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.due_at <= now),
        )
    )
    return work.session.scalar(unsettled.limit(1)) is None
