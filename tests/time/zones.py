"""Time zones with every kind of clock change there is, and the moments around them.

London changes at one in the night. Lord Howe changes by half an hour. In Beirut the hour after midnight is left out in
spring, and the hour before midnight comes twice in autumn. In Havana the first hour of a day comes twice, and in 2026
that is the first hour of November.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import settings
from hypothesis import strategies as st

LONDON, LORD_HOWE, BEIRUT, HAVANA = "Europe/London", "Australia/Lord_Howe", "Asia/Beirut", "America/Havana"


def utc(written: str) -> datetime:
    """A moment as `2026-10-25 01:30`, in UTC."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


CLOCK_CHANGES: Mapping[str, Sequence[datetime]] = {
    LONDON: [
        utc("2026-03-29 01:00"),
        utc("2026-10-25 01:00"),
        utc("2027-03-28 01:00"),
        utc("2027-10-31 01:00"),
        utc("2028-03-26 01:00"),
        utc("2028-10-29 01:00"),
    ],
    LORD_HOWE: [
        utc("2026-04-04 15:00"),
        utc("2026-10-03 15:30"),
        utc("2027-04-03 15:00"),
        utc("2027-10-02 15:30"),
        utc("2028-04-01 15:00"),
        utc("2028-09-30 15:30"),
    ],
    BEIRUT: [
        utc("2026-03-28 22:00"),
        utc("2026-10-24 21:00"),
        utc("2027-03-27 22:00"),
        utc("2027-10-30 21:00"),
        utc("2028-03-25 22:00"),
        utc("2028-10-28 21:00"),
    ],
    HAVANA: [
        utc("2026-03-08 05:00"),
        utc("2026-11-01 05:00"),
        utc("2027-03-14 05:00"),
        utc("2027-11-07 05:00"),
        utc("2028-03-12 05:00"),
        utc("2028-11-05 05:00"),
    ],
}
"""When the clocks change, by the IANA time zone database, to the second."""

ZONES = tuple(CLOCK_CHANGES)

EXAMPLES = settings(max_examples=200, deadline=None)

zones = st.sampled_from(ZONES)

clock_times = st.integers(0, 24 * 60 - 1).map(lambda minutes: time(minutes // 60, minutes % 60))
"""Times of day, as staff type them into policy."""

_FIRST, _LAST = datetime(2026, 1, 1), datetime(2028, 12, 31)  # noqa: DTZ001 - hypothesis takes naive bounds


@st.composite
def moments_in(draw: st.DrawFn, zone: str) -> datetime:
    """A moment of 2026 to 2028, in UTC; every other one within a day and a half of a clock change."""
    near = st.builds(
        lambda change, away: change + away,
        st.sampled_from(CLOCK_CHANGES[zone]),
        st.timedeltas(-timedelta(hours=36), timedelta(hours=36)),
    )
    return draw(near | st.datetimes(_FIRST, _LAST, timezones=st.just(UTC)))


@st.composite
def zones_with_moments(draw: st.DrawFn) -> tuple[str, datetime]:
    """A time zone, and a moment of 2026 to 2028 in UTC, often close to one of its clock changes."""
    zone = draw(zones)
    return zone, draw(moments_in(zone))


@st.composite
def zones_with_days(draw: st.DrawFn) -> tuple[str, date]:
    """A time zone and a day of 2026 to 2028, often one of a clock change."""
    zone = draw(zones)
    days = st.sampled_from(CLOCK_CHANGES[zone]).map(datetime.date)
    near = st.builds(lambda day, away: day + timedelta(days=away), days, st.integers(-2, 2))
    return zone, draw(near | st.dates(_FIRST.date(), _LAST.date()))
