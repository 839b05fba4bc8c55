"""Every change that figures depend on has its conversation counted anew, in the transaction that makes it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from storage.answers import record_answer
from storage.consultations import join
from storage.database import Database, Work
from storage.models import (
    Answer,
    ChangedConversation,
    Conversation,
    ConversationPerson,
    InboundMessage,
    OutboxMessage,
    Tenant,
)
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.messages import Placement
from storage.models.outbox import OutboxState, RowClass
from storage.rollups import changed
from storage.tenant_upsert import TenantDetails, upsert_tenants
from tests.clock import NOON
from tests.rows import ANN, JOE, add_address, add_consultation, add_conversation, add_tenant

Change = Callable[[Work, Conversation], None]


@pytest.fixture
def asked(database: Database) -> Database:
    """Ann has been asked a question, which her network has taken; Joe has only been invited. All of it is counted."""
    with database.work() as work:
        ann, joe = add_address(work, ANN), add_address(work, JOE)
        consultation = add_consultation(work)
        conversation = add_conversation(work, ann, consultation, add_tenant(work, ann), progress=Progress.INVITED)
        add_conversation(work, joe, consultation, add_tenant(work, joe, "Joe", "Oakley"), progress=Progress.INVITED)
        put(work, conversation, OutboxState.SENT)
        work.session.execute(delete(ChangedConversation))
    return database


def put(work: Work, conversation: Conversation, state: OutboxState, question_id: str | None = "worth") -> OutboxMessage:
    message = OutboxMessage(
        dedupe_key=f"test:{question_id}:{state}",
        row_class=RowClass.BULK,
        channel="sms",
        recipient=ANN,
        address_id=conversation.address_id,
        conversation_id=conversation.id,
        question_id=question_id,
        text_id="opening",
        body="…",
        state=state,
        created_at=NOON,
        due_at=NOON,
        sent_at=NOON,
    )
    work.session.add(message)
    work.session.flush()
    return message


def answered(work: Work, conversation: Conversation) -> Answer:
    message = InboundMessage(
        channel="sms",
        channel_message_id=f"SM{work.session.query(InboundMessage).count()}",
        address_id=conversation.address_id,
        conversation_id=conversation.id,
        placement=Placement.REPLY,
        text="Y",
        received_at=NOON,
        recorded_at=NOON,
    )
    work.session.add(message)
    work.session.flush()
    return Answer(
        conversation_id=conversation.id,
        question_id="worth",
        measure="worth_attending",
        message_id=message.id,
        status=AnswerStatus.UNDERSTOOD,
        value=True,
        rule="yes_no",
        recorded_at=NOON,
    )


def anns(work: Work) -> Conversation:
    return work.session.query(Conversation).order_by(Conversation.id).limit(1).one()


def the_text(work: Work) -> OutboxMessage:
    return work.session.query(OutboxMessage).one()


def to(state: OutboxState) -> Change:
    """The text goes to a state."""

    def change(work: Work, conversation: Conversation) -> None:
        the_text(work).state = state

    return change


def in_two_steps(first: OutboxState, then: OutboxState) -> Change:
    """The text goes to a state and, which is looked at, to another."""

    def change(work: Work, conversation: Conversation) -> None:
        the_text(work).state = first
        work.session.flush()
        work.session.execute(delete(ChangedConversation))
        the_text(work).state = then

    return change


def answer(work: Work, conversation: Conversation) -> None:
    record_answer(work, answered(work, conversation))


def end(work: Work, conversation: Conversation) -> None:
    conversation.progress, conversation.ended_at = Progress.COMPLETED, NOON


def end_otherwise(work: Work, conversation: Conversation) -> None:
    end(work, conversation)
    work.session.flush()
    work.session.execute(delete(ChangedConversation))
    conversation.progress = Progress.REFUSED


def move_the_end(work: Work, conversation: Conversation) -> None:
    end(work, conversation)
    work.session.flush()
    work.session.execute(delete(ChangedConversation))
    conversation.ended_at = NOON + timedelta(hours=1)


def sent_earlier(work: Work, conversation: Conversation) -> None:
    the_text(work).sent_at = NOON - timedelta(hours=1)


def join_another(work: Work, conversation: Conversation) -> None:
    neighbour = add_tenant(work, add_address(work, "+447700900077"), "Farah", "Khan")
    join(work, conversation.consultation_id, conversation.address_id, [neighbour.id])


def rename(work: Work, conversation: Conversation) -> None:
    person = work.session.query(ConversationPerson).filter_by(conversation_id=conversation.id).one()
    tenant = work.session.get_one(Tenant, person.tenant_id)
    details = TenantDetails(tenant.tenant_ref, "Anna", "Beech", "en", None, None, None, ANN)
    upsert_tenants(work, [details], NOON)


def correct_by_staff(work: Work, conversation: Conversation) -> None:
    answer(work, conversation)
    work.session.execute(delete(ChangedConversation))
    work.session.execute(update(Answer).values(value=False))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(answer, id="an answer"),
        pytest.param(correct_by_staff, id="an answer corrected in place"),
        pytest.param(end, id="its end"),
        pytest.param(end_otherwise, id="STOP after the end"),
        pytest.param(move_the_end, id="an end put right"),
        pytest.param(to(OutboxState.UNDELIVERED), id="a text that turns out undelivered"),
        pytest.param(in_two_steps(OutboxState.UNDELIVERED, OutboxState.DELIVERED), id="and delivered after all"),
        pytest.param(to(OutboxState.UNKNOWN), id="a text that was another one"),
        pytest.param(in_two_steps(OutboxState.UNKNOWN, OutboxState.SENT), id="and was accepted after all"),
        pytest.param(in_two_steps(OutboxState.PARKED, OutboxState.DELIVERED), id="a parked text that a tap proves"),
        pytest.param(sent_earlier, id="a text that had left earlier"),
        pytest.param(join_another, id="somebody else at the same number"),
        pytest.param(rename, id="a name put right"),
    ],
)
def test_what_changes_the_figures_is_noted(asked: Database, change: Change) -> None:
    with asked.work() as work:
        conversation = anns(work)
        conversation_id = conversation.id
        change(work, conversation)
    with asked.reading() as work:
        assert changed(work) == [conversation_id]


def deliver(work: Work, conversation: Conversation) -> None:
    the_text(work).state = OutboxState.DELIVERED
    conversation.progress = Progress.DELIVERED


def go_on(work: Work, conversation: Conversation) -> None:
    conversation.question_id, conversation.turn, conversation.progress = "difference", 2, Progress.PARTIAL


def queue(work: Work, conversation: Conversation) -> None:
    put(work, conversation, OutboxState.QUEUED)


def thank(work: Work, conversation: Conversation) -> None:
    put(work, conversation, OutboxState.SENT, question_id=None)


def import_again(work: Work, conversation: Conversation) -> None:
    work.session.execute(update(Tenant).values(language="cy", first_name=Tenant.first_name))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(deliver, id="a text that arrives"),
        pytest.param(go_on, id="the next question"),
        pytest.param(queue, id="a text that waits"),
        pytest.param(in_two_steps(OutboxState.QUEUED, OutboxState.SENDING), id="a text on its way"),
        pytest.param(thank, id="a text without a question"),
        pytest.param(import_again, id="a tenant imported again"),
    ],
)
def test_what_leaves_the_figures_alone_is_not_noted(asked: Database, change: Change) -> None:
    with asked.work() as work:
        change(work, anns(work))
    with asked.reading() as work:
        assert changed(work) == []


def test_a_new_conversation_is_noted(database: Database) -> None:
    with database.work() as work:
        conversation = add_conversation(work, add_address(work))
    with database.reading() as work:
        assert changed(work) == [conversation.id]


def answer_and_fail(database: Database) -> None:
    with database.work() as work:
        answer(work, anns(work))
        raise RuntimeError


def test_what_is_rolled_back_is_not_noted(asked: Database) -> None:
    with pytest.raises(RuntimeError):
        answer_and_fail(asked)
    with asked.reading() as work:
        assert changed(work) == []
