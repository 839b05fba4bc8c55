"""Putting what a conversation says into the outbox."""

from datetime import datetime
from unicodedata import normalize

from conversations.placing import tap_data
from conversations.rules import ConversationRules
from flows.conversation import Say
from storage import opt_outs, outbox
from storage.database import Work
from storage.models import Address, Conversation, OutboxMessage
from storage.models.consultations import LIVE
from storage.models.outbox import RowClass
from storage.people import PHONE_CHANNEL


def queue_turn(
    work: Work, conversation: Conversation, say: Say, row_class: RowClass, rules: ConversationRules, now: datetime
) -> None:
    """Queue one text of a conversation's turn; said again by a repeat of the same turn, it adds nothing."""
    _queue(
        work,
        conversation.address,
        say,
        row_class,
        rules,
        now,
        conversation_id=conversation.id,
        dedupe_key=f"conversation:{conversation.id}:turn:{conversation.turn}:{say.text_id}",
        buttons=_buttons(conversation, say, rules),
        expires_at=conversation.closes_at if conversation.progress in LIVE else None,
    )


def _buttons(conversation: Conversation, say: Say, rules: ConversationRules) -> list[list[str]] | None:
    """The ready answers below a question, each as its label and what a tap on it brings back."""
    if not say.taps:
        return None
    assert say.question_id is not None
    flow = rules.flows.flow(conversation.consultation.flow_version)
    number = flow.questions.index(flow.question(say.question_id))
    return [[tap.label, tap_data(conversation.id, number, tap.choice)] for tap in say.taps]


def queue_text(work: Work, address: Address, say: Say, cause: str, rules: ConversationRules, now: datetime) -> None:
    """Queue a text outside any survey; `cause` is what it answers, and is answered once."""
    _queue(work, address, say, RowClass.REPLY, rules, now, dedupe_key=cause)


def _queue(
    work: Work,
    address: Address,
    say: Say,
    row_class: RowClass,
    rules: ConversationRules,
    now: datetime,
    **details: object,
) -> None:
    # The same is looked at when it is sent; looked at here too, no text is kept that can never leave.
    if row_class is RowClass.REPLY and not say.safety and opt_outs.is_opted_out(work, address):
        return
    # As the carrier will list it: an unknown send is found again by its text.
    body = normalize("NFC", say.text)
    outbox.enqueue(
        work,
        OutboxMessage(
            row_class=RowClass.SAFETY if say.safety else row_class,
            channel=address.channel,
            recipient=address.value,
            address_id=address.id,
            question_id=say.question_id,
            text_id=say.text_id,
            body=body,
            segments=rules.count_segments(body) if address.channel == PHONE_CHANNEL else 0,
            created_at=now,
            due_at=now,
            **details,
        ),
    )
