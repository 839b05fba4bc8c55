"""Asking elsewhere those whom the first text certainly did not reach: their number is dead, or their chat is shut."""

from datetime import datetime

from consultations.audience import audience_of
from consultations.households import converse
from consultations.invitations import STARTING_CONVERSATIONS, first_text_leaves_at
from conversations.rules import ConversationRules
from storage import conversations, leases
from storage.database import Database, Work
from storage.models import Conversation

MOST_AT_ONCE = 100


def ask_elsewhere(database: Database, rules: ConversationRules, now: datetime) -> int:
    """Start a conversation at another address of everybody who was not reached; how many conversations started.

    Only where the carrier refused the text or could not deliver it: a text of which nobody knows may have been read.
    """

    def ask(work: Work) -> int:
        leases.be_alone(work, STARTING_CONVERSATIONS)
        return sum(
            _ask_people_of(work, unreached, rules, now)
            for unreached in conversations.unreached_with_another_address(work, now, MOST_AT_ONCE)
        )

    return database.retrying(ask)


def _ask_people_of(work: Work, unreached: Conversation, rules: ConversationRules, now: datetime) -> int:
    consultation = unreached.consultation
    flow = rules.flows.flow(consultation.flow_version)
    leaves_at = first_text_leaves_at(work, now)
    households = audience_of(work, conversations.people_of(work, unreached.id)).households
    for household in households:
        converse(work, consultation, household, flow, unreached.facts, rules, now, leaves_at)
    return len(households)
