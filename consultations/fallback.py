"""Asking elsewhere those whom the first text certainly did not reach: the address is dead, or no longer theirs."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from consultations.audience import audience_of
from consultations.households import converse
from consultations.invitations import STARTING_CONVERSATIONS, first_text_leaves_at
from conversations.rules import ConversationRules
from storage import leases, reach
from storage.database import Database, Work
from storage.models import Conversation, Tenant


def ask_elsewhere(database: Database, rules: ConversationRules, now: datetime) -> int:
    """Start a conversation at another address of everybody who was not reached; how many conversations started.

    Only where the text was refused, undelivered or held back for good: one of which nobody knows may have been read.
    """

    def ask(work: Work) -> int:
        leases.be_alone(work, STARTING_CONVERSATIONS)
        unreached = groupby(reach.unreached_people(work, now), key=lambda found: found[0])
        return sum(
            _ask(work, conversation, [tenant for _, tenant in found], rules, now) for conversation, found in unreached
        )

    return database.retrying(ask)


def _ask(
    work: Work, unreached: Conversation, tenants: Sequence[Tenant], rules: ConversationRules, now: datetime
) -> int:
    consultation = unreached.consultation
    flow = rules.flows.flow(consultation.flow_version)
    leaves_at = first_text_leaves_at(work, now)
    households = audience_of(work, tenants).households
    for household in households:
        converse(work, consultation, household, flow, unreached.facts, rules, now, leaves_at)
    return len(households)
