"""Weeks from Monday to Sunday in local time, and when the digest about one is due."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = 7


@dataclass(frozen=True)
class Week:
    """The week that begins on the Monday `start`, in the time zone `zone` (an IANA name)."""

    start: date
    zone: str

    @classmethod
    def of(cls, day: date, zone: str) -> "Week":
        """The week that a day falls in."""
        return cls(day - timedelta(days=day.weekday()), zone)

    def __str__(self) -> str:
        """`16 to 22 November 2026`, with as much of the first day as differs from the last."""
        first, last = self.start, self.last_day
        start = str(first.day)
        if first.month != last.month:
            start += f" {first:%B}"
        if first.year != last.year:
            start += f" {first.year}"
        return f"{start} to {day_words(last)}"

    @property
    def last_day(self) -> date:
        """Its Sunday."""
        return self.start + timedelta(days=DAYS - 1)

    @property
    def starts_at(self) -> datetime:
        """Monday 00:00 local time, in UTC."""
        return local_moment(self.start, time(), self.zone)

    @property
    def ends_at(self) -> datetime:
        """The Monday after, 00:00 local time, in UTC: the first moment that is no longer in the week."""
        return self.following.starts_at

    @property
    def following(self) -> "Week":
        """The week after."""
        return Week(self.start + timedelta(days=DAYS), self.zone)

    @property
    def previous(self) -> "Week":
        """The week before."""
        return Week(self.start - timedelta(days=DAYS), self.zone)


def local_moment(day: date, clock: time, zone: str) -> datetime:
    """A local day and time as UTC.

    A time that the clocks skip in spring is the moment they would have reached it; one that comes twice in autumn
    is the first of the two (PEP 495, fold 0).
    """
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def week_due(now: datetime, weekday: int, clock: time, zone: str) -> Week:
    """The week that the latest digest due is about: the last whole week before the day it goes out.

    Args:
        now: the present, in UTC.
        weekday: on which day digests go out, 0 for Monday.
        clock: at what local time.
        zone: the IANA name of the time zone.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    out_on = today - timedelta(days=(today.weekday() - weekday) % DAYS)
    if local_moment(out_on, clock, zone) > now:
        out_on -= timedelta(days=DAYS)
    return Week.of(out_on, zone).previous


def latest_weeks(last: Week, number: int) -> list[Week]:
    """So many weeks up to and including the last, oldest first."""
    return [Week(last.start - timedelta(days=DAYS * back), last.zone) for back in reversed(range(number))]


def day_words(day: date) -> str:
    """`22 November 2026`."""
    return f"{day.day} {day:%B %Y}"


def moment_words(moment: datetime, zone: str) -> str:
    """A moment in local time: `Monday 23 November 2026, 08:00`."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A} {day_words(local.date())}, {local:%H:%M}"


def local_day(moment: datetime, zone: str) -> date:
    """The local day a moment falls on."""
    return moment.astimezone(ZoneInfo(zone)).date()
