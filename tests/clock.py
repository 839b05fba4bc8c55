"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""A Friday: outside quiet hours, and far from either clock change."""


class Clock:
    """Call it for the time (UTC)."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> datetime:
        """Move on, and return the new time."""
        self.now += by
        return self.now
