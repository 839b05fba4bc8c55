"""Queries on consultations: the pinned flow, the launch, and its conversations."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from storage.database import Work
from storage.insert_once import insert_once
from storage.models import Consultation, Conversation, ConversationPerson, FlowVersion
from storage.models.consultations import Progress


def pin_flow(work: Work, flow: str, version: str, source: str, now: datetime) -> FlowVersion:
    """The stored text of a flow version, stored now if it is new."""
    insert_once(work.session, FlowVersion(flow=flow, version=version, source=source, stored_at=now))
    return work.session.scalars(
        select(FlowVersion).where(FlowVersion.flow == flow, FlowVersion.version == version)
    ).one()


def start(work: Work, consultation: Consultation) -> Consultation | None:
    """Store a consultation; None when its cause has started one already."""
    new_id = insert_once(work.session, consultation)
    return None if new_id is None else work.session.get_one(Consultation, new_id)


def invite(work: Work, conversation: Conversation, tenant_ids: Sequence[int]) -> Conversation | None:
    """Store a conversation with the people it stands for; None when the address is already in the consultation."""
    conversation.revision = 1
    new_id = insert_once(work.session, conversation)
    if new_id is None:
        return None
    work.session.add_all(ConversationPerson(conversation_id=new_id, tenant_id=tenant_id) for tenant_id in tenant_ids)
    return work.session.get_one(Conversation, new_id)


def join(work: Work, consultation_id: int, address_id: int, tenant_ids: Sequence[int]) -> None:
    """Let the conversation that an address has in a consultation stand for these people too."""
    conversation_id = work.session.scalars(
        select(Conversation.id).where(
            Conversation.consultation_id == consultation_id, Conversation.address_id == address_id
        )
    ).one()
    for tenant_id in tenant_ids:
        work.session.merge(ConversationPerson(conversation_id=conversation_id, tenant_id=tenant_id))


def all_consultations(work: Work) -> Sequence[Consultation]:
    """Every consultation with its activity and flow, newest first."""
    statement = (
        select(Consultation)
        .options(joinedload(Consultation.activity), joinedload(Consultation.flow_version))
        .order_by(Consultation.id.desc())
    )
    return work.session.scalars(statement).all()


def progress_by_consultation(work: Work) -> Mapping[int, Mapping[Progress, int]]:
    """How many conversations of each consultation stand where; those without any are left out."""
    counts: dict[int, dict[Progress, int]] = {}
    statement = select(Conversation.consultation_id, Conversation.progress, func.count())
    for consultation_id, progress, number in work.session.execute(
        statement.group_by(Conversation.consultation_id, Conversation.progress)
    ):
        counts.setdefault(consultation_id, {})[progress] = number
    return counts
