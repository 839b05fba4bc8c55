from collections.abc import Mapping
from datetime import timedelta

import pytest

from delivery.channel import Rejected, Sent, SentMessages, SentRecord, Unknown
from delivery.claim import LEASE
from delivery.reconciliation import CLOCK_DIFFERENCE, LISTED_WITHIN, expire_leases, settle_unknown
from storage import opt_outs, outbox, people
from storage.database import Database
from storage.models.outbox import AttemptResult, OutboxState
from tests.clock import NOON, Clock
from tests.delivery.sending import (
    FakeChannel,
    FakeList,
    SilentList,
    accepting,
    always,
    attempts,
    claim_all,
    claim_one,
    record,
    send_due,
    stored,
)
from tests.rows import ANN, add_address, add_mail, add_text

BODY = "Was it worth your time?"
SID, OTHER_SID = "SM" + "1" * 32, "SM" + "2" * 32


@pytest.fixture
def unknown(database: Database) -> int:
    """A text sent at noon without an answer from the carrier; its id."""
    with database.work() as work:
        message_id = add_text(work, add_address(work), body=BODY).id
    token = claim_one(database)
    record(database, token, Unknown("no answer"))
    return message_id


async def settle(database: Database, carrier: SentMessages, after: timedelta = timedelta()) -> None:
    await settle_unknown(database, {"sms": carrier}, NOON + after)


def listed(provider_id: str = SID, body: str = BODY, status: str = "sent") -> SentRecord:
    return SentRecord(provider_id=provider_id, to=ANN, body=body, status=status, created_at=NOON)


def test_a_lease_that_runs_out_makes_the_send_unknown_and_not_a_moment_earlier(database: Database) -> None:
    with database.work() as work:
        message_id = add_text(work, add_address(work)).id
    claim_one(database)
    expire_leases(database, NOON + LEASE - timedelta(microseconds=1))
    assert stored(database, message_id).state is OutboxState.SENDING
    expire_leases(database, NOON + LEASE)
    message = stored(database, message_id)
    assert message.state is OutboxState.UNKNOWN
    assert (message.attempts[0].result, message.attempts[0].ended_at) == (AttemptResult.UNKNOWN, NOON + LEASE)
    assert claim_all(database, NOON + LEASE) == []


def test_a_send_that_ended_has_no_lease_to_run_out(database: Database) -> None:
    with database.work() as work:
        message_id = add_text(work, add_address(work)).id
    token = claim_one(database)
    record(database, token, Sent(SID))
    expire_leases(database, NOON + LEASE)
    assert stored(database, message_id).state is OutboxState.SENT


async def test_one_match_on_the_list_binds(database: Database, unknown: int) -> None:
    await settle(database, FakeList([listed()]))
    message = stored(database, unknown)
    assert (message.state, message.attempts[0].provider_id) == (OutboxState.SENT, SID)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("queued", OutboxState.SENT),
        ("sent", OutboxState.SENT),
        ("delivered", OutboxState.DELIVERED),
        ("undelivered", OutboxState.UNDELIVERED),
        ("failed", OutboxState.UNDELIVERED),
    ],
)
async def test_the_list_also_says_how_far_the_message_has_come(
    database: Database, unknown: int, status: str, state: OutboxState
) -> None:
    await settle(database, FakeList([listed(status=status)]))
    assert stored(database, unknown).state is state


async def test_two_matches_go_to_a_person(database: Database, unknown: int) -> None:
    await settle(database, FakeList([listed(SID), listed(OTHER_SID)]))
    message = stored(database, unknown)
    assert message.state is OutboxState.PARKED
    assert message.ended_reason == "the carrier lists more than one message that could be this one"


async def test_what_the_list_says_of_other_words_or_known_messages_is_no_match(
    database: Database, unknown: int
) -> None:
    with database.work() as work:
        address = people.address_of(work, "sms", ANN)
        add_text(work, address, body=BODY)
    token = claim_one(database)
    record(database, token, Sent(OTHER_SID))
    await settle(database, FakeList([listed(OTHER_SID), listed(SID, body="Something else")]))
    assert stored(database, unknown).state is OutboxState.UNKNOWN


async def test_the_list_is_asked_about_one_number_from_just_before_the_send(database: Database, unknown: int) -> None:
    carrier = FakeList()
    await settle(database, carrier)
    assert carrier.asked == [(ANN, NOON - CLOCK_DIFFERENCE)]


