"""The dispatcher keeps many sends under way, whatever single ones of them do."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select
from structlog.testing import capture_logs

from delivery.channel import OutgoingMessage, SendResult, Sent
from delivery.dispatch import CONCURRENT_SENDS, LEAST_CLAIM, Dispatcher
from storage.database import Database
from storage.models import OutboxMessage
from storage.models.outbox import AttemptResult, OutboxState, RowClass
from tests.clock import Clock
from tests.delivery.sending import FakeChannel, attempts, rules
from tests.rows import add_address, add_text


class Gate:
    """A carrier that answers when it is told to; `calls` are the texts that wait for its answer."""

    def __init__(self) -> None:
        self.calls: dict[str, asyncio.Future[None]] = {}
        self.most = 0

    async def __call__(self, message: OutgoingMessage) -> SendResult:
        self.calls[message.body] = asyncio.get_running_loop().create_future()
        self.most = max(self.most, len(self.calls))
        await self.calls[message.body]
        return Sent(f"SM {message.body}")

    def answer(self, *bodies: str) -> None:
        """Answer these calls, or all."""
        for body in bodies or tuple(self.calls):
            self.calls.pop(body).set_result(None)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def dispatcher(database: Database, gate: Gate, clock: Clock) -> Dispatcher:
    return Dispatcher(database, {"sms": FakeChannel(gate)}, rules(), clock)


def queue(database: Database, count: int, **details: Any) -> list[int]:
    """Put so many texts into the outbox, their bodies numbered from 0; their ids."""
    with database.work() as work:
        address = add_address(work)
        return [add_text(work, address, **{"body": str(number), **details}).id for number in range(count)]


def state(database: Database, message_id: int) -> OutboxState:
    """How a message stands; looked at without a lock, which the writing down of results would be in the way of."""
    with database.reading() as work:
        return work.session.scalars(select(OutboxMessage.state).where(OutboxMessage.id == message_id)).one()


async def until_called(gate: Gate, count: int) -> None:
    while len(gate.calls) < count:
        await asyncio.sleep(0.001)


@contextmanager
def counting_commits(database: Database) -> Iterator[list[None]]:
    commits: list[None] = []

    def note(_connection: Any) -> None:
        commits.append(None)

    event.listen(database.engine, "commit", note)
    yield commits
    event.remove(database.engine, "commit", note)


async def test_a_send_that_hangs_holds_up_no_other(database: Database, dispatcher: Dispatcher, gate: Gate) -> None:
    [hanging] = queue(database, 1)
    assert await dispatcher.send_due() == 1
    await until_called(gate, 1)
    with database.work() as work:
        later = add_text(work, add_address(work, "+447700900002"), row_class=RowClass.REPLY, body="later").id
    assert await dispatcher.send_due() == 1
    await until_called(gate, 2)
    gate.answer("later")
    while state(database, later) is not OutboxState.SENT:
        await asyncio.sleep(0.001)
    assert state(database, hanging) is OutboxState.SENDING
    gate.answer()
    await dispatcher.finish()
    assert state(database, hanging) is OutboxState.SENT


async def test_never_more_sends_are_under_way_than_there_are_places(
    database: Database, dispatcher: Dispatcher, gate: Gate
) -> None:
    queue(database, CONCURRENT_SENDS + LEAST_CLAIM + 5)
    assert await dispatcher.send_due() == CONCURRENT_SENDS
    claiming = asyncio.create_task(dispatcher.send_due())
    await until_called(gate, CONCURRENT_SENDS)
    await asyncio.sleep(0.1)
    assert not claiming.done()
    gate.answer(*list(gate.calls)[:LEAST_CLAIM])
    assert await claiming == LEAST_CLAIM
    await until_called(gate, CONCURRENT_SENDS)
    gate.answer()
    assert await dispatcher.send_due() == 5
    await until_called(gate, 5)
    gate.answer()
    await dispatcher.finish()
    assert gate.most == CONCURRENT_SENDS
    assert [attempt.result for attempt in attempts(database)] == [AttemptResult.SENT] * 65


async def test_where_few_places_become_free_what_is_due_waits_for_no_more_of_them(
    database: Database, dispatcher: Dispatcher, gate: Gate
) -> None:
    queue(database, CONCURRENT_SENDS + 3)
    await dispatcher.send_due()
    await until_called(gate, CONCURRENT_SENDS)
    gate.answer("0", "1")
    assert await asyncio.wait_for(dispatcher.send_due(), timeout=5) == 2
    await until_called(gate, CONCURRENT_SENDS)
    gate.answer()
    await dispatcher.finish()


async def test_results_that_come_while_others_are_written_down_are_written_down_together(
    database: Database, dispatcher: Dispatcher, gate: Gate
) -> None:
    queue(database, 40)
    await dispatcher.send_due()
    await until_called(gate, 40)
    with counting_commits(database) as commits:
        gate.answer()
        await dispatcher.finish()
    assert len(commits) <= 3
    assert {attempt.provider_id for attempt in attempts(database)} == {f"SM {number}" for number in range(40)}


async def test_what_a_carrier_answered_while_the_database_was_away_is_written_down_when_it_is_back(
    database: Database, dispatcher: Dispatcher, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("delivery.recorder.TRY_AGAIN_SECONDS", 0.01)
    first, second = queue(database, 2)
    await dispatcher.send_due()
    await until_called(gate, 2)
    with capture_logs() as logs:
        rename_attempts(database, "attempt", "attempt_away")
        gate.answer()
        await asyncio.sleep(0.3)
        rename_attempts(database, "attempt_away", "attempt")
        await dispatcher.finish()
    assert [state(database, each) for each in (first, second)] == [OutboxState.SENT] * 2
    assert logs == []


def rename_attempts(database: Database, old: str, new: str) -> None:
    with database.work() as work:
        work.session.connection().exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")
