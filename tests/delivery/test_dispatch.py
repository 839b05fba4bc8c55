import asyncio
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from delivery.channel import OutgoingMessage, SendResult, Sent
from delivery.claim import LEASE
from delivery.dispatch import CONCURRENT_SENDS, Dispatcher
from delivery.reconciliation import LISTED_WITHIN, settle_unknown
from mail.smtp_channel import SmtpChannel
from mail.smtp_server import parse_smtp_url
from simulator import Faults, Tenant
from storage import opt_outs, people
from storage.database import Database
from storage.models.outbox import AttemptResult, OutboxState
from storage.models.people import AddressState
from tests.clock import NOON, Clock
from tests.delivery.conftest import OpenChannel, StartNetwork
from tests.delivery.sending import FakeChannel, accepting, attempts, rules, send_due, stored, take_callbacks
from tests.mail.post_office import PostOffice, open_post_office
from tests.rows import ANN, JOE, add_address, add_mail, add_text
from tests.simulator.conftest import send as send_by_hand
from tests.simulator.conftest import settle
from tests.simulator.customer import Customer


def queue(database: Database, phone: str = ANN, **details: Any) -> int:
    """Put one text into the outbox; its id."""
    with database.work() as work:
        return add_text(work, add_address(work, phone), **details).id


async def test_a_text_goes_out_and_its_receipts_come_back(
    database: Database, clock: Clock, start_network: StartNetwork, open_channel: OpenChannel, customer: Customer
) -> None:
    network = start_network()
    message_id = queue(database, body="Was it worth your time?")
    async with open_channel(network) as channel:
        assert await send_due(database, channel, clock) == 1
        assert await send_due(database, channel, clock) == 0
    assert stored(database, message_id).state is OutboxState.SENT
    settle(network)
    take_callbacks(database, customer, clock)
    assert stored(database, message_id).state is OutboxState.DELIVERED
    assert [message.body for message in network.received(ANN)] == ["Was it worth your time?"]


async def test_a_carrier_with_too_much_to_do_is_asked_again_later(
    database: Database, clock: Clock, start_network: StartNetwork, open_channel: OpenChannel
) -> None:
    network = start_network(faults=Faults(too_many_requests=1))
    message_id = queue(database)
    async with open_channel(network) as channel:
        await send_due(database, channel, clock)
        assert await send_due(database, channel, clock) == 0
        assert stored(database, message_id).state is OutboxState.QUEUED
        network.conditions.faults = Faults()
        clock.advance(timedelta(seconds=2))
        assert await send_due(database, channel, clock) == 1
    assert len(network.messages) == 1
    assert [attempt.result for attempt in attempts(database)] == [AttemptResult.RETRY, AttemptResult.SENT]


async def test_a_number_that_is_none_is_refused_and_remembered(
    database: Database, clock: Clock, start_network: StartNetwork, open_channel: OpenChannel
) -> None:
    network = start_network(tenants=[Tenant(ANN, failure=21211)])
    message_id = queue(database)
    async with open_channel(network) as channel:
        await send_due(database, channel, clock)
    assert stored(database, message_id).state is OutboxState.REJECTED
    with database.work() as work:
        address = people.address_of(work, "sms", ANN)
        assert address.state is AddressState.UNREACHABLE
        later = add_text(work, address).id
    async with open_channel(network) as channel:
        assert await send_due(database, channel, clock) == 0
    assert stored(database, later).ended_reason == "address unreachable"


async def test_somebody_the_carrier_knows_to_have_stopped_is_not_texted_again(
    database: Database, clock: Clock, start_network: StartNetwork, open_channel: OpenChannel
) -> None:
    network = start_network(tenants=[Tenant(ANN, failure=21610)])
    queue(database)
    async with open_channel(network) as channel:
        await send_due(database, channel, clock)
    with database.reading() as work:
        assert opt_outs.is_opted_out(work, people.address_of(work, "sms", ANN))


LOST_ANSWERS = [
    Faults(server_error_after_accepting=1),
    Faults(drop_after_accepting=1),
    Faults(hang_after_accepting=1, hang_seconds=2),
]


@pytest.mark.parametrize("faults", LOST_ANSWERS, ids=["a server error", "a dropped line", "no answer in time"])
@pytest.mark.parametrize("by", ["callback", "list"])
async def test_a_text_that_was_accepted_without_an_answer_is_settled_and_not_sent_twice(
    database: Database,
    clock: Clock,
    start_network: StartNetwork,
    open_channel: OpenChannel,
    customer: Customer,
    faults: Faults,
    by: str,
) -> None:
    network = start_network(faults=faults)
    message_id = queue(database)
    async with open_channel(network, send_timeout_seconds=0.5) as channel:
        await send_due(database, channel, clock)
        assert stored(database, message_id).state is OutboxState.UNKNOWN
        settle(network)
        if by == "callback":
            take_callbacks(database, customer, clock)
        else:
            await settle_unknown(database, {"sms": channel}, clock())
        assert stored(database, message_id).state is OutboxState.DELIVERED
        clock.advance(LISTED_WITHIN)
        await settle_unknown(database, {"sms": channel}, clock())
        assert await send_due(database, channel, clock) == 0
    assert len(network.messages) == 1


