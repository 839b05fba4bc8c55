"""Totals over the whole database, to be held against what a carrier saw."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, distinct, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.database import Work
from storage.models import Alert, Answer, Conversation, InboundMessage, OptOut, OutboxMessage, Tenant
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.outbox import ACCEPTED, OutboxState, RowClass
from storage.people import CHAT_CHANNEL, PHONE_CHANNEL

_TEXT = OutboxMessage.row_class != RowClass.STAFF
_PARKED = aliased(OutboxMessage)
_RECIPIENTS_OF_PARKED = select(_PARKED.recipient).where(_PARKED.state == OutboxState.PARKED)


def count_everything(work: Work) -> Mapping[str, int]:
    """How many of everything there are; people are counted by address where several share one.

    Addresses for which a message is parked count neither as invited nor as reached or not.
    """
    counts = {
        "tenants": _count(Tenant.id),
        "invited": _recipients(_TEXT, OutboxMessage.state.in_(ACCEPTED)),
        "delivered": _recipients(_TEXT, OutboxMessage.state == OutboxState.DELIVERED),
        "undeliverable": _recipients(_TEXT, OutboxMessage.state.in_((OutboxState.UNDELIVERED, OutboxState.REJECTED))),
        "chats": _recipients(_TEXT, OutboxMessage.channel == CHAT_CHANNEL, OutboxMessage.state.in_(ACCEPTED)),
        "replies": _count(InboundMessage.id),
        "answers": _count(Answer.id).where(Answer.status == AnswerStatus.UNDERSTOOD, Answer.replaced_at.is_(None)),
        "completed": _count(Conversation.id).where(Conversation.progress == Progress.COMPLETED),
        "opted_out": _count(OptOut.id).where(OptOut.ended_at.is_(None)),
        "alerts": _count(Alert.id),
        "unclear": _unclear_replies(),
        "duplicates_sent": _same_text_twice(),
        "lost": _count(OutboxMessage.id).where(OutboxMessage.state.in_((OutboxState.UNKNOWN, OutboxState.SENDING))),
        "parked": _count(OutboxMessage.id).where(OutboxMessage.state == OutboxState.PARKED),
        "digest_emails": _count(OutboxMessage.id).where(
            OutboxMessage.text_id == "digest", OutboxMessage.state.in_(ACCEPTED)
        ),
        "segments": select(func.coalesce(func.sum(OutboxMessage.segments), 0)).where(
            _TEXT, OutboxMessage.state.in_(ACCEPTED)
        ),
    }
    return {name: work.session.scalar(statement) or 0 for name, statement in counts.items()}


def answers_by_message(work: Work) -> Mapping[str, tuple[str, object]]:
    """The question and value of every answer understood, by the carrier's id of the message it came in."""
    rows = work.session.execute(
        select(InboundMessage.channel_message_id, Answer.question_id, Answer.value)
        .join(InboundMessage, InboundMessage.id == Answer.message_id)
        .where(Answer.status == AnswerStatus.UNDERSTOOD, Answer.replaced_at.is_(None))
    )
    return {message_id: (question_id, value) for message_id, question_id, value in rows}


def texts_by_sms(work: Work) -> list[str]:
    """The words of every text message received."""
    return list(work.session.scalars(select(InboundMessage.text).where(InboundMessage.channel == PHONE_CHANNEL)))


def recipients_of_parked(work: Work) -> frozenset[str]:
    """The addresses for which a message is parked."""
    return frozenset(work.session.scalars(_RECIPIENTS_OF_PARKED))


def _count(column: InstrumentedAttribute[int]) -> Select[int]:
    return select(func.count(column))


def _recipients(*conditions: ColumnElement[bool]) -> Select[int]:
    return select(func.count(distinct(OutboxMessage.recipient))).where(
        OutboxMessage.recipient.not_in(_RECIPIENTS_OF_PARKED), *conditions
    )


def _unclear_replies() -> Select[int]:
    """Replies that a second asking followed, and those that stayed unclear and went to a person."""
    asked_again = select(func.count()).where(OutboxMessage.text_id.startswith("again:")).scalar_subquery()
    given_up = (
        select(func.count())
        .select_from(Answer)
        .where(Answer.status.in_((AnswerStatus.UNCLEAR, AnswerStatus.NOT_UNDERSTOOD)), Answer.replaced_at.is_(None))
        .scalar_subquery()
    )
    return select(asked_again + given_up)


def _same_text_twice() -> Select[int]:
    repeated = (
        select(OutboxMessage.recipient)
        .where(_TEXT, OutboxMessage.state.in_(ACCEPTED))
        .group_by(OutboxMessage.recipient, OutboxMessage.body)
        .having(func.count() > 1)
        .subquery()
    )
    return select(func.count()).select_from(repeated)


def progress_of_conversations(work: Work) -> Counter[Progress]:
    """How many conversations stand where."""
    rows = work.session.execute(select(Conversation.progress, func.count()).group_by(Conversation.progress))
    return Counter({progress: count for progress, count in rows})  # noqa: C416 - dict() loses the types
