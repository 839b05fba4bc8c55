"""The tables, one file a subject. Importing this package registers them all."""

from storage.models.activities import Activity, Attendance
from storage.models.answers import Alert, Answer, InboxItem
from storage.models.base import Base
from storage.models.consultations import Consultation, Conversation, ConversationPerson, FlowVersion
from storage.models.digests import Digest
from storage.models.fleet import JobRun, Lease
from storage.models.messages import Attachment, FetchMark, InboundMessage
from storage.models.outbox import Attempt, OutboxMessage
from storage.models.people import Address, ChatLink, OptOut, Tenant, TenantAddress
from storage.models.policy import PolicyChange
from storage.models.rollups import ChangedConversation, CountedConversation, NameWord, PlacedComment, Tally

__all__ = [
    "Activity",
    "Address",
    "Alert",
    "Answer",
    "Attachment",
    "Attempt",
    "Attendance",
    "Base",
    "ChangedConversation",
    "ChatLink",
    "Consultation",
    "Conversation",
    "ConversationPerson",
    "CountedConversation",
    "Digest",
    "FetchMark",
    "FlowVersion",
    "InboundMessage",
    "InboxItem",
    "JobRun",
    "Lease",
    "NameWord",
    "OptOut",
    "OutboxMessage",
    "PlacedComment",
    "PolicyChange",
    "Tally",
    "Tenant",
    "TenantAddress",
]
