"""Carrying out what the engine says has happened: rows for answers, alerts and staff, and texts into the outbox."""

from collections.abc import Sequence

from conversations.alerts import raise_alert
from conversations.arrival import Arrival
from conversations.opting_out import opt_in, opt_out, quarantine
from conversations.outgoing import queue_turn
from conversations.rules import ConversationRules
from flows.conversation import (
    AlertRaised,
    AnswerAmended,
    AnswerRecorded,
    Ended,
    Event,
    NeedsPerson,
    OptedIn,
    OptedOut,
    Reason,
    Say,
)
from storage import answers, inbox
from storage.database import Work
from storage.models import Answer, Conversation, InboxItem
from storage.models.answers import AnswerStatus
from storage.models.outbox import RowClass

CARRIER_TEXTS = frozenset({"stop_confirmation", "help"})
"""Texts that a carrier may have sent in its own words already.

Not the answer to START: Twilio answers that one only where it had blocked the number itself, and somebody who had
stopped in their own words would hear nothing.
"""


def carry_out(
    work: Work, conversation: Conversation, events: Sequence[Event], arrival: Arrival, rules: ConversationRules
) -> None:
    """Store what happened in one step of a conversation and queue what is said.

    `conversation` already holds the state after the step.
    """
    unsaid = CARRIER_TEXTS if arrival.answered_by_carrier else frozenset()
    said = {event.text_id for event in events if isinstance(event, Say)}
    for event in events:
        match event:
            case Say() if event.text_id not in unsaid:
                queue_turn(work, conversation, event, RowClass.REPLY, rules, arrival.now)
            case AnswerRecorded() | AnswerAmended():
                answers.record_answer(work, _answer(conversation, event, arrival))
            case NeedsPerson():
                hand_to_person(work, arrival, event.reason, event.question_id)
            case AlertRaised():
                raise_alert(work, arrival, event.alert, answered=event.alert in said)
            case OptedOut():
                if not opt_out(work, arrival):
                    unsaid |= {"stop_confirmation"}
            case OptedIn():
                opt_in(work, arrival)
            case Ended():
                conversation.ended_at = arrival.now


def hand_to_person(work: Work, arrival: Arrival, reason: str, question_id: str | None = None) -> None:
    """Put the message into the inbox of staff; after "wrong person" nobody is texted there until staff have looked."""
    item = InboxItem(message_id=arrival.message_id, reason=reason, question_id=question_id, raised_at=arrival.now)
    inbox.hand_to_person(work, item)
    if reason == Reason.WRONG_PERSON:
        quarantine(work, arrival)


def _answer(conversation: Conversation, event: AnswerRecorded | AnswerAmended, arrival: Arrival) -> Answer:
    understanding = event.understanding
    return Answer(
        conversation_id=conversation.id,
        question_id=event.question_id,
        measure=event.measure,
        message_id=arrival.message_id,
        status=AnswerStatus(understanding.status),
        value=understanding.value,
        comment=understanding.comment,
        rule=understanding.rule,
        recorded_at=arrival.now,
    )
