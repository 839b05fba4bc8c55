"""Starting a household's conversation: in their language, greeting them all, once the one they are in is over."""

from collections.abc import Mapping
from datetime import datetime

from consultations.audience import Household
from consultations.invitations import invite
from conversations.rules import ConversationRules
from flows.flow import Flow
from flows.translations import language_for
from storage import consultations, conversations
from storage.database import Work
from storage.models import Consultation, Conversation
from storage.models.consultations import Progress

MOST_NAMES = 3
"""How many people a text greets by name before it grows too long."""


def converse(
    work: Work,
    consultation: Consultation,
    household: Household,
    flow: Flow,
    facts: Mapping[str, str],
    rules: ConversationRules,
    now: datetime,
    leaves_at: datetime,
) -> bool:
    """Start a household's conversation, or let it wait for the one that somebody of them is in; whether it waits.

    `facts` are those that all conversations of the consultation share. Where the address is in the consultation
    already, its conversation stands for these people too.

    Raises:
        NoLanguageFitError: no translation of the flow may be sent.
    """
    tenant_ids = [tenant.id for tenant in household.tenants]
    waits = conversations.is_busy(work, household.address.id, tenant_ids)
    conversation = consultations.invite(
        work,
        Conversation(
            consultation_id=consultation.id,
            address_id=household.address.id,
            language=language_for(flow, rules.texts, household.tenants[0].language, rules.live),
            facts={**facts, "first_name": _greeting(household)},
            progress=Progress.WAITING,
            asked=0,
            turn=0,
            created_at=now,
        ),
        tenant_ids,
    )
    if conversation is None:
        consultations.join(work, consultation.id, household.address.id, tenant_ids)
    elif not waits:
        invite(work, conversation, rules, now, leaves_at)
    return waits


def _greeting(household: Household) -> str:
    """The first names of those who share the address; of a large household, the first few."""
    names = list(dict.fromkeys(tenant.first_name for tenant in household.tenants))
    return " & ".join(names[:MOST_NAMES])