async def test_what_is_not_on_the_list_is_given_fifteen_minutes_and_then_sent_once_more_and_then_parks(
    database: Database, unknown: int, clock: Clock
) -> None:
    just_before = LISTED_WITHIN - timedelta(microseconds=1)
    await settle(database, FakeList(), just_before)
    assert stored(database, unknown).state is OutboxState.UNKNOWN

    await settle(database, FakeList(), LISTED_WITHIN)
    again = stored(database, unknown)
    assert (again.state, again.due_at, again.sent_at) == (OutboxState.QUEUED, NOON + LISTED_WITHIN, None)

    clock.advance(LISTED_WITHIN)
    assert await send_due(database, FakeChannel(always(Unknown("no answer"))), clock) == 1
    await settle(database, FakeList(), LISTED_WITHIN + just_before)
    assert stored(database, unknown).state is OutboxState.UNKNOWN

    await settle(database, FakeList(), 2 * LISTED_WITHIN)
    parked = stored(database, unknown)
    assert parked.state is OutboxState.PARKED
    assert parked.ended_reason == "sent twice without an answer from the carrier"
    assert claim_all(database, NOON + timedelta(days=1)) == []


async def test_the_second_try_may_well_succeed(database: Database, unknown: int, clock: Clock) -> None:
    await settle(database, FakeList(), LISTED_WITHIN)
    clock.advance(LISTED_WITHIN)
    await send_due(database, FakeChannel(accepting()), clock)
    assert stored(database, unknown).state is OutboxState.SENT
    assert [attempt.result for attempt in attempts(database)] == [AttemptResult.UNKNOWN, AttemptResult.SENT]


async def test_a_second_try_passes_the_same_gate_as_the_first(database: Database, unknown: int) -> None:
    await settle(database, FakeList(), LISTED_WITHIN)
    with database.work() as work:
        opt_outs.opt_out(work, people.address_of(work, "sms", ANN), NOON)
    assert claim_all(database, NOON + LISTED_WITHIN) == []
    assert stored(database, unknown).ended_reason == "opted out"


async def test_a_carrier_that_cannot_be_asked_is_asked_again_later(database: Database, unknown: int) -> None:
    await settle(database, SilentList(), LISTED_WITHIN)
    assert stored(database, unknown).state is OutboxState.UNKNOWN
    await settle(database, FakeList([listed()]), LISTED_WITHIN)
    assert stored(database, unknown).state is OutboxState.SENT


@pytest.mark.parametrize("lists", [{}, {"mail": FakeList()}])
async def test_a_channel_without_a_list_leaves_it_to_a_person(
    database: Database, unknown: int, lists: Mapping[str, SentMessages]
) -> None:
    await settle_unknown(database, lists, NOON)
    message = stored(database, unknown)
    assert (message.state, message.ended_reason) == (OutboxState.PARKED, "nobody can tell whether it was sent")


async def test_a_message_that_a_callback_settled_meanwhile_is_left_alone(database: Database, unknown: int) -> None:
    class ListDuringWhichACallbackComes(FakeList):
        async def list_sent(self, to: str, since: object) -> list[SentRecord]:
            with database.work() as work:
                outbox.locked(work, unknown).state = OutboxState.DELIVERED
            return [listed(SID), listed(OTHER_SID)]

    await settle(database, ListDuringWhichACallbackComes())
    assert stored(database, unknown).state is OutboxState.DELIVERED


async def test_a_mail_goes_out_once_more_at_once_and_then_parks(database: Database, clock: Clock) -> None:
    with database.work() as work:
        mail_id = add_mail(work).id
    office = FakeChannel(always(Unknown("no answer")), name="mail")
    for _ in range(3):
        await send_due(database, office, clock)
        await settle_unknown(database, {}, clock())
    assert len({message.message_id for message in office.sent}) == 1
    assert len({message.attempt for message in office.sent}) == len(office.sent) == 2
    assert stored(database, mail_id).state is OutboxState.PARKED


async def test_only_tries_of_unknown_end_count_towards_parking(database: Database, clock: Clock) -> None:
    with database.work() as work:
        mail_id = add_mail(work).id
    for result in (Unknown("no answer"), Rejected("550", "no such mailbox")):
        await send_due(database, FakeChannel(always(result), name="mail"), clock)
        await settle_unknown(database, {}, clock())
    assert stored(database, mail_id).state is OutboxState.REJECTED
