"""Where a message lands: in which conversation, and on which of its questions.

What is simply sent lands on the question that had been put when it was received. In a chat a tenant can also point at
a question, by tapping an old ready answer, editing an old reply or marking an old message as the one they reply to;
that lands on the question pointed at and on no other.
"""

from dataclasses import dataclass
from datetime import datetime

from conversations.rules import ConversationRules
from delivery.channel import InboundText
from flows.taps import taps_for
from storage import conversations, messages, outbox
from storage.database import Work
from storage.models import Conversation
from storage.models.consultations import LIVE, Progress
from storage.models.messages import Placement

_STILL_OPEN_TO_WORDS = frozenset({Progress.COMPLETED, Progress.EXPIRED})


@dataclass(frozen=True)
class Place:
    """Where a message has landed. `question_id` is the question it answers, where that is known.

    `choice` is which ready answer of the question was tapped; `label` is what that answer says. `edits_id` is the
    message that this one replaces.
    """

    conversation: Conversation | None
    placement: Placement
    question_id: str | None = None
    points: bool = False
    choice: int | None = None
    label: str = ""
    edits_id: int | None = None


def place(work: Work, address_id: int, inbound: InboundText, rules: ConversationRules) -> Place:
    """Find where a message lands; a conversation it lands in is locked."""
    if inbound.tapped is not None:
        return _place_tap(work, address_id, inbound.tapped, inbound.received_at, rules)
    if inbound.edits is not None:
        return _place_edit(work, address_id, inbound)
    if inbound.replies_to is not None:
        return _place_reply_to(work, address_id, inbound, inbound.replies_to)
    return _place_words(work, address_id, inbound.received_at)


def _place_words(work: Work, address_id: int, received_at: datetime) -> Place:
    """Before the first question has left, words land in the conversation that ended before."""
    live = _live_at(work, address_id, received_at)
    if live is not None and _was_put_before(work, live, received_at):
        return Place(live, Placement.REPLY, live.question_id if live.asked else None)
    return _beside_the_open_question(work, address_id, live)


def _live_at(work: Work, address_id: int, moment: datetime) -> Conversation | None:
    live = conversations.live_at(work, address_id)
    if live is not None:
        _end_if_over(live, moment)
    return live if live is not None and live.progress in LIVE else None


def _end_if_over(conversation: Conversation, moment: datetime) -> None:
    """End a live conversation whose time was over by then: the clock that ends it may have been away for hours."""
    if conversation.progress in LIVE and conversation.closes_at is not None and conversation.closes_at <= moment:
        conversations.end(conversation, Progress.EXPIRED, moment)


def _beside_the_open_question(work: Work, address_id: int, live: Conversation | None) -> Place:
    if live is not None and live.progress in (Progress.STARTED, Progress.PARTIAL):
        return Place(live, Placement.EARLIER)
    ended = conversations.last_ended_at(work, address_id)
    if ended is not None and ended.progress in _STILL_OPEN_TO_WORDS:
        return Place(ended, Placement.LATE)
    return Place(None, Placement.UNMATCHED)


def _was_put_before(work: Work, conversation: Conversation, received_at: datetime) -> bool:
    """Whether the question that waits had left by the time a message was received.

    One that is held back until the tenant writes again has not been put, and waits for just such a message. Carriers
    list what they received by the whole second, so the fraction does not count.
    """
    if conversation.question_id is None or not conversation.asked:
        return True
    question = outbox.first_message_with_question(work, conversation.id, conversation.question_id)
    return (
        question is not None and question.sent_at is not None and question.sent_at.replace(microsecond=0) <= received_at
    )


def tap_data(conversation_id: int, question_number: int, choice: int) -> str:
    """What a ready answer carries, so that a tap on it is known again; far below Telegram's 64 bytes."""
    return f"{conversation_id}:{question_number}:{choice}"


def _place_tap(work: Work, address_id: int, data: str, tapped_at: datetime, rules: ConversationRules) -> Place:
    """What no ready answer of ours carries has been made up by the program that sent it, and answers nothing."""
    nowhere = Place(None, Placement.UNMATCHED)
    try:
        conversation_id, question_number, choice = (int(part) for part in data.split(":"))
    except ValueError:
        return nowhere
    conversation = conversations.with_address(work, conversation_id, address_id)
    if conversation is None:
        return nowhere
    flow = rules.flows.flow(conversation.consultation.flow_version)
    if not 0 <= question_number < len(flow.questions):
        return nowhere
    question = flow.questions[question_number]
    taps = taps_for(question, rules.texts, conversation.language)
    if not 0 <= choice < len(taps):
        return nowhere
    if outbox.first_message_with_question(work, conversation.id, question.id) is None:
        return nowhere
    return _pointing(conversation, question.id, tapped_at, choice=choice, label=taps[choice].label)


def _place_edit(work: Work, address_id: int, inbound: InboundText) -> Place:
    """An edited reply is about the question that it replied to. Other words that are edited answer nothing."""
    assert inbound.edits is not None
    original = messages.by_channel_id(work, inbound.channel, inbound.edits)
    if original is None or original.conversation_id is None or original.question_id is None:
        return _beside_the_open_question(work, address_id, _live_at(work, address_id, inbound.received_at))
    conversation = conversations.with_address(work, original.conversation_id, address_id)
    assert conversation is not None
    return _pointing(conversation, original.question_id, inbound.received_at, edits_id=original.id)


def _place_reply_to(work: Work, address_id: int, inbound: InboundText, replies_to: str) -> Place:
    """Words in reply to one of our messages are about the question in that one; else they are words like any others."""
    sent = outbox.question_sent_as(work, inbound.channel, replies_to)
    conversation = None if sent is None else conversations.with_address(work, sent.conversation_id, address_id)
    if sent is None or conversation is None or sent.question_id == conversation.question_id:
        return _place_words(work, address_id, inbound.received_at)
    return _pointing(conversation, sent.question_id, inbound.received_at)


def _pointing(
    conversation: Conversation,
    question_id: str,
    received_at: datetime,
    *,
    choice: int | None = None,
    label: str = "",
    edits_id: int | None = None,
) -> Place:
    _end_if_over(conversation, received_at)
    has_closed = conversation.closes_at is not None and conversation.closes_at <= received_at
    if conversation.progress in LIVE or (conversation.progress is Progress.COMPLETED and not has_closed):
        return Place(conversation, Placement.REPLY, question_id, True, choice, label, edits_id)
    if conversation.progress in _STILL_OPEN_TO_WORDS:
        return Place(conversation, Placement.LATE, label=label, edits_id=edits_id)
    return Place(None, Placement.UNMATCHED, label=label, edits_id=edits_id)
