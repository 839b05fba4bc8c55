"""The demo's clock: it starts on a working morning, runs like any clock, and can leap ahead."""

import time
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from threading import Lock
from zoneinfo import ZoneInfo

TUESDAY = 1
START = time_of_day(10, 0)


class LeapingClock:
    """Called, it gives the time in UTC. Time passes as it really does, plus every leap made."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._started = time.monotonic()
        self._leapt = timedelta()
        self._lock = Lock()

    def __call__(self) -> datetime:
        """Now, UTC."""
        with self._lock:
            return self._start + timedelta(seconds=time.monotonic() - self._started) + self._leapt

    def leap_to(self, moment: datetime) -> None:
        """Be at `moment`, unless that has passed: a clock never goes back."""
        ahead = moment - self()
        if ahead > timedelta():
            with self._lock:
                self._leapt += ahead


def last_tuesday_morning(now: datetime, time_zone: str) -> datetime:
    """Ten o'clock on the last Tuesday before `now`: within hours wherever and whenever the demo is run, in UTC."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    tuesday = today - timedelta(days=(today.weekday() - TUESDAY - 1) % 7 + 1)
    return datetime.combine(tuesday, START, tzinfo=zone).astimezone(UTC)
