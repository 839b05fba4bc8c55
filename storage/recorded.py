"""All that was recorded of some conversations: what their share of the figures is counted from."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import select, union_all

from storage.database import Work
from storage.models import Answer, Conversation, ConversationPerson, OutboxMessage, Tenant
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.outbox import ACCEPTED, OutboxState

T = TypeVar("T")


class Put(NamedTuple):
    """A text with a question that the carrier accepted: when it was handed over, and whether it failed after that."""

    question_id: str
    put_at: datetime
    undelivered: bool


class Reading(NamedTuple):
    """One reading of a reply to a question, in force from `recorded_at` until `replaced_at`."""

    id: int
    question_id: str
    status: AnswerStatus
    value: Any
    comment: str | None
    recorded_at: datetime
    replaced_at: datetime | None

    def was_in_force_at(self, moment: datetime) -> bool:
        """Whether the reply was read like this just before a moment (UTC)."""
        return self.recorded_at < moment and (self.replaced_at is None or self.replaced_at >= moment)


@dataclass(frozen=True)
class Recorded:
    """A conversation with its texts and readings in the order they were stored, and the names of its people."""

    id: int
    consultation_id: int
    created_at: datetime
    progress: Progress
    ended_at: datetime | None
    puts: Sequence[Put] = ()
    readings: Sequence[Reading] = ()
    names: Sequence[str] = ()


def recorded_of(work: Work, conversation_ids: Collection[int]) -> list[Recorded]:
    """What was recorded of these conversations; those that are no more are left out."""
    statement = (
        select(
            Conversation.id,
            Conversation.consultation_id,
            Conversation.created_at,
            Conversation.progress,
            Conversation.ended_at,
        )
        .where(Conversation.id.in_(conversation_ids))
        .order_by(Conversation.id)
    )
    puts, readings = _puts(work, conversation_ids), _readings(work, conversation_ids)
    names = _names(work, conversation_ids)
    return [
        Recorded(*row, puts=puts.get(row.id, ()), readings=readings.get(row.id, ()), names=names.get(row.id, ()))
        for row in work.session.execute(statement)
    ]


def _puts(work: Work, conversation_ids: Collection[int]) -> Mapping[int, Sequence[Put]]:
    rows = work.session.execute(
        select(OutboxMessage.conversation_id, OutboxMessage.question_id, OutboxMessage.sent_at, OutboxMessage.state)
        .where(
            OutboxMessage.conversation_id.in_(conversation_ids),
            OutboxMessage.question_id.is_not(None),
            OutboxMessage.sent_at.is_not(None),
            OutboxMessage.state.in_(ACCEPTED),
        )
        .order_by(OutboxMessage.id)
    )
    return _by_conversation(
        (conversation_id, Put(question_id, sent_at, state is OutboxState.UNDELIVERED))
        for conversation_id, question_id, sent_at, state in rows
        if conversation_id is not None and question_id is not None and sent_at is not None
    )


def _readings(work: Work, conversation_ids: Collection[int]) -> Mapping[int, Sequence[Reading]]:
    columns = [getattr(Answer, name) for name in Reading._fields]
    # Asked for those in force and those replaced apart, the database has an index for either.
    halves = [
        select(Answer.conversation_id, *columns).where(Answer.conversation_id.in_(conversation_ids), in_force)
        for in_force in (Answer.replaced_at.is_(None), Answer.replaced_at.is_not(None))
    ]
    rows = work.session.execute(union_all(*halves).order_by("id"))
    return _by_conversation((conversation_id, Reading(*row)) for conversation_id, *row in rows)


def _names(work: Work, conversation_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    rows = work.session.execute(
        select(ConversationPerson.conversation_id, Tenant.first_name, Tenant.last_name)
        .join(ConversationPerson.tenant)
        .where(ConversationPerson.conversation_id.in_(conversation_ids))
    )
    return _by_conversation((conversation_id, name) for conversation_id, *names in rows for name in names)


def _by_conversation(pairs: Iterable[tuple[int, T]]) -> Mapping[int, Sequence[T]]:
    grouped: defaultdict[int, list[T]] = defaultdict(list)
    for conversation_id, part in pairs:
        grouped[conversation_id].append(part)
    return grouped
