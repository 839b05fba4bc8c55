"""Queries on tries to send: begun under a lease, found by token or by the carrier's id, abandoned, and paid for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import contains_eager, selectinload

from storage.batches import in_batches
from storage.database import Work
from storage.insert_once import table_of
from storage.models import Attempt, OutboxMessage
from storage.models.outbox import AttemptResult, OutboxState


def begin(work: Work, tries: Mapping[str, OutboxMessage], now: datetime, lease_until: datetime) -> None:
    """Record a try of each of these messages, by its token, begun at `now` under a lease."""
    for message in tries.values():
        message.state, message.held_reason, message.sent_at = OutboxState.SENDING, None, now
    values = [
        {"token": token, "message_id": message.id, "started_at": now, "lease_until": lease_until}
        for token, message in tries.items()
    ]
    if values:
        # By the table: all in one statement, since nobody needs what the database makes of them.
        work.session.execute(insert(table_of(Attempt)), values)


_WITH_MESSAGE = select(Attempt).join(Attempt.message).options(contains_eager(Attempt.message))


def by_token(work: Work, token: str) -> Attempt | None:
    """The try that carries this token, with its message locked."""
    return _locked_attempt(work, Attempt.token == token)


def by_tokens(work: Work, tokens: Iterable[str]) -> Sequence[Attempt]:
    """The tries that carry these tokens, with their messages locked."""
    found: list[Attempt] = []
    for batch in in_batches(tokens):
        statement = _WITH_MESSAGE.where(Attempt.token.in_(batch)).order_by(Attempt.id).with_for_update()
        found.extend(work.session.scalars(statement))
    return found


def by_provider_id(work: Work, provider_id: str) -> Attempt | None:
    """The try that the carrier knows by this id, with its message locked."""
    return _locked_attempt(work, Attempt.provider_id == provider_id)


def _locked_attempt(work: Work, condition: ColumnElement[bool]) -> Attempt | None:
    return work.session.scalars(_WITH_MESSAGE.where(condition).with_for_update()).one_or_none()


def known_provider_ids(work: Work, provider_ids: Iterable[str]) -> set[str]:
    """Those of the carrier's ids that some try is already bound to."""
    known: set[str] = set()
    for batch in in_batches(provider_ids):
        statement = select(Attempt.provider_id).where(Attempt.provider_id.in_(batch))
        known.update(found for found in work.session.scalars(statement) if found is not None)
    return known


def abandoned(work: Work, now: datetime) -> Sequence[Attempt]:
    """Tries whose lease ran out without a result: whoever made them has died or hangs."""
    statement = (
        select(Attempt)
        .options(selectinload(Attempt.message))
        .where(Attempt.result.is_(None), Attempt.lease_until <= now)
        .with_for_update(skip_locked=True)
    )
    return work.session.scalars(statement).all()


def segments_handed_over(work: Work, channel: str, since: datetime, until: datetime) -> int:
    """Segments of every try from `since` until just before `until` that the carrier accepted or may have accepted."""
    statement = (
        select(func.coalesce(func.sum(OutboxMessage.segments), 0))
        .join(OutboxMessage.attempts)
        .where(
            OutboxMessage.channel == channel,
            Attempt.started_at >= since,
            Attempt.started_at < until,
            Attempt.result.is_distinct_from(AttemptResult.RETRY),
            Attempt.result.is_distinct_from(AttemptResult.REJECTED),
        )
    )
    return work.session.scalar(statement) or 0
