"""`sowhat outbox` as it is typed."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from service.commands.outbox import outbox
from storage import outbox as messages
from storage import people
from storage.database import Database, Work
from storage.models import Attempt, Conversation, OutboxMessage
from storage.models.consultations import Progress
from storage.models.outbox import AttemptResult, OutboxState, RowClass
from tests.service.derwent import ANN, JOE, converse, hold_coffee_morning
from tests.service.installed import NOON


def run(*arguments: str) -> Result:
    return CliRunner().invoke(outbox, arguments)


def put(
    work: Work,
    key: str,
    state: OutboxState,
    *,
    reason: str | None = None,
    last: AttemptResult | None = None,
    conversation: Conversation | None = None,
) -> OutboxMessage:
    message = OutboxMessage(
        dedupe_key=key,
        row_class=RowClass.BULK,
        channel="sms",
        recipient=ANN,
        address_id=people.address_of(work, "sms", ANN).id,
        conversation_id=conversation.id if conversation else None,
        question_id="worth" if conversation else None,
        text_id="opening",
        body="Was it worth your time?",
        segments=1,
        state=state,
        created_at=NOON,
        due_at=NOON,
        held_reason=reason if state is OutboxState.QUEUED else None,
        ended_reason=None if state is OutboxState.QUEUED else reason,
    )
    if last is not None:
        message.attempts.append(
            Attempt(token=key, started_at=NOON, lease_until=NOON + timedelta(minutes=3), ended_at=NOON, result=last)
        )
    work.session.add(message)
    work.session.flush()
    return message


def state_of(database: Database, message_id: int) -> OutboxMessage:
    with database.work() as work:
        return messages.locked(work, message_id)


def test_an_empty_outbox_says_so(database: Database) -> None:
    assert run().output == "The outbox is empty.\n"
    assert run("unknown").output == "Of every message it is known what became of it.\n"


def test_messages_are_counted_by_state_and_by_what_holds_them(database: Database) -> None:
    with database.work() as work:
        for number in range(3):
            put(work, f"quiet {number}", OutboxState.QUEUED, reason="quiet hours")
        put(work, "next", OutboxState.QUEUED)
        put(work, "gone", OutboxState.DELIVERED)
        put(work, "stopped", OutboxState.CANCELLED, reason="opted out")
    assert json.loads(run("--json").output) == [
        {"state": "queued", "reason": None, "messages": 1},
        {"state": "queued", "reason": "quiet hours", "messages": 3},
        {"state": "delivered", "reason": None, "messages": 1},
        {"state": "cancelled", "reason": "opted out", "messages": 1},
    ]
    assert "        3  queued: quiet hours\n" in run().output
    assert "sowhat outbox unknown" not in run().output


@pytest.mark.parametrize(
    ("last", "advice"),
    [
        (AttemptResult.RETRY, "It was certainly not sent."),
        (AttemptResult.UNKNOWN, "look in the Twilio console's message log"),
    ],
)
def test_a_parked_message_says_how_to_settle_it(database: Database, last: AttemptResult, advice: str) -> None:
    with database.work() as work:
        parked = put(work, "stuck", OutboxState.PARKED, reason="the carrier is silent", last=last)
    output = run("unknown").output
    assert "last tried 20 Nov 2026 12:00:00" in output
    assert "the carrier is silent" in output
    assert advice in output
    assert f"sowhat outbox resend {parked.id}" in output
    assert parked.body not in output
    assert json.loads(run("unknown", "--json").output)[0]["id"] == parked.id
    assert "sowhat outbox unknown" in run().output


def test_a_message_in_a_chat_of_which_nobody_knows_is_not_to_be_sent_twice(database: Database) -> None:
    with database.work() as work:
        parked = put(work, "stuck", OutboxState.PARKED, reason="nobody can tell", last=AttemptResult.UNKNOWN)
        parked.channel = "telegram"
    output = run("unknown").output
    assert f"sowhat outbox drop {parked.id}" in output
    assert "resend" not in output


def test_a_message_that_is_still_being_looked_for_is_listed_last_and_needs_nobody(database: Database) -> None:
    with database.work() as work:
        looked_for = put(work, "lost", OutboxState.UNKNOWN, last=AttemptResult.UNKNOWN)
        parked = put(work, "stuck", OutboxState.PARKED, last=AttemptResult.RETRY)
    rows = json.loads(run("unknown", "--json").output)
    assert [row["id"] for row in rows] == [parked.id, looked_for.id]
    assert "Nothing to do" in rows[1]["what_to_do"]


def test_a_parked_message_is_queued_again(database: Database) -> None:
    with database.work() as work:
        conversation = converse(work, hold_coffee_morning(work), "T-0001", JOE, Progress.INVITED)
        parked = put(work, "stuck", OutboxState.PARKED, last=AttemptResult.UNKNOWN, conversation=conversation)
        parked.sent_at = NOON
    assert run("resend", str(parked.id)).output == f"Message {parked.id} is queued again.\n"
    message = state_of(database, parked.id)
    assert (message.state, message.sent_at, message.ended_reason) == (OutboxState.QUEUED, None, None)
    assert message.due_at == NOON + timedelta(hours=1)


@pytest.mark.parametrize(("progress", "waits"), [(Progress.COMPLETED, "worth"), (Progress.PARTIAL, "why")])
def test_a_question_is_not_sent_again_into_a_conversation_that_has_gone_on(
    database: Database, progress: Progress, waits: str
) -> None:
    with database.work() as work:
        conversation = converse(work, hold_coffee_morning(work), "T-0001", JOE, progress)
        conversation.question_id = waits
        parked = put(work, "stuck", OutboxState.PARKED, last=AttemptResult.UNKNOWN, conversation=conversation)
    result = run("resend", str(parked.id))
    assert result.exit_code == 1
    assert f"sowhat outbox drop {parked.id}" in result.output
    assert state_of(database, parked.id).state is OutboxState.PARKED


def test_a_parked_message_is_dropped(database: Database) -> None:
    with database.work() as work:
        parked = put(work, "stuck", OutboxState.PARKED, last=AttemptResult.UNKNOWN)
    assert run("drop", str(parked.id)).output == f"Message {parked.id} is dropped.\n"
    assert state_of(database, parked.id).state is OutboxState.CANCELLED


@pytest.mark.parametrize("command", ["resend", "drop"])
def test_only_parked_messages_are_settled_by_hand(database: Database, command: str) -> None:
    with database.work() as work:
        sent = put(work, "sent", OutboxState.SENT)
    refused = run(command, str(sent.id))
    assert (refused.exit_code, "is sent and not parked" in refused.output) == (1, True)
    missing = run(command, "99")
    assert (missing.exit_code, "There is no message 99" in missing.output) == (1, True)
    assert "There is no message " in run(command, "9" * 40).output
