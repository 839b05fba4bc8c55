"""The dispatcher: takes what is due from the outbox and hands it to the channels, many at a time."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from delivery.channel import Channel, Retry, SendResult, Unknown
from delivery.claim import Claim, ClaimRules, claim
from delivery.recorder import Recorder
from storage.database import Database

CONCURRENT_SENDS = 50

LEAST_CLAIM = 10
"""How many places a claim waits for: it takes the same few statements for one message as for many."""

PATIENCE_SECONDS = 0.05
"""How long it waits for them at most: some sends hang, and what is urgent must not wait for them."""

logger = structlog.get_logger(__name__)


class Dispatcher:
    """Sends what the outbox holds. One per process, living in one event loop.

    It claims anew as soon as places are free, not when all that it claimed before has left: a carrier that is slow to
    answer for one message holds up no other.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        rules: ClaimRules,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._channels = channels
        self._rules = rules
        self._now = now
        self._recorder = Recorder(database, now)
        self._under_way: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()

    async def send_due(self, *, with_bulk: bool = True) -> int:
        """Begin to send what is due, once and as far as there are places; how many, 0 when nothing may leave now.

        Nothing of it needs to have ended when this returns; `finish` waits for that.
        """
        places = await self._free_places()
        claims = await asyncio.to_thread(claim, self._database, self._now(), places, self._rules, with_bulk=with_bulk)
        for claimed in claims:
            sending = asyncio.create_task(self._send(claimed))
            self._under_way.add(sending)
            sending.add_done_callback(self._free_place)
        return len(claims)

    async def finish(self) -> None:
        """Wait until all that is under way has ended, and is written down."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._recorder.finish()

    async def _free_places(self) -> int:
        if self._recorder.waiting > CONCURRENT_SENDS:
            # Whatever is not written down when we die is unknown, so that this must not pile up.
            await self._recorder.finish()
        patience = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while (free := CONCURRENT_SENDS - len(self._under_way)) < LEAST_CLAIM:
            self._ended.clear()
            try:
                async with asyncio.timeout_at(patience if free else None):
                    await self._ended.wait()
            except TimeoutError:
                break
        return free

    def _free_place(self, sending: asyncio.Task[None]) -> None:
        self._under_way.discard(sending)
        self._ended.set()

    async def _send(self, claimed: Claim) -> None:
        self._recorder.add(claimed.message.attempt, await self._call(claimed))

    async def _call(self, claimed: Claim) -> SendResult:
        if self._now() >= claimed.lease_until:
            # This machine has stood still since it claimed the message, and another may have sent it meanwhile.
            return Retry("the lease had run out before it could be sent")
        try:
            return await self._channels[claimed.channel].send(claimed.message)
        except Exception as fault:
            # The message may be out: whatever broke, it must not be sent again without looking.
            logger.error("send_broke", attempt=claimed.message.attempt, fault=type(fault).__name__)
            return Unknown(f"the channel broke: {type(fault).__name__}")
