"""How the installation is doing, as monitoring reads it: ages, counts and times, and nothing of anybody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Float, case, cast, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.database import Work
from storage.models import FetchMark, OutboxMessage
from storage.models.outbox import ACCEPTED, OutboxState, RowClass

UNFINISHED = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.PARKED)
"""Where a message may not stay."""

DELAY_BOUNDS_SECONDS = (1, 5, 15, 60, 300, 3_600)


@dataclass(frozen=True)
class Delays:
    """How long one step took: how many messages at most so many seconds (in the order of the bounds), of how many."""

    row_class: RowClass
    at_most: Sequence[int]
    messages: int
    total_seconds: float


def oldest_due(work: Work, now: datetime) -> Mapping[RowClass, datetime]:
    """Since when the longest due message of each class has been due; a class with none is left out."""
    rows = work.session.execute(
        select(OutboxMessage.row_class, func.min(OutboxMessage.due_at))
        .where(OutboxMessage.state == OutboxState.QUEUED, OutboxMessage.due_at <= now)
        .group_by(OutboxMessage.row_class)
    )
    return dict(rows.all())


def unfinished_messages(work: Work) -> Mapping[OutboxState, int]:
    """How many messages are in each state in which none may stay."""
    rows = work.session.execute(
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.state.in_(UNFINISHED))
        .group_by(OutboxMessage.state)
    )
    return dict.fromkeys(UNFINISHED, 0) | dict(rows.all())


def fetch_marks(work: Work) -> Mapping[str, datetime]:
    """Up to when each channel's list of inbound messages has been compared with ours."""
    return dict(work.session.execute(select(FetchMark.channel, FetchMark.fetched_until)).all())


def queued_to_sent(work: Work, since: datetime) -> Sequence[Delays]:
    """How long messages sent since then had been in the outbox, whatever held them there."""
    return _delays(work, OutboxMessage.created_at, OutboxMessage.sent_at, since)


def sent_to_delivered(work: Work, since: datetime) -> Sequence[Delays]:
    """How long it took until we were told that messages sent since then had arrived."""
    return _delays(work, OutboxMessage.sent_at, OutboxMessage.delivered_at, since)


def _delays(
    work: Work,
    begun: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    ended: InstrumentedAttribute[datetime | None],
    since: datetime,
) -> Sequence[Delays]:
    took = _seconds_between(work, begun, ended)
    rows = work.session.execute(
        select(
            OutboxMessage.row_class,
            func.count(),
            func.sum(took),
            *(func.sum(case((took <= bound, 1), else_=0)) for bound in DELAY_BOUNDS_SECONDS),
        )
        .where(OutboxMessage.sent_at >= since, OutboxMessage.state.in_(ACCEPTED), ended.is_not(None))
        .group_by(OutboxMessage.row_class)
    )
    return [Delays(row_class, at_most, messages, total) for row_class, messages, total, *at_most in rows]


def _seconds_between(
    work: Work,
    begun: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    ended: InstrumentedAttribute[datetime | None],
) -> ColumnElement[float]:
    if work.session.get_bind().dialect.name == "postgresql":
        return cast(extract("epoch", ended) - extract("epoch", begun), Float)
    return (func.julianday(ended) - func.julianday(begun)) * 86_400.0
