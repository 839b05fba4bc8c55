"""Starting a consultation: the flow is pinned, everybody gets a conversation, and the first texts are queued."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from consultations.audience import Audience, Household, LeftOut, audience_of
from consultations.invitations import first_text_leaves_at, invite
from conversations.rules import ConversationRules
from flows.flow import Flow
from flows.translations import language_for
from storage import activities, consultations, conversations
from storage.database import Database, Work
from storage.models import Activity, Consultation, Conversation, FlowVersion
from storage.models.consultations import Progress
from storage.policy import current_policy

AFTER_ACTIVITY_FLOW = "so-what"

MOST_NAMES = 3
"""How many people a text greets by name before it grows too long."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class FlowFile:
    """A flow as loaded, with the source text that conversations are pinned to."""

    flow: Flow
    source: str


@dataclass(frozen=True)
class Launched:
    """What a launch did: conversations started, conversations that wait for another to end, and people left out."""

    consultation_id: int
    invited: int
    waiting: int
    left_out: Counter[LeftOut]


def launch_due_surveys(
    database: Database, flow_file: FlowFile, rules: ConversationRules, now: datetime
) -> Sequence[Launched]:
    """Ask those who attended, for each closed activity whose time to undo is over. Run again, it does nothing.

    Each launch is a transaction of its own; one that fails is logged and tried again at the next run, and does not
    stand in the way of the others.
    """
    with database.reading() as work:
        refs = [activity.activity_ref for activity in activities.activities_due(work, now)]
    launched = []
    for ref in refs:
        try:
            with database.work() as work:
                activity = activities.by_ref(work, ref)
                assert activity is not None
                launched.append(launch_after_activity(work, flow_file, activity, rules, now))
        except Exception as fault:
            logger.error("launch_failed", activity=ref, fault=type(fault).__name__)
    return [each for each in launched if each is not None]


def launch_after_activity(
    work: Work, flow_file: FlowFile, activity: Activity, rules: ConversationRules, now: datetime
) -> Launched | None:
    """Put a flow to everybody who took part in an activity, once; None when that has been done before.

    Raises:
        NoLanguageFitError: no translation of the flow may be sent.
    """
    flow = flow_file.flow
    leaves_at = first_text_leaves_at(work, now)
    consultation = consultations.start(
        work,
        Consultation(
            cause=f"activity:{activity.activity_ref}:{flow.flow}",
            flow_version_id=_pin(work, flow_file, now).id,
            activity_id=activity.id,
            launched_at=now,
            closes_at=leaves_at + timedelta(days=flow.expires_after_days),
        ),
    )
    if consultation is None:
        return None
    audience = audience_of(work, activities.attendees(work, activity.id))
    consultation.left_out = {str(reason): people for reason, people in audience.left_out.items()}
    facts = _facts(work, activity)
    waiting = [
        _converse(work, consultation, household, flow, facts, rules, leaves_at) for household in audience.households
    ]
    return _counts(consultation, audience, waiting)


def _pin(work: Work, flow_file: FlowFile, now: datetime) -> FlowVersion:
    return consultations.pin_flow(work, flow_file.flow.flow, flow_file.flow.version, flow_file.source, now)


def _converse(
    work: Work,
    consultation: Consultation,
    household: Household,
    flow: Flow,
    facts: Mapping[str, str],
    rules: ConversationRules,
    leaves_at: datetime,
) -> bool:
    """Start a household's conversation, or let it wait for the one it is in; whether it waits."""
    waits = conversations.live_at(work, household.address.id) is not None
    first = household.tenants[0]
    conversation = consultations.invite(
        work,
        Conversation(
            consultation_id=consultation.id,
            address_id=household.address.id,
            language=language_for(flow, rules.texts, first.language, rules.live),
            facts={**facts, "first_name": _greeting(household)},
            progress=Progress.WAITING,
            asked=0,
            turn=0,
            created_at=consultation.launched_at,
        ),
        [tenant.id for tenant in household.tenants],
    )
    if conversation is not None and not waits:
        invite(work, conversation, rules, consultation.launched_at, leaves_at)
    return waits


def _facts(work: Work, activity: Activity) -> dict[str, str]:
    """What the placeholders of the flow's texts stand for, kept as they were at launch."""
    policy = current_policy(work)
    return {"activity": activity.title, "landlord": policy.landlord, "phone": policy.landlord_phone}


def _greeting(household: Household) -> str:
    """The first names of those who share the phone; of a large household, the first few."""
    names = list(dict.fromkeys(tenant.first_name for tenant in household.tenants))
    return " & ".join(names[:MOST_NAMES])


def _counts(consultation: Consultation, audience: Audience, waiting: Sequence[bool]) -> Launched:
    return Launched(
        consultation_id=consultation.id,
        invited=len(waiting) - sum(waiting),
        waiting=sum(waiting),
        left_out=audience.left_out,
    )
