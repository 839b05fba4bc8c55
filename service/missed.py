"""What reached the carriers while the webhook was away, and holding bulk texts back until it is known.

A STOP that the webhook missed must be known before anything bulk leaves. On a fleet anybody may fetch what was missed,
so it is the mark in the database that says how far everybody knows.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from conversations.missed import take_in_missed
from service.wiring import Application, open_sms
from storage import messages

FETCH_EVERY = timedelta(minutes=5)
ASK_AGAIN_SECONDS = 10.0

CLOCK_DIFFERENCE = timedelta(minutes=1)
"""How far the clocks of two of our machines may differ."""

LISTED_CHANNELS = ("sms",)
"""The channels whose carrier keeps a list. Telegram keeps what we have not taken, and hands it over itself."""

logger = structlog.get_logger(__name__)


def fetch_missed(application: Application) -> None:
    """Take in what the carriers have received for us and the webhook has not."""

    async def fetch() -> int:
        async with open_sms(application.settings) as sms:
            return await take_in_missed(application.database, sms.name, sms, application.rules, application.now)

    taken = asyncio.run(fetch())
    logger.info("missed_inbound_fetched", taken=taken)
    application.wake.set()


class CaughtUp:
    """Says to one worker whether what was missed is known well enough for bulk texts to leave, and has it fetched.

    It is when the mark of each listed channel is at least as new as the worker's own start, and no older than two
    rounds of fetching. A mark far in the future was made by a wrong clock, and says nothing.
    """

    def __init__(self, application: Application, fetch: Callable[[], None]) -> None:
        """`fetch` sees to it that somebody fetches, now or soon; it is asked again while it has not helped."""
        self._application = application
        self._fetch = fetch
        self._started_at = application.now()
        self._known_until: datetime | None = None
        self._asked_at: float | None = None

    def is_so(self) -> bool:
        """Whether bulk texts may leave now; reads the database when that is not known already."""
        now = self._application.now()
        self._started_at = min(self._started_at, now)  # the machine's clock has been put back
        needed, possible = max(self._started_at, now - 2 * FETCH_EVERY), now + CLOCK_DIFFERENCE
        if not self._is_between(needed, possible):
            self._known_until = self._oldest_mark()
        if self._is_between(needed, possible):
            self._asked_at = None
            return True
        self._ask()
        return False

    def _is_between(self, needed: datetime, possible: datetime) -> bool:
        return self._known_until is not None and needed <= self._known_until <= possible

    def _oldest_mark(self) -> datetime | None:
        with self._application.database.reading() as work:
            marks = [messages.fetched_until(work, channel) for channel in LISTED_CHANNELS]
        known = [mark for mark in marks if mark is not None]
        return min(known) if len(known) == len(marks) else None

    def _ask(self) -> None:
        if self._asked_at is None or time.monotonic() - self._asked_at >= ASK_AGAIN_SECONDS:
            self._asked_at = time.monotonic()
            self._fetch()
