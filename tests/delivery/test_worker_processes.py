import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from delivery.claim import LEASE
from delivery.reconciliation import LISTED_WITHIN, expire_leases, settle_unknown
from simulator import Faults, PhoneNetwork
from storage.database import Database
from storage.models.outbox import OutboxState
from tests.clock import Clock
from tests.delivery.conftest import OpenChannel, StartNetwork
from tests.delivery.sending import attempts, claim_one, send_due, stored, take_callbacks
from tests.rows import add_address, add_text
from tests.simulator.conftest import settle
from tests.simulator.customer import Customer

REPOSITORY = Path(__file__).parents[2]

StartWorker = Callable[[PhoneNetwork], subprocess.Popen[str]]


@pytest.fixture
def start_worker(database: Database, customer: Customer) -> Iterator[StartWorker]:
    """Start a worker in a process of its own; it waits for a line before it sends."""
    running: list[subprocess.Popen[str]] = []

    def start(network: PhoneNetwork) -> subprocess.Popen[str]:
        url = database.engine.url.render_as_string()
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.delivery.worker_process", url, network.base_url, customer.url],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(worker)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        return worker

    yield start
    for worker in running:
        worker.kill()
        worker.communicate()


def go(*workers: subprocess.Popen[str]) -> None:
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()


def test_two_workers_on_one_database_never_send_the_same_text_twice(
    database: Database, start_network: StartNetwork, start_worker: StartWorker
) -> None:
    network = start_network()
    with database.work() as work:
        for number in range(200, 400):
            add_text(work, add_address(work, f"+447700900{number:03}"))
    workers = [start_worker(network), start_worker(network)]
    go(*workers)
    tried = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    settle(network)
    assert sum(tried) == 200
    assert min(tried) > 0
    assert len({message.recipient for message in network.messages}) == len(network.messages) == 200
    assert len(attempts(database)) == 200


def kill_while_the_carrier_is_called(network: PhoneNetwork, worker: subprocess.Popen[str]) -> None:
    """Let the network accept one text without answering, and kill the worker that waits for the answer."""
    go(worker)
    deadline = time.monotonic() + 30
    while not network.messages:
        assert time.monotonic() < deadline, "the worker sent nothing"
        time.sleep(0.01)
    worker.kill()
    worker.communicate()


@pytest.mark.parametrize("by", ["callback", "list"])
async def test_what_a_killed_worker_had_sent_is_settled_and_nobody_is_texted_twice(
    database: Database,
    clock: Clock,
    start_network: StartNetwork,
    start_worker: StartWorker,
    open_channel: OpenChannel,
    customer: Customer,
    by: str,
) -> None:
    network = start_network(faults=Faults(hang_after_accepting=1, hang_seconds=60))
    with database.work() as work:
        message_id = add_text(work, add_address(work)).id
    kill_while_the_carrier_is_called(network, start_worker(network))
    network.conditions.faults = Faults()
    settle(network)
    [attempt] = stored(database, message_id).attempts
    assert (stored(database, message_id).state, attempt.result) == (OutboxState.SENDING, None)

    if by == "callback":
        take_callbacks(database, customer, clock)
        assert stored(database, message_id).state is OutboxState.DELIVERED
    expire_leases(database, clock.advance(LEASE))
    async with open_channel(network) as channel:
        await settle_unknown(database, {"sms": channel}, clock())
        assert stored(database, message_id).state is OutboxState.DELIVERED
        await settle_unknown(database, {"sms": channel}, clock.advance(LISTED_WITHIN))
        assert await send_due(database, channel, clock) == 0
    assert len(network.messages) == 1


async def test_what_a_dead_worker_had_claimed_but_not_sent_goes_out_once_after_all(
    database: Database, clock: Clock, start_network: StartNetwork, open_channel: OpenChannel
) -> None:
    network = start_network()
    with database.work() as work:
        message_id = add_text(work, add_address(work)).id
    claim_one(database)
    expire_leases(database, clock.advance(LEASE))
    async with open_channel(network) as channel:
        await settle_unknown(database, {"sms": channel}, clock())
        assert await send_due(database, channel, clock) == 0
        await settle_unknown(database, {"sms": channel}, clock.advance(LISTED_WITHIN))
        assert await send_due(database, channel, clock) == 1
    assert stored(database, message_id).state is OutboxState.SENT
    assert len(network.messages) == 1
