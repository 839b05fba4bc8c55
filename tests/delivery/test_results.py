from collections.abc import Sequence
from datetime import timedelta

import pytest

from delivery.channel import Receipt, Rejected, Retry, SendResult, Sent, Unknown
from delivery.claim import LEASE
from delivery.receipts import take_receipt
from delivery.reconciliation import expire_leases
from delivery.results import LONGEST_RETRY_DELAY, LONGEST_WAIT_ASKED_FOR, MOST_RETRIES
from storage import outbox
from storage.database import Database
from storage.models.consultations import Progress
from storage.models.outbox import AttemptResult, OutboxState, RowClass
from tests.clock import NOON
from tests.delivery.sending import claim_all, claim_one, progress, record, stored
from tests.rows import add_address, add_mail, add_text

SID, OTHER_SID = "SM" + "1" * 32, "SM" + "2" * 32


def receive(database: Database, receipt: Receipt) -> None:
    with database.work() as work:
        take_receipt(work, receipt, NOON)


@pytest.mark.parametrize(
    ("result", "state", "attempt_result", "ended_reason"),
    [
        (Sent(SID), OutboxState.SENT, AttemptResult.SENT, None),
        (Unknown("no answer"), OutboxState.UNKNOWN, AttemptResult.UNKNOWN, None),
        (Rejected("21617", "too long"), OutboxState.REJECTED, AttemptResult.REJECTED, "21617: too long"),
        (Retry("too many requests"), OutboxState.QUEUED, AttemptResult.RETRY, None),
    ],
)
def test_each_of_the_four_ends_of_a_send_is_written_down(
    database: Database,
    invitation: int,
    result: SendResult,
    state: OutboxState,
    attempt_result: AttemptResult,
    ended_reason: str | None,
) -> None:
    record(database, claim_one(database), result, NOON + timedelta(seconds=1))
    message = stored(database, invitation)
    [attempt] = message.attempts
    assert (message.state, message.ended_reason) == (state, ended_reason)
    assert (attempt.result, attempt.ended_at) == (attempt_result, NOON + timedelta(seconds=1))


def test_the_result_of_no_try_of_ours_changes_nothing(database: Database, invitation: int) -> None:
    record(database, "somebody-elses", Sent(SID))
    assert stored(database, invitation).state is OutboxState.QUEUED


def test_a_message_that_goes_back_into_the_queue_has_not_been_sent(database: Database, invitation: int) -> None:
    record(database, claim_one(database), Retry("no connection"))
    message = stored(database, invitation)
    assert (message.sent_at, message.held_reason) == (None, "no connection")


def retry_delays(database: Database, message_id: int) -> Sequence[timedelta]:
    """How long each try that was not accepted makes the message wait, until it no longer waits."""
    now, delays = NOON, []
    while stored(database, message_id).state is OutboxState.QUEUED:
        record(database, claim_one(database, now), Retry("no connection"), now)
        delays.append(stored(database, message_id).due_at - now)
        now = max(now, stored(database, message_id).due_at)
    return delays[:-1]


def test_tries_that_are_not_accepted_come_less_often_and_in_the_end_a_person_looks(database: Database) -> None:
    with database.work() as work:
        message_id = add_text(work, add_address(work), row_class=RowClass.REPLY).id
    delays = retry_delays(database, message_id)
    assert [delay.total_seconds() for delay in delays[:9]] == [2, 4, 8, 16, 32, 64, 128, 256, 512]
    assert set(delays[9:]) == {LONGEST_RETRY_DELAY}
    assert len(delays) + 1 == MOST_RETRIES
    message = stored(database, message_id)
    assert message.state is OutboxState.PARKED
    assert message.ended_reason == f"not accepted in {MOST_RETRIES} tries: no connection"


def test_an_internet_connection_may_be_away_for_an_hour_before_anything_is_parked(database: Database) -> None:
    with database.work() as work:
        message_id = add_text(work, add_address(work), row_class=RowClass.REPLY).id
    assert sum(retry_delays(database, message_id), timedelta()) > timedelta(hours=1)


