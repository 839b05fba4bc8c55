"""One received message as staff read it: the words, what they came as an answer to, and from whom."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from flows.load import read_flow
from flows.render import render_question
from storage import conversations, inbox, messages, people
from storage.database import Work
from storage.models import Conversation, InboundMessage
from storage.models.messages import Placement

_PLACES = {
    Placement.REPLY: "a reply to",
    Placement.EARLIER: "before the question that waits now had been sent",
    Placement.LATE: "after the survey had ended",
    Placement.UNMATCHED: "outside any survey",
}


def message_lines(work: Work, message: InboundMessage, time_zone: ZoneInfo) -> Iterator[str]:
    """What staff read of a message, line by line; it holds the tenant's words, so it is for their screen only."""
    conversation = conversations.by_id(work, message.conversation_id) if message.conversation_id else None
    yield f"message {message.id}, {message.received_at.astimezone(time_zone):%d %b %Y %H:%M}, by {message.channel}"
    yield f"from: {_sender(work, message, conversation)}"
    yield from _context(message, conversation)
    attachments = messages.attachments_of(work, message.id)
    for attachment in attachments:
        yield f"attached: {attachment.kind}"
    if any(attachment.reference for attachment in attachments):
        yield f"to see it: sowhat inbox media {message.id} FOLDER"
    yield ""
    yield from (f"    {line}" for line in printable(message.text).split("\n"))
    yield ""
    yield from _to_do(work, message)


def _sender(work: Work, message: InboundMessage, conversation: Conversation | None) -> str:
    address = people.address_by_id(work, message.address_id)
    tenants = conversations.people_of(work, conversation.id) if conversation else people.people_at(work, address.id)
    if tenants:
        return ", ".join(f"tenant {tenant.tenant_ref}" for tenant in tenants)
    return f"somebody we do not know, at {address.value}"


def _context(message: InboundMessage, conversation: Conversation | None) -> Iterator[str]:
    yield f"it came: {_PLACES[message.placement]}"
    if conversation is None:
        return
    consultation = conversation.consultation
    if message.question_id is not None:
        flow = read_flow(consultation.flow_version.source, consultation.flow_version.flow)
        asked = render_question(flow.question(message.question_id), conversation.language, conversation.facts)
        yield from (f"    {line}" for line in asked.split("\n"))
    about = "" if consultation.activity is None else f", about {consultation.activity.title}"
    yield f"survey: {consultation.flow_version.flow}{about}"


def _to_do(work: Work, message: InboundMessage) -> Iterator[str]:
    for alert in inbox.alerts_of(work, message.id):
        done = alert.acknowledged_at is not None
        yield f"alert {alert.id}, {words_of(alert.kind)}: " + (
            "acknowledged" if done else f"when somebody has taken it on: sowhat inbox acknowledge {alert.id}"
        )
    for item in inbox.inbox_items_of(work, message.id):
        done = item.settled_at is not None
        yield f"item {item.id}, {words_of(item.reason)}: " + (
            "settled" if done else f"when it is settled: sowhat inbox settle {item.id}"
        )


def words_of(code: str) -> str:
    """A reason's code in words."""
    return code.replace("_", " ")


def printable(text: str) -> str:
    """The text without characters that would command a terminal instead of being read; lines stay lines."""
    return "".join(
        character if character.isprintable() or character == "\n" else f"\\x{ord(character):02x}"
        for character in text.replace("\r\n", "\n")
    )