async def test_a_text_that_was_not_accepted_goes_out_once_after_the_list_has_shown_that(
    database: Database, clock: Clock, start_network: StartNetwork, open_channel: OpenChannel
) -> None:
    network = start_network(faults=Faults(server_error=1))
    message_id = queue(database)
    async with open_channel(network) as channel:
        await send_due(database, channel, clock)
        network.conditions.faults = Faults()
        await settle_unknown(database, {"sms": channel}, clock())
        assert await send_due(database, channel, clock) == 0
        await settle_unknown(database, {"sms": channel}, clock.advance(LISTED_WITHIN))
        assert await send_due(database, channel, clock) == 1
    assert stored(database, message_id).state is OutboxState.SENT
    assert len(network.messages) == 1


async def test_the_same_words_sent_by_hand_meanwhile_leave_it_to_a_person(
    database: Database, clock: Clock, start_network: StartNetwork, open_channel: OpenChannel
) -> None:
    network = start_network(faults=Faults(server_error_after_accepting=1))
    message_id = queue(database, body="Was it worth your time?")
    async with open_channel(network) as channel:
        await send_due(database, channel, clock)
        network.conditions.faults = Faults()
        await asyncio.to_thread(send_by_hand, network, ANN, "Was it worth your time?")
        await settle_unknown(database, {"sms": channel}, clock())
    assert stored(database, message_id).state is OutboxState.PARKED


async def test_a_mail_cut_off_on_its_way_goes_out_once_more_with_the_same_message_id(
    database: Database, clock: Clock
) -> None:
    with database.work() as work:
        mail_id = add_mail(work).id
    with open_post_office(PostOffice(hang_up=True)) as office:
        channel = SmtpChannel(parse_smtp_url(office.url("?starttls=never")), "surveys@derwent.example.org", clock)
        await send_due(database, channel, clock)
        assert stored(database, mail_id).state is OutboxState.UNKNOWN
        office.hang_up = False
        await settle_unknown(database, {}, clock())
        await send_due(database, channel, clock)
        first, second = office.mails()
    assert first["Message-ID"] == second["Message-ID"]
    assert stored(database, mail_id).state is OutboxState.SENT


async def test_the_try_is_on_record_and_no_transaction_is_open_while_the_carrier_is_called(
    database: Database, clock: Clock
) -> None:
    seen: list[tuple[int, OutboxState]] = []

    def look() -> None:
        # Writing waits for any transaction that is open, so it would not come back.
        with database.work() as work:
            add_address(work, JOE)
        seen.append((len(attempts(database)), stored(database, message_id).state))

    async def ending(_message: OutgoingMessage) -> SendResult:
        await asyncio.wait_for(asyncio.to_thread(look), timeout=5)
        return Sent("SM1")

    message_id = queue(database)
    await send_due(database, FakeChannel(ending), clock)
    assert seen == [(1, OutboxState.SENDING)]


async def test_many_are_sent_at_once_and_no_more_than_one_batch(database: Database, clock: Clock) -> None:
    under_way = most = 0

    async def ending(message: OutgoingMessage) -> SendResult:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.05)
        under_way -= 1
        return Sent(message.attempt)

    with database.work() as work:
        address = add_address(work)
        for _ in range(CONCURRENT_SENDS + 10):
            add_text(work, address)
    channel = FakeChannel(ending)
    assert [await send_due(database, channel, clock) for _ in range(3)] == [CONCURRENT_SENDS, 10, 0]
    assert most == CONCURRENT_SENDS


async def test_a_result_that_cannot_be_written_down_does_not_lose_the_others(database: Database, clock: Clock) -> None:
    ann, joe = queue(database, ANN), queue(database, JOE)
    accept = accepting()

    async def ending(message: OutgoingMessage) -> SendResult:
        # The database refuses what is no text.
        return Sent(object()) if message.to == ANN else await accept(message)  # type: ignore[arg-type] # on purpose

    with capture_logs() as logs:
        assert await send_due(database, FakeChannel(ending), clock) == 2
    assert stored(database, joe).state is OutboxState.SENT
    assert stored(database, ann).state is OutboxState.SENDING
    assert [entry["event"] for entry in logs] == ["result_not_recorded"]


@pytest.mark.parametrize("stood_still", [LEASE, timedelta(hours=2)], ids=["for-the-lease", "for-hours"])
async def test_a_worker_that_stood_still_after_claiming_sends_nothing_that_another_may_have_sent(
    database: Database, stood_still: timedelta
) -> None:
    message_id = queue(database)
    channel = FakeChannel(accepting())
    times = iter([NOON])
    dispatcher = Dispatcher(database, {"sms": channel}, rules(), lambda: next(times, NOON + stood_still))
    assert await dispatcher.send_due() == 1
    await dispatcher.finish()
    assert channel.sent == []
    assert stored(database, message_id).state is OutboxState.QUEUED
    assert [attempt.result for attempt in attempts(database)] == [AttemptResult.RETRY]
