"""Starting a consultation: the flow is pinned, everybody gets a conversation, and the first texts are queued."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from consultations.audience import Audience, LeftOut, audience_of
from consultations.households import converse
from consultations.invitations import STARTING_CONVERSATIONS, first_text_leaves_at
from conversations.rules import ConversationRules
from flows.flow import Flow
from storage import activities, consultations, leases
from storage.database import Database, Work
from storage.models import Activity, Consultation, FlowVersion
from storage.policy import current_policy

AFTER_ACTIVITY_FLOW = "so-what"

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
            launched.append(database.retrying(partial(_launch_by_ref, flow_file, ref, rules, now)))
        except Exception as fault:
            logger.error("launch_failed", activity=ref, fault=type(fault).__name__)
    return [each for each in launched if each is not None]


def _launch_by_ref(
    flow_file: FlowFile, activity_ref: str, rules: ConversationRules, now: datetime, work: Work
) -> Launched | None:
    leases.be_alone(work, STARTING_CONVERSATIONS)
    # Closing it may have been undone since we looked.
    activity = activities.locked_if_due(work, activity_ref, now)
    return None if activity is None else launch_after_activity(work, flow_file, activity, rules, now)


def launch_after_activity(
    work: Work, flow_file: FlowFile, activity: Activity, rules: ConversationRules, now: datetime
) -> Launched | None:
    """Put a flow to everybody who took part in an activity, once; None when that has been done before.

    Raises:
        NoLanguageFitError: no translation of the flow may be sent.
    """
    leases.be_alone(work, STARTING_CONVERSATIONS)
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
        converse(work, consultation, household, flow, facts, rules, now, leaves_at) for household in audience.households
    ]
    return _counts(consultation, audience, waiting)


def _pin(work: Work, flow_file: FlowFile, now: datetime) -> FlowVersion:
    return consultations.pin_flow(work, flow_file.flow.flow, flow_file.flow.version, flow_file.source, now)


def _facts(work: Work, activity: Activity) -> dict[str, str]:
    """What the placeholders of the flow's texts stand for, kept as they were at launch."""
    policy = current_policy(work)
    return {"activity": activity.title, "landlord": policy.landlord, "phone": policy.landlord_phone}


def _counts(consultation: Consultation, audience: Audience, waiting: Sequence[bool]) -> Launched:
    return Launched(
        consultation_id=consultation.id,
        invited=len(waiting) - sum(waiting),
        waiting=sum(waiting),
        left_out=audience.left_out,
    )
