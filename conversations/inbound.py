"""Taking in a message from any channel: kept, placed, acted on, all in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from conversations.arrival import Arrival
from conversations.chat_links import is_start_of_chat, start_chat
from conversations.outgoing import queue_text
from conversations.outside import UNMATCHED, OutsideMessage
from conversations.placing import place
from conversations.recording import carry_out, hand_to_person
from conversations.rules import ConversationRules
from conversations.stored_state import state_after_end, state_of, store_state
from delivery.channel import InboundText
from flows.conversation import Say
from flows.engine import advance
from storage import messages, outbox, people
from storage.database import Database, DatabaseUnavailableError, Work
from storage.models import Conversation, InboundMessage
from storage.models.consultations import LIVE, Progress
from storage.models.messages import Placement
from storage.models.people import AddressState

SENT_BEFORE_QUESTION = "sent_before_question"
"""Why a person must look: the message came before the question that waits, so it is about something earlier."""

NOT_HANDLED = "not_handled"
"""Why a person must look: our own code failed on it, so nothing but STOP and hazards in it has been heeded."""

MEDIA = "media"
"""Why a person must look: a picture, a sound or the like came, which only a person can see or hear."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Taken:
    """What became of a message: its id and where it landed, or None twice for one we had already."""

    message_id: int | None
    placement: Placement | None


def take_in(database: Database, inbound: InboundText, rules: ConversationRules, now: datetime) -> Taken:
    """Keep one message and do what it asks for. When this returns, it and all that came of it are stored.

    A message whose carrier id we know changes nothing. One that our own code stumbles over is kept for a person, so
    that it neither gets lost nor stands in the way of those behind it; STOP and hazards in it count all the same.

    Raises:
        DatabaseUnavailableError: nothing is stored; the message is still on the carrier's list.
    """

    def take_in_and(act: "_Act") -> Taken:
        return database.retrying(lambda work: _take_in(work, inbound, rules, now, act))

    for act in (_act_on, _screen_for_person):
        try:
            return take_in_and(act)
        except DatabaseUnavailableError:
            raise
        except Exception as fault:
            logger.error("inbound_not_handled", sid=inbound.channel_message_id, fault=type(fault).__name__)
    return take_in_and(_leave_to_person)


def _take_in(work: Work, inbound: InboundText, rules: ConversationRules, now: datetime, act: "_Act") -> Taken:
    address = people.address_of(work, inbound.channel, inbound.sender)
    if address.state is AddressState.UNREACHABLE:
        address.state = AddressState.USABLE  # whoever texts us can be reached
    landed = place(work, address.id, inbound, rules)
    message_id = messages.record(
        work,
        InboundMessage(
            channel=inbound.channel,
            channel_message_id=inbound.channel_message_id,
            address_id=address.id,
            conversation_id=landed.conversation.id if landed.conversation else None,
            question_id=landed.question_id,
            placement=landed.placement,
            text=inbound.text or landed.label,
            edits_id=landed.edits_id,
            received_at=inbound.received_at,
            recorded_at=now,
        ),
    )
    if message_id is None:
        return Taken(None, None)
    if landed.choice is not None and landed.conversation is not None and landed.question_id is not None:
        outbox.question_has_arrived(work, landed.conversation.id, landed.question_id, now)
    for each in inbound.attachments:
        messages.keep_attachment(work, message_id, each.kind, each.reference, each.content_type)
    arrival = Arrival(message_id, inbound, landed, address, rules.answered_by_carrier(inbound), now)
    act(work, landed.conversation, landed.placement, arrival, rules)
    return Taken(message_id, landed.placement)


def _act_on(
    work: Work, conversation: Conversation | None, placement: Placement, arrival: Arrival, rules: ConversationRules
) -> None:
    if arrival.inbound.attachments:
        hand_to_person(work, arrival, MEDIA)
        if not arrival.words:
            OutsideMessage(work, arrival, rules).say_once_a_day(MEDIA)
            return
    if is_start_of_chat(work, arrival):
        start_chat(work, arrival, rules)
    elif conversation is None:
        OutsideMessage(work, arrival, rules).handle(ask_person=UNMATCHED)
    elif placement is Placement.EARLIER:
        OutsideMessage(work, arrival, rules).handle(ask_person=SENT_BEFORE_QUESTION)
    elif placement is Placement.REPLY and conversation.progress in LIVE:
        _reply(work, conversation, arrival, rules)
    else:
        _words_after_the_end(work, conversation, arrival, rules)


def _screen_for_person(
    work: Work, conversation: Conversation | None, placement: Placement, arrival: Arrival, rules: ConversationRules
) -> None:
    """Heed what needs no flow, and leave the rest to a person."""
    OutsideMessage(work, arrival, rules).handle(ask_person=NOT_HANDLED)
    # Also where a command in it has been obeyed: an answer beside it was not read.
    hand_to_person(work, arrival, NOT_HANDLED)


def _leave_to_person(
    work: Work, conversation: Conversation | None, placement: Placement, arrival: Arrival, rules: ConversationRules
) -> None:
    """Hand the message over as it is. It may have been a STOP: nothing more is said until somebody has read it."""
    hand_to_person(work, arrival, NOT_HANDLED)
    outbox.cancel_queued(work, arrival.address.id, "a message from there waits to be read")
    if conversation is not None:
        conversation.reminded_at = conversation.reminded_at or arrival.now


_Act = Callable[[Work, Conversation | None, Placement, Arrival, ConversationRules], None]


def _reply(work: Work, conversation: Conversation, arrival: Arrival, rules: ConversationRules) -> None:
    flow = rules.flows.flow(conversation.consultation.flow_version)
    state, events = advance(
        flow, rules.texts, state_of(work, conversation), arrival.reply, arrival.now, live=rules.live
    )
    store_state(work, conversation, state)
    carry_out(work, conversation, events, arrival, rules)


def _words_after_the_end(work: Work, conversation: Conversation, arrival: Arrival, rules: ConversationRules) -> None:
    """Words after the end: screened and kept; a survey that has closed is said to have closed, once."""
    flow = rules.flows.flow(conversation.consultation.flow_version)
    before = state_after_end(work, conversation)
    state, events = advance(flow, rules.texts, before, arrival.reply, arrival.now, live=rules.live)
    conversation.turn, conversation.language = state.turn, state.language
    carry_out(work, conversation, events, arrival, rules)
    if conversation.progress is Progress.EXPIRED and not any(isinstance(event, Say) for event in events):
        text = rules.texts.text(state.language, "late", state.facts)
        queue_text(work, arrival.address, Say(text, "late"), f"late:{conversation.id}", rules, arrival.now)
