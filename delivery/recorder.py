"""Writing down how sends ended, many in one transaction."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from delivery.channel import SendResult
from delivery.claim import LEASE
from delivery.results import record_results
from storage.database import Database
from storage.faults import DatabaseUnavailableError

GATHER_SECONDS = 0.02
"""How long a result waits for others to be written down with: a fraction of what the call itself took.

What a crash cuts off in that time is found out as after any crash, when the lease runs out.
"""

TRY_AGAIN_SECONDS = 1.0
GIVE_UP_SECONDS = LEASE.total_seconds()
"""How often, and how long, results are written down again while the database is away. Then their leases are over."""

logger = structlog.get_logger(__name__)


class Recorder:
    """Keeps results for the moment until they are written down. Lives in one event loop."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._waiting: dict[str, SendResult] = {}
        self._writing: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many results wait for the database."""
        return len(self._waiting)

    def add(self, token: str, result: SendResult) -> None:
        """Have the end of the try with this token written down."""
        self._waiting[token] = result
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def finish(self) -> None:
        """Wait until everything is written down."""
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER_SECONDS)
            batch, self._waiting = self._waiting, {}
            await self._write_down(batch)

    async def _write_down(self, batch: Mapping[str, SendResult]) -> None:
        """Write down these results, again and again while the database is away: nobody else knows them."""
        give_up_at = asyncio.get_running_loop().time() + GIVE_UP_SECONDS
        while True:
            try:
                await asyncio.to_thread(self._record, batch)
            except DatabaseUnavailableError as fault:
                if asyncio.get_running_loop().time() >= give_up_at:
                    _tell_of_loss(batch, fault)
                    return
                await asyncio.sleep(TRY_AGAIN_SECONDS)
            else:
                return

    def _record(self, batch: Mapping[str, SendResult]) -> None:
        try:
            self._database.retrying(lambda work: record_results(work, batch, self._now()))
        except DatabaseUnavailableError:
            raise
        except Exception as fault:
            if len(batch) == 1:
                _tell_of_loss(batch, fault)
                return
            for token, result in batch.items():  # one that cannot be written down must not lose the others
                self._record({token: result})


def _tell_of_loss(batch: Mapping[str, SendResult], fault: Exception) -> None:
    """Say of which tries the result is lost; they are settled when their leases run out."""
    for token in batch:
        logger.error("result_not_recorded", attempt=token, fault=type(fault).__name__)
