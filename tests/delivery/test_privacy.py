"""Neither a number, nor a name, nor a text of anybody gets into a log line or an exception."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from delivery.channel import OutgoingMessage, SendResult
from delivery.reconciliation import LISTED_WITHIN, settle_unknown
from simulator import Faults, Tenant
from storage.database import Database
from tests.clock import Clock
from tests.delivery.conftest import OpenChannel, StartNetwork
from tests.delivery.sending import FakeChannel, send_due
from tests.rows import ANN, JOE, add_address, add_text
from tests.simulator.conftest import settle


def queue(database: Database, phone: str = ANN, **details: Any) -> int:
    """Put one text into the outbox; its id."""
    with database.work() as work:
        return add_text(work, add_address(work, phone), **details).id


NAME, WORDS = "Farah Khan", "a very recognisable text"


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every log line of every library, but for those that the service keeps to warnings."""
    caplog.set_level(logging.DEBUG)
    for name in ("twilio", "aiohttp", "mail.log", "asyncio"):
        caplog.set_level(logging.WARNING, logger=name)
    yield caplog
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "faults",
    [
        Faults(),
        Faults(server_error=1),
        Faults(too_many_requests=1),
        Faults(drop_before_accepting=1),
        Faults(hang_after_accepting=1, hang_seconds=1),
    ],
)
async def test_no_number_name_or_text_gets_into_a_log_line(
    database: Database,
    clock: Clock,
    start_network: StartNetwork,
    open_channel: OpenChannel,
    everything_logged: pytest.LogCaptureFixture,
    faults: Faults,
) -> None:
    network = start_network(faults=faults, tenants=[Tenant(JOE, failure=21211)])
    for phone in (ANN, JOE):
        queue(database, phone, body=f"{NAME}: {WORDS}")
    with capture_logs() as logs:
        async with open_channel(network, send_timeout_seconds=0.3) as channel:
            await send_due(database, channel, clock)
            await settle_unknown(database, {"sms": channel}, clock.advance(LISTED_WITHIN))
        settle(network)
    assert personal_data(everything_logged.text + repr(logs)) == []


async def test_no_number_name_or_text_gets_into_a_log_line_when_channel_or_database_breaks(
    database: Database,
    clock: Clock,
    everything_logged: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("delivery.recorder.GIVE_UP_SECONDS", 0.0)

    async def ending(message: OutgoingMessage) -> SendResult:
        with database.work() as work:
            work.session.connection().exec_driver_sql("DROP TABLE attempt")
        raise RuntimeError(f"cannot send {message.body} to {message.to}")

    queue(database, body=f"{NAME}: {WORDS}")
    with capture_logs() as logs:
        await send_due(database, FakeChannel(ending), clock)
    assert [entry["event"] for entry in logs] == ["send_broke", "result_not_recorded"]
    assert personal_data(everything_logged.text + repr(logs)) == []


async def test_no_number_name_or_text_gets_into_an_exception(database: Database) -> None:
    queue(database, ANN, dedupe_key="once", body=f"{NAME}: {WORDS}")
    with pytest.raises(IntegrityError) as raised:
        queue(database, JOE, dedupe_key="once", body=f"{NAME}: {WORDS}")
    assert personal_data(str(raised.value) + repr(raised.value)) == []


def personal_data(written: str) -> Sequence[str]:
    return [each for each in (ANN, JOE, ANN[1:], JOE[1:], NAME, WORDS) if each in written]