@pytest.mark.parametrize(
    ("asked_for", "waits"),
    [
        pytest.param(None, timedelta(seconds=2), id="nothing"),
        pytest.param(1.0, timedelta(seconds=2), id="less than we wait anyway"),
        pytest.param(90.0, timedelta(seconds=90), id="more"),
        pytest.param(1e300, LONGEST_WAIT_ASKED_FOR, id="for ever"),
        pytest.param(float("inf"), LONGEST_WAIT_ASKED_FOR, id="without end"),
    ],
)
def test_a_carrier_that_says_how_long_to_wait_is_heeded_within_reason(
    database: Database, invitation: int, asked_for: float | None, waits: timedelta
) -> None:
    record(database, claim_one(database), Retry("too many requests", asked_for))
    assert stored(database, invitation).due_at == NOON + waits


class TestACallbackQuickerThanTheAnswer:
    @pytest.mark.parametrize("result", [Sent(SID), Unknown("no answer"), Retry("no connection"), Rejected("1", "no")])
    def test_is_not_undone_by_the_answer(self, database: Database, invitation: int, result: SendResult) -> None:
        token = claim_one(database)
        receive(database, Receipt(token, SID, "delivered"))
        record(database, token, result)
        message = stored(database, invitation)
        [attempt] = message.attempts
        assert (message.state, attempt.result, attempt.provider_id) == (OutboxState.DELIVERED, AttemptResult.SENT, SID)
        assert progress(database, invitation) is Progress.DELIVERED


class TestAWorkerThatComesBackAfterItsLease:
    @pytest.mark.parametrize(
        ("result", "state"),
        [
            (Sent(SID), OutboxState.SENT),
            (Rejected("21617", "too long"), OutboxState.REJECTED),
            (Retry("no connection"), OutboxState.QUEUED),
            (Unknown("no answer"), OutboxState.UNKNOWN),
        ],
    )
    def test_is_still_heard(self, database: Database, invitation: int, result: SendResult, state: OutboxState) -> None:
        token = claim_one(database)
        expire_leases(database, NOON + LEASE)
        record(database, token, result, NOON + LEASE)
        assert stored(database, invitation).state is state

    @pytest.mark.parametrize("result", [Retry("no connection"), Rejected("21617", "too long"), Unknown("no answer")])
    def test_says_nothing_about_a_later_try(self, database: Database, invitation: int, result: SendResult) -> None:
        late = claim_one(database)
        expire_leases(database, NOON + LEASE)
        with database.work() as work:
            outbox.locked(work, invitation).state = OutboxState.QUEUED
        later = claim_one(database, NOON + LEASE)
        record(database, late, result, NOON + LEASE)
        assert stored(database, invitation).state is OutboxState.SENDING
        record(database, later, Sent(OTHER_SID), NOON + LEASE)
        assert stored(database, invitation).state is OutboxState.SENT

    def test_takes_a_message_back_that_was_about_to_go_out_again(self, database: Database, invitation: int) -> None:
        token = claim_one(database)
        expire_leases(database, NOON + LEASE)
        with database.work() as work:
            message = outbox.locked(work, invitation)
            message.state, message.sent_at = OutboxState.QUEUED, None
        record(database, token, Sent(SID), NOON + LEASE)
        assert claim_all(database, NOON + LEASE) == []
        assert stored(database, invitation).sent_at == NOON

    def test_may_name_the_mail_that_went_out_again_under_the_same_message_id(self, database: Database) -> None:
        with database.work() as work:
            mail_id = add_mail(work).id
        late = claim_one(database)
        expire_leases(database, NOON + LEASE)
        with database.work() as work:
            outbox.locked(work, mail_id).state = OutboxState.QUEUED
        record(database, claim_one(database, NOON + LEASE), Sent("<one@derwent.example.org>"), NOON + LEASE)
        record(database, late, Sent("<one@derwent.example.org>"), NOON + LEASE)
        assert stored(database, mail_id).state is OutboxState.SENT
