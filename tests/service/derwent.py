"""A coffee morning at Derwent, its survey, and what tenants sent: rows for the commands to show."""

from datetime import timedelta

from flows.load import LIBRARY, load_flow
from storage import consultations, messages, people
from storage.database import Work
from storage.models import Activity, Consultation, Conversation, InboundMessage, Tenant
from storage.models.consultations import Progress
from storage.models.messages import Placement
from tests.service.installed import NOON

ANN, JOE, FARAH = "+447700900001", "+447700900002", "+447700900003"


def hold_coffee_morning(work: Work) -> Consultation:
    """Close a coffee morning at noon and launch its survey."""
    path = LIBRARY / "so-what.yaml"
    flow = load_flow(path)
    version = consultations.pin_flow(work, flow.flow, flow.version, path.read_text(encoding="utf-8"), NOON)
    activity = Activity(
        activity_ref="DER-01", title="Coffee morning", imported_at=NOON, closed_at=NOON, survey_due_at=NOON
    )
    work.session.add(activity)
    work.session.flush()
    consultation = consultations.start(
        work,
        Consultation(
            cause="activity:DER-01:so-what",
            flow_version_id=version.id,
            activity_id=activity.id,
            launched_at=NOON,
            closes_at=NOON + timedelta(days=7),
        ),
    )
    assert consultation
    return consultation


def converse(work: Work, consultation: Consultation, ref: str, phone: str, progress: Progress) -> Conversation:
    """Let a tenant be asked whether it was worth attending."""
    tenant = Tenant(tenant_ref=ref, first_name="Ann", last_name="Beech", language="en", imported_at=NOON)
    work.session.add(tenant)
    work.session.flush()
    conversation = consultations.invite(
        work,
        Conversation(
            consultation_id=consultation.id,
            address_id=people.address_of(work, "sms", phone).id,
            language="en",
            facts={"first_name": "Ann", "activity": "Coffee morning", "landlord": "Derwent", "phone": "01632 960100"},
            progress=progress,
            question_id="worth",
            asked=1,
            turn=1,
            created_at=NOON,
        ),
        [tenant.id],
    )
    assert conversation
    return conversation


def receive(work: Work, phone: str, text: str, conversation: Conversation | None = None) -> int:
    """Take down a text as it came in at noon; its id."""
    address = people.address_of(work, "sms", phone)
    message_id = messages.record(
        work,
        InboundMessage(
            channel="sms",
            channel_message_id=f"SM{phone}{len(text)}",
            address_id=address.id,
            conversation_id=conversation.id if conversation else None,
            question_id="worth" if conversation else None,
            placement=Placement.REPLY if conversation else Placement.UNMATCHED,
            text=text,
            received_at=NOON,
            recorded_at=NOON,
        ),
    )
    assert message_id
    return message_id
