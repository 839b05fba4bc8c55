"""What the weekly digest is counted from, and keeping the digest itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from storage.database import Work
from storage.models import (
    Alert,
    Answer,
    Consultation,
    Conversation,
    ConversationPerson,
    Digest,
    InboxItem,
    OutboxMessage,
    Tenant,
)
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.outbox import ACCEPTED, OutboxState
from storage.outbox import enqueue


@dataclass(frozen=True)
class ConversationRow:
    """One conversation: where it stands, and when it ended if it has."""

    id: int
    consultation_id: int
    progress: Progress
    ended_at: datetime | None


@dataclass(frozen=True)
class QuestionPut:
    """A question that the carrier accepted for a conversation: when first, and whether every text of it then failed."""

    conversation_id: int
    question_id: str
    put_at: datetime
    undelivered: bool


@dataclass(frozen=True)
class AnswerRow:
    """One reading of a reply; `alarming` when an alert was raised over the message it came in."""

    id: int
    conversation_id: int
    question_id: str
    measure: str
    status: AnswerStatus
    value: Any
    comment: str | None
    recorded_at: datetime
    replaced_at: datetime | None
    alarming: bool


@dataclass(frozen=True)
class WaitingRows:
    """How much waits for a person: inbox items by reason, alerts by kind, and messages parked in the outbox."""

    inbox: dict[str, int]
    alerts: dict[str, int]
    parked: int


def any_launched_before(work: Work, moment: datetime) -> bool:
    """Whether any consultation had been launched by then."""
    return work.session.scalar(select(exists().where(Consultation.launched_at < moment))) or False


def consultations_between(work: Work, since: datetime, until: datetime) -> Sequence[Consultation]:
    """Consultations that were open, or got an answer, from `since` to just before `until`; oldest first."""
    answered = (
        exists()
        .where(Answer.recorded_at >= since, Answer.recorded_at < until, Answer.conversation_id == Conversation.id)
        .where(Conversation.consultation_id == Consultation.id)
    )
    statement = (
        select(Consultation)
        .options(joinedload(Consultation.activity), joinedload(Consultation.flow_version))
        .where(Consultation.launched_at < until, or_(Consultation.closes_at > since, answered))
        .order_by(Consultation.id)
    )
    return work.session.scalars(statement).all()


def conversations_of(work: Work, consultation_ids: Collection[int], until: datetime) -> list[ConversationRow]:
    """Every conversation of these consultations that existed before `until`."""
    rows = work.session.execute(
        select(Conversation.id, Conversation.consultation_id, Conversation.progress, Conversation.ended_at)
        .where(Conversation.consultation_id.in_(consultation_ids), Conversation.created_at < until)
        .order_by(Conversation.id)
    )
    return [ConversationRow(*row) for row in rows]


def questions_put(work: Work, consultation_ids: Collection[int], until: datetime) -> list[QuestionPut]:
    """Every question that the carrier accepted before `until`, once for each conversation."""
    undelivered = case((OutboxMessage.state == OutboxState.UNDELIVERED, 1), else_=0)
    rows = work.session.execute(
        select(
            OutboxMessage.conversation_id,
            OutboxMessage.question_id,
            func.min(OutboxMessage.sent_at),
            func.min(undelivered),
        )
        .join(Conversation, Conversation.id == OutboxMessage.conversation_id)
        .where(
            Conversation.consultation_id.in_(consultation_ids),
            OutboxMessage.question_id.is_not(None),
            OutboxMessage.state.in_(ACCEPTED),
            OutboxMessage.sent_at < until,
        )
        .group_by(OutboxMessage.conversation_id, OutboxMessage.question_id)
        .order_by(OutboxMessage.conversation_id, OutboxMessage.question_id)
    )
    return [
        QuestionPut(conversation, question, put_at, bool(failed)) for conversation, question, put_at, failed in rows
    ]


def answers_of(work: Work, consultation_ids: Collection[int], until: datetime) -> list[AnswerRow]:
    """Every reading recorded before `until`, those replaced since among them; in the order they were recorded."""
    alarming = exists().where(Alert.message_id == Answer.message_id)
    rows = work.session.execute(
        select(
            Answer.id,
            Answer.conversation_id,
            Answer.question_id,
            Answer.measure,
            Answer.status,
            Answer.value,
            Answer.comment,
            Answer.recorded_at,
            Answer.replaced_at,
            alarming,
        )
        .join(Answer.conversation)
        .where(Conversation.consultation_id.in_(consultation_ids), Answer.recorded_at < until)
        .order_by(Answer.id)
    )
    return [AnswerRow(*row) for row in rows]


def names_of_people(work: Work, consultation_ids: Collection[int]) -> frozenset[str]:
    """First and last names of everybody whom these consultations concern."""
    rows = work.session.execute(
        select(Tenant.first_name, Tenant.last_name)
        .join(ConversationPerson, ConversationPerson.tenant_id == Tenant.id)
        .join(ConversationPerson.conversation)
        .where(Conversation.consultation_id.in_(consultation_ids))
        .distinct()
    )
    return frozenset(name for row in rows for name in row)


def waiting_for_a_person(work: Work) -> WaitingRows:
    """How much waits for a person now."""
    inbox = select(InboxItem.reason, func.count()).where(InboxItem.settled_at.is_(None)).group_by(InboxItem.reason)
    alerts = select(Alert.kind, func.count()).where(Alert.acknowledged_at.is_(None)).group_by(Alert.kind)
    parked = select(func.count()).where(OutboxMessage.state == OutboxState.PARKED)
    return WaitingRows(
        dict(work.session.execute(inbox.order_by(InboxItem.reason)).all()),
        dict(work.session.execute(alerts.order_by(Alert.kind)).all()),
        work.session.scalar(parked) or 0,
    )


def has_digest(work: Work, recipient: str, week_start: date) -> bool:
    """Whether the digest about this week has been queued for this recipient."""
    return (
        work.session.scalar(select(exists().where(Digest.recipient == recipient, Digest.week_start == week_start)))
        or False
    )


def queue_digest(work: Work, digest: Digest, message: OutboxMessage) -> bool:
    """Put a digest into the outbox and keep what it showed; False, changing nothing, when it is there already."""
    if not enqueue(work, message):
        return False
    digest.outbox_id = work.session.scalars(
        select(OutboxMessage.id).where(OutboxMessage.dedupe_key == message.dedupe_key)
    ).one()
    work.session.add(digest)
    work.session.flush()
    return True
