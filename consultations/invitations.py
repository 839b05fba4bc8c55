"""The texts that we start ourselves: invitations, one reminder, and the end of a conversation nobody finished."""

from collections.abc import Callable
from datetime import datetime, timedelta

from conversations.outgoing import queue_turn
from conversations.rules import ConversationRules
from conversations.stored_state import state_without_answers, store_state
from delivery.quiet_hours import opens_at
from flows.conversation import ConversationState, Say
from flows.engine import Step, remind, start
from flows.flow import Flow
from flows.system_texts import SystemTexts
from storage import conversations, leases, outbox
from storage.database import Database, Work
from storage.models import Conversation
from storage.models.consultations import Progress
from storage.models.outbox import RowClass
from storage.policy import current_policy

STARTING_CONVERSATIONS = "starting conversations"
"""What only one process does at a time: two could each start one with a person of whom they see no other yet."""

REMINDERS_AT_ONCE = 100

SILENT_FOR = timedelta(days=1)
"""How long the open question must have waited before anybody is reminded of it."""


def first_text_leaves_at(work: Work, now: datetime) -> datetime:
    """When a first text queued at `now` (UTC) can leave: quiet hours are not time that tenants had to answer."""
    return opens_at(now, current_policy(work)) or now


def invite(
    work: Work, conversation: Conversation, rules: ConversationRules, now: datetime, leaves_at: datetime
) -> None:
    """Queue the first text of a conversation, which is live from then on; its time runs from `leaves_at` (UTC)."""
    consultation = conversation.consultation
    flow = rules.flows.flow(consultation.flow_version)
    conversation.progress = Progress.INVITED
    conversation.closes_at = leaves_at + timedelta(days=flow.expires_after_days)
    if flow.reminder_after_days is not None:
        conversation.remind_at = leaves_at + timedelta(days=flow.reminder_after_days)
    consultation.closes_at = max(consultation.closes_at, conversation.closes_at)
    _speak(work, conversation, start, rules, now)


def invite_waiting(database: Database, rules: ConversationRules, now: datetime) -> int:
    """Invite those who waited for another survey to end and whose time has come; how many."""
    return database.retrying(lambda work: _invite_waiting(work, rules, now))


def _invite_waiting(work: Work, rules: ConversationRules, now: datetime) -> int:
    leases.be_alone(work, STARTING_CONVERSATIONS)
    leaves_at = first_text_leaves_at(work, now)
    invited = 0
    for conversation in conversations.waiting_and_free(work):
        people = [tenant.id for tenant in conversations.people_of(work, conversation.id)]
        # The one before may have been theirs too.
        if not conversations.is_busy(work, conversation.address_id, people):
            invite(work, conversation, rules, now, leaves_at)
            invited += 1
    return invited


def remind_silent(database: Database, rules: ConversationRules, now: datetime) -> int:
    """Queue the one reminder to everybody who has fallen silent by the time it is due; how many.

    Whoever wrote today, or was asked today, is looked at again when they have been silent for a day.
    """
    return database.retrying(lambda work: _remind_silent(work, rules, now))


def _remind_silent(work: Work, rules: ConversationRules, now: datetime) -> int:
    reminded = 0
    for conversation in conversations.due_for_reminder(work, now, REMINDERS_AT_ONCE):
        if not _is_silent(work, conversation, now):
            conversation.remind_at = now + SILENT_FOR
            continue
        conversation.reminded_at = now
        _speak(work, conversation, remind, rules, now)
        reminded += 1
    return reminded


def _is_silent(work: Work, conversation: Conversation, now: datetime) -> bool:
    """Whether the open question has waited long; one held back after an alert has not been put at all."""
    if conversation.question_id is None:
        return True
    put = outbox.first_message_with_question(work, conversation.id, conversation.question_id)
    return put is None or (put.sent_at is not None and put.sent_at <= now - SILENT_FOR)


def expire_closed(database: Database, now: datetime) -> int:
    """End the conversations of consultations that have closed; how many. What comes later is kept as late."""
    return database.retrying(lambda work: _expire_closed(work, now))


def _expire_closed(work: Work, now: datetime) -> int:
    past = conversations.past_closing(work, now)
    for conversation in past:
        conversations.end(conversation, Progress.EXPIRED, now)
    return len(past)


def _speak(
    work: Work,
    conversation: Conversation,
    step: Callable[[Flow, SystemTexts, ConversationState], Step],
    rules: ConversationRules,
    now: datetime,
) -> None:
    flow = rules.flows.flow(conversation.consultation.flow_version)
    state, events = step(flow, rules.texts, state_without_answers(conversation))
    store_state(work, conversation, state)
    for event in events:
        if isinstance(event, Say):
            queue_turn(work, conversation, event, RowClass.BULK, rules, now)
