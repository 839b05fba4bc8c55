"""Queries on whom a conversation was to reach and cannot."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Select, bindparam, exists, select
from sqlalchemy.orm import aliased

from storage.batches import in_batches
from storage.database import Work
from storage.models import (
    Address,
    Consultation,
    Conversation,
    ConversationPerson,
    OutboxMessage,
    Tenant,
    TenantAddress,
)
from storage.models.consultations import Progress
from storage.models.outbox import NEVER_ARRIVED
from storage.models.people import AddressState


def unreached_people(work: Work, now: datetime) -> Sequence[tuple[Conversation, Tenant]]:
    """People of open consultations whom no text can have reached, each with the conversation that was to reach them.

    Only those who have another address that is usable, and no other conversation in the same consultation: their
    address was dead, or is no longer theirs.
    """
    kept, other, here = aliased(ConversationPerson), aliased(Conversation), aliased(TenantAddress)
    elsewhere = aliased(Address)
    asked_elsewhere = exists().where(
        kept.tenant_id == ConversationPerson.tenant_id,
        kept.conversation_id == other.id,
        other.consultation_id == Conversation.consultation_id,
        other.id != Conversation.id,
    )
    has_another = exists().where(
        TenantAddress.tenant_id == ConversationPerson.tenant_id,
        TenantAddress.current,
        TenantAddress.address_id == elsewhere.id,
        elsewhere.id != Conversation.address_id,
        elsewhere.state == AddressState.USABLE,
    )
    still_theirs = exists().where(
        here.tenant_id == ConversationPerson.tenant_id, here.address_id == Conversation.address_id, here.current
    )
    may_have_arrived = exists().where(
        OutboxMessage.conversation_id == Conversation.id, OutboxMessage.state.not_in(NEVER_ARRIVED)
    )
    statement = (
        select(Conversation, Tenant)
        .join(ConversationPerson, ConversationPerson.conversation_id == Conversation.id)
        .join(Tenant, Tenant.id == ConversationPerson.tenant_id)
        .join(Conversation.consultation)
        .join(Conversation.address)
        .where(
            Conversation.progress == Progress.UNREACHABLE,
            Consultation.closes_at > now,
            (Address.state == AddressState.UNREACHABLE) | ~still_theirs,
            ~may_have_arrived,
            has_another,
            ~asked_elsewhere,
        )
        .order_by(Conversation.id, Tenant.id)
    )
    return [(conversation, tenant) for conversation, tenant in work.session.execute(statement)]


def with_nobody_left(work: Work, conversation_ids: Collection[int]) -> frozenset[int]:
    """Those of the conversations whose address is no longer the current one of anybody they stand for."""
    found: set[int] = set()
    for batch in in_batches(conversation_ids):
        found.update(work.session.scalars(_WITH_NOBODY_LEFT, {"ids": batch}))
    return frozenset(found)


def _with_nobody_left() -> Select[int]:
    still_there = exists().where(
        ConversationPerson.conversation_id == Conversation.id,
        TenantAddress.tenant_id == ConversationPerson.tenant_id,
        TenantAddress.address_id == Conversation.address_id,
        TenantAddress.current,
    )
    has_people = exists().where(ConversationPerson.conversation_id == Conversation.id)
    ids: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
    return select(Conversation.id).where(Conversation.id.in_(ids), has_people, ~still_there)


_WITH_NOBODY_LEFT = _with_nobody_left()
