from datetime import datetime, timedelta

import pytest

from storage import outbox
from storage.database import Database, Work
from storage.models.outbox import OutboxState, RowClass
from tests.clock import NOON
from tests.rows import ANN, JOE, add_address, add_conversation, add_mail, add_text, outgoing_text
from tests.storage.test_attempts import try_it

MINUTE = timedelta(minutes=1)


def due(work: Work, limit: int = 10, *, with_bulk: bool = True) -> list[str]:
    return [message.body for message in outbox.due(work, NOON, limit, ["sms", "mail"], with_bulk=with_bulk)]


def test_a_message_whose_cause_has_queued_it_before_adds_and_changes_nothing(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        assert outbox.enqueue(work, outgoing_text(address, dedupe_key="one cause", body="first"))
        assert not outbox.enqueue(work, outgoing_text(address, dedupe_key="one cause", body="second"))
        assert due(work) == ["first"]


def test_a_queued_message_begins_with_every_default(database: Database) -> None:
    with database.work() as work:
        outbox.enqueue(work, outgoing_text(add_address(work)))
        [message] = outbox.due(work, NOON, 1, ["sms"], with_bulk=True)
        assert (message.state, message.sent_at, message.attempts) == (OutboxState.QUEUED, None, [])


def test_a_message_that_breaks_a_rule_is_an_error_and_not_taken_for_a_repeat(database: Database) -> None:
    with pytest.raises(Exception, match="segments_not_negative"), database.work() as work:
        outbox.enqueue(work, outgoing_text(add_address(work), segments=-1))


def test_what_is_due_comes_most_urgent_first_then_longest_due_then_in_order(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        add_text(work, address, body="bulk", due_at=NOON - 9 * MINUTE)
        add_mail(work, body="staff", due_at=NOON - 5 * MINUTE)
        for body in ("second reply", "third reply"):
            add_text(work, address, row_class=RowClass.REPLY, body=body)
        add_text(work, address, row_class=RowClass.REPLY, body="first reply", due_at=NOON - MINUTE)
        add_text(work, address, row_class=RowClass.SAFETY, body="safety")
        urgent_first = ["safety", "first reply", "second reply", "third reply", "staff", "bulk"]
        assert due(work) == urgent_first
        assert due(work, limit=2) == urgent_first[:2]
        assert due(work, with_bulk=False) == urgent_first[:-1]


@pytest.mark.parametrize("state", [state for state in OutboxState if state is not OutboxState.QUEUED])
def test_only_queued_messages_are_due(database: Database, state: OutboxState) -> None:
    with database.work() as work:
        add_text(work, add_address(work), state=state)
        assert due(work) == []


def test_unknown_messages_come_with_their_tries(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        add_text(work, address)
        unknown = add_text(work, address, state=OutboxState.UNKNOWN)
        for token in ("first", "second"):
            try_it(work, unknown, token)
    with database.reading() as work:
        [found] = outbox.unknown_messages(work)
    assert [attempt.token for attempt in found.attempts] == ["first", "second"]


def test_a_stop_cancels_what_waits_to_go_to_that_address_but_for_safety(database: Database) -> None:
    with database.work() as work:
        ann, joe = add_address(work, ANN), add_address(work, JOE)
        waiting = [add_text(work, ann, row_class=each) for each in (RowClass.BULK, RowClass.REPLY)]
        spared = [
            add_text(work, ann, row_class=RowClass.SAFETY),
            add_text(work, joe),
            add_text(work, ann, state=OutboxState.SENT),
            add_text(work, ann, state=OutboxState.SENDING),
        ]
        outbox.cancel_queued(work, ann.id, "opted out")
        assert {(message.state, message.ended_reason) for message in waiting} == {(OutboxState.CANCELLED, "opted out")}
        assert OutboxState.CANCELLED not in {message.state for message in spared}


def test_the_first_message_that_put_a_question_is_the_one_that_counts(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        conversation = add_conversation(work, address)
        first = add_text(work, address, conversation_id=conversation.id, question_id="worth", sent_at=NOON)
        add_text(work, address, conversation_id=conversation.id, question_id="worth")
        assert outbox.first_message_with_question(work, conversation.id, "worth") == (first.id, NOON)
        assert outbox.first_message_with_question(work, conversation.id, "why") is None


@pytest.mark.parametrize(
    ("state", "due_at", "quiet"),
    [
        (OutboxState.QUEUED, NOON, False),
        (OutboxState.QUEUED, NOON + MINUTE, True),
        (OutboxState.SENDING, NOON, False),
        (OutboxState.UNKNOWN, NOON, True),
        (OutboxState.SENT, NOON, True),
        (OutboxState.PARKED, NOON, True),
    ],
)
def test_the_outbox_is_quiet_when_nothing_is_due_or_on_its_way(
    database: Database, state: OutboxState, due_at: datetime, quiet: bool
) -> None:
    with database.work() as work:
        assert outbox.is_quiet(work, NOON)
        add_text(work, add_address(work), state=state, due_at=due_at)
        assert outbox.is_quiet(work, NOON) == quiet
