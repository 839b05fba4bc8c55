"""Rows with sensible defaults for the tests of every room, stored as they are made.

Names and numbers are a cast: Ann Beech texts from `ANN`, Joe Oakley from `JOE`, and so on.
"""

from datetime import timedelta
from itertools import count
from typing import Any, TypeVar

from storage.database import Work
from storage.models import (
    Activity,
    Address,
    Consultation,
    Conversation,
    ConversationPerson,
    FlowVersion,
    InboundMessage,
    OutboxMessage,
    Tenant,
    TenantAddress,
)
from storage.models.base import Base
from storage.models.consultations import Progress
from storage.models.messages import Placement
from storage.models.outbox import RowClass
from storage.models.people import LawfulBasis
from tests.clock import NOON

ANN, JOE, FARAH, GWEN, MAREK = (f"+44770090000{number}" for number in range(1, 6))
"""Numbers that Ofcom keeps for drama."""

_numbers = count(1)

Row = TypeVar("Row", bound=Base)


def add_address(work: Work, phone: str = ANN, **details: Any) -> Address:
    """A mobile number."""
    return _store(work, Address(channel="sms", value=phone, hash=work.hash_address(phone), **details))


def add_tenant(work: Work, address: Address, first_name: str = "Ann", last_name: str = "Beech") -> Tenant:
    """Somebody who may be texted at this address."""
    tenant = Tenant(
        tenant_ref=f"T-{next(_numbers):04}",
        first_name=first_name,
        last_name=last_name,
        language="en",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        imported_at=NOON,
    )
    _store(work, tenant)
    _store(work, TenantAddress(tenant_id=tenant.id, address_id=address.id, current=True))
    return tenant


def add_activity(work: Work, title: str = "Coffee morning") -> Activity:
    """Something the landlord held, which is not closed yet."""
    return _store(work, Activity(activity_ref=f"DER-{next(_numbers):02}", title=title, imported_at=NOON))


def add_consultation(work: Work, **details: Any) -> Consultation:
    """A launch at noon that closes after a week and reminds after two days."""
    number = next(_numbers)
    version = FlowVersion(flow="so-what", version=f"v{number}", source="flow: so-what\n", stored_at=NOON)
    defaults = {
        "cause": f"test:{number}",
        "flow_version": version,
        "launched_at": NOON,
        "closes_at": NOON + timedelta(days=7),
    }
    return _store(work, Consultation(**(defaults | details)))


def add_conversation(
    work: Work, address: Address, consultation: Consultation | None = None, tenant: Tenant | None = None, **details: Any
) -> Conversation:
    """A conversation that has been invited, in a consultation of its own unless one is given."""
    consultation = consultation or add_consultation(work)
    defaults = {
        "language": "en",
        "facts": {},
        "progress": Progress.INVITED,
        "turn": 1,
        "created_at": NOON,
        "closes_at": NOON + timedelta(days=7),
        "remind_at": NOON + timedelta(days=2),
    }
    conversation = _store(
        work, Conversation(consultation_id=consultation.id, address_id=address.id, **(defaults | details))
    )
    if tenant is not None:
        _store(work, ConversationPerson(conversation_id=conversation.id, tenant_id=tenant.id))
    return conversation


def outgoing_text(address: Address, **details: Any) -> OutboxMessage:
    """A bulk text of one segment to this address, due at noon, not stored yet."""
    number = next(_numbers)
    defaults = {
        "dedupe_key": f"test:{number}",
        "row_class": RowClass.BULK,
        "channel": address.channel,
        "recipient": address.value,
        "address_id": address.id,
        "text_id": "opening",
        "body": f"Was it worth your time? ({number})",
        "segments": 1,
        "created_at": details.get("due_at", NOON),
        "due_at": NOON,
    }
    return OutboxMessage(**(defaults | details))


def add_text(work: Work, address: Address, **details: Any) -> OutboxMessage:
    """A bulk text of one segment to this address, queued and due at noon."""
    return _store(work, outgoing_text(address, **details))


def add_mail(work: Work, recipient: str = "gwen.pugh@example.org", **details: Any) -> OutboxMessage:
    """A mail to a member of staff, queued and due at noon."""
    defaults = {
        "dedupe_key": f"test:{next(_numbers)}",
        "row_class": RowClass.STAFF,
        "channel": "mail",
        "text_id": "digest",
        "subject": "What came of it",
        "body": "This week …",
        "created_at": NOON,
        "due_at": NOON,
    }
    return _store(work, OutboxMessage(recipient=recipient, **(defaults | details)))


def add_inbound(
    work: Work, address: Address, conversation: Conversation | None = None, **details: Any
) -> InboundMessage:
    """A text that came from this address at noon."""
    defaults = {
        "channel": address.channel,
        "channel_message_id": f"SM{next(_numbers):032}",
        "address_id": address.id,
        "conversation_id": conversation.id if conversation else None,
        "placement": Placement.REPLY if conversation else Placement.UNMATCHED,
        "text": "Yes",
        "received_at": NOON,
        "recorded_at": NOON,
    }
    return _store(work, InboundMessage(**(defaults | details)))


def _store(work: Work, row: Row) -> Row:
    work.session.add(row)
    work.session.flush()
    return row
