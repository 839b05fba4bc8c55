"""The dispatcher: takes what is due from the outbox and hands it to the channels, many at a time."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from delivery.channel import Channel, SendResult, Unknown
from delivery.claim import Claim, ClaimRules, claim
from delivery.results import record_result
from storage.database import Database

CONCURRENT_SENDS = 50

logger = structlog.get_logger(__name__)


class Dispatcher:
    """Sends what the outbox holds. One per process, living in one event loop."""

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

    async def send_due(self, *, with_bulk: bool = True) -> int:
        """Send one batch of what is due; the number of messages tried, 0 when nothing may leave now."""
        claims = await asyncio.to_thread(
            claim, self._database, self._now(), CONCURRENT_SENDS, self._rules, with_bulk=with_bulk
        )
        await asyncio.gather(*(self._send(claimed) for claimed in claims))
        return len(claims)

    async def _send(self, claimed: Claim) -> None:
        result = await self._call(claimed)
        try:
            await asyncio.to_thread(self._record, claimed.message.attempt, result)
        except Exception as fault:
            # The rest of the batch is under way; this one is settled when its lease runs out.
            logger.error("result_not_recorded", attempt=claimed.message.attempt, fault=type(fault).__name__)

    async def _call(self, claimed: Claim) -> SendResult:
        try:
            return await self._channels[claimed.channel].send(claimed.message)
        except Exception as fault:
            # The message may be out: whatever broke, it must not be sent again without looking.
            logger.error("send_broke", attempt=claimed.message.attempt, fault=type(fault).__name__)
            return Unknown(f"the channel broke: {type(fault).__name__}")

    def _record(self, token: str, result: SendResult) -> None:
        self._database.retrying(lambda work: record_result(work, token, result, self._now()))
