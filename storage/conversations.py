"""Queries on conversations, their answers, and what of them needs a person."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from storage.database import Work
from storage.insert_once import insert_once
from storage.models import (
    Address,
    Alert,
    Answer,
    Consultation,
    Conversation,
    ConversationPerson,
    InboundMessage,
    InboxItem,
    OutboxMessage,
    Tenant,
    TenantAddress,
)
from storage.models.consultations import ARRIVED, LIVE, Progress
from storage.models.outbox import NEVER_ARRIVED
from storage.models.people import AddressState


def live_at(work: Work, address_id: int) -> Conversation | None:
    """The conversation that goes on with an address now, locked, with its consultation and flow version."""
    return _newest(work, address_id, Conversation.progress.in_(LIVE), Conversation.id)


def with_address(work: Work, conversation_id: int, address_id: int) -> Conversation | None:
    """This conversation, locked, with its consultation and flow version; None when it is not with this address."""
    return _newest(work, address_id, Conversation.id == conversation_id, Conversation.id)


def last_ended_at(work: Work, address_id: int) -> Conversation | None:
    """The conversation with an address that ended most recently; one that never got to its first text is none."""
    has_ended = Conversation.progress.not_in([*LIVE, Progress.WAITING]) & (Conversation.turn > 0)
    return _newest(work, address_id, has_ended, Conversation.ended_at)


def _newest(
    work: Work, address_id: int, condition: ColumnElement[bool], newest_by: InstrumentedAttribute[Any]
) -> Conversation | None:
    statement = (
        select(Conversation)
        .options(
            joinedload(Conversation.consultation, innerjoin=True).joinedload(Consultation.flow_version, innerjoin=True)
        )
        .where(Conversation.address_id == address_id, condition)
        .order_by(newest_by.desc(), Conversation.id.desc())
        .limit(1)
        .with_for_update(of=Conversation)
    )
    return work.session.scalars(statement).one_or_none()


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


def unreached_with_another_address(work: Work, now: datetime, limit: int) -> Sequence[Conversation]:
    """Conversations of open consultations whose first text the carrier refused or could not deliver, locked.

    Only those of people who have another address and no other conversation in the same consultation.
    """
    kept, other = aliased(ConversationPerson), aliased(Conversation)
    asked_elsewhere = (
        exists()
        .where(kept.tenant_id == ConversationPerson.tenant_id, kept.conversation_id == other.id)
        .where(other.consultation_id == Conversation.consultation_id, other.id != Conversation.id)
    )
    has_another = (
        exists()
        .where(TenantAddress.tenant_id == ConversationPerson.tenant_id, TenantAddress.current)
        .where(TenantAddress.address_id != Conversation.address_id)
    )
    may_have_arrived = exists().where(
        OutboxMessage.conversation_id == Conversation.id, OutboxMessage.state.not_in(NEVER_ARRIVED)
    )
    statement = (
        select(Conversation)
        .join(Conversation.consultation)
        .join(Conversation.address)
        .where(
            Conversation.progress == Progress.UNREACHABLE,
            Consultation.closes_at > now,
            Address.state == AddressState.UNREACHABLE,
            ~may_have_arrived,
            exists().where(ConversationPerson.conversation_id == Conversation.id).where(has_another, ~asked_elsewhere),
        )
        .order_by(Conversation.id)
        .limit(limit)
        .with_for_update(of=Conversation, skip_locked=True)
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


def answers_of(work: Work, conversation_id: int) -> Sequence[Answer]:
    """The readings in force of a conversation's replies."""
    statement = (
        select(Answer)
        .where(Answer.conversation_id == conversation_id, Answer.replaced_at.is_(None))
        .order_by(Answer.id)
    )
    return work.session.scalars(statement).all()


def record_answer(work: Work, answer: Answer) -> None:
    """Keep a reading; one in force for the same question is replaced and stays as history."""
    work.session.execute(
        update(Answer)
        .where(
            Answer.conversation_id == answer.conversation_id,
            Answer.question_id == answer.question_id,
            Answer.replaced_at.is_(None),
        )
        .values(replaced_at=answer.recorded_at)
        # Nobody holds the earlier reading in this transaction, and looking for it costs more than the statement.
        .execution_options(synchronize_session=False)
    )
    work.session.add(answer)


def raise_alert(work: Work, alert: Alert) -> int | None:
    """Keep an alert once per message and kind; its id, or None when it was raised before."""
    return insert_once(work.session, alert)


def hand_to_person(work: Work, item: InboxItem) -> None:
    """Put something into the inbox of staff, once per message and reason."""
    insert_once(work.session, item)


def open_inbox(work: Work) -> Sequence[InboxItem]:
    """What waits for a person, oldest first, with the message it is about."""
    statement = (
        select(InboxItem)
        .options(joinedload(InboxItem.message))
        .where(InboxItem.settled_at.is_(None))
        .order_by(InboxItem.raised_at, InboxItem.id)
    )
    return work.session.scalars(statement).all()


def open_alerts(work: Work) -> Sequence[Alert]:
    """Alerts that nobody has acknowledged, oldest first."""
    return work.session.scalars(select(Alert).where(Alert.acknowledged_at.is_(None)).order_by(Alert.id)).all()


def inbound_message(work: Work, message_id: int) -> InboundMessage | None:
    """One message that somebody sent us, if there is such a one."""
    return work.session.get(InboundMessage, message_id)


def alerts_of(work: Work, message_id: int) -> Sequence[Alert]:
    """The alerts raised over a message, acknowledged ones too."""
    return work.session.scalars(select(Alert).where(Alert.message_id == message_id).order_by(Alert.id)).all()


def inbox_items_of(work: Work, message_id: int) -> Sequence[InboxItem]:
    """What a person has or had to settle about a message."""
    statement = select(InboxItem).where(InboxItem.message_id == message_id).order_by(InboxItem.id)
    return work.session.scalars(statement).all()


def people_of(work: Work, conversation_id: int) -> Sequence[Tenant]:
    """The tenants whom a conversation stands for, in the order of their references."""
    statement = (
        select(Tenant)
        .join(ConversationPerson, ConversationPerson.tenant_id == Tenant.id)
        .where(ConversationPerson.conversation_id == conversation_id)
        .order_by(Tenant.tenant_ref)
    )
    return work.session.scalars(statement).all()


def locked_alert(work: Work, alert_id: int) -> Alert | None:
    """One alert, locked, if there is such a one."""
    return work.session.scalars(select(Alert).where(Alert.id == alert_id).with_for_update()).one_or_none()


def locked_inbox_item(work: Work, item_id: int) -> InboxItem | None:
    """One thing for a person to settle, locked, if there is such a one."""
    return work.session.scalars(select(InboxItem).where(InboxItem.id == item_id).with_for_update()).one_or_none()
