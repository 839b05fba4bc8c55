"""Days, weeks and months by the landlord's clock: they follow each other without a gap and without an overlap."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.quiet_hours import start_of_month
from outcomes.periods import first_period_after, period_of
from outcomes.weeks import Week, local_day, local_moment, week_due
from storage.policy import Policy
from tests.time.zones import (
    BEIRUT,
    EXAMPLES,
    HAVANA,
    LONDON,
    LORD_HOWE,
    clock_times,
    utc,
    zones_with_days,
    zones_with_moments,
)

MONDAY = 0


@pytest.mark.parametrize(
    ("zone", "monday", "hours"),
    [
        pytest.param(LONDON, date(2026, 3, 23), 167, id="London, spring 2026"),
        pytest.param(LONDON, date(2026, 10, 19), 169, id="London, autumn 2026"),
        pytest.param(LONDON, date(2027, 3, 22), 167, id="London, spring 2027"),
        pytest.param(LONDON, date(2027, 10, 25), 169, id="London, autumn 2027"),
        pytest.param(LONDON, date(2026, 3, 30), 168, id="London, the week after a change"),
        pytest.param(LORD_HOWE, date(2026, 9, 28), 167.5, id="Lord Howe, spring"),
        pytest.param(LORD_HOWE, date(2026, 3, 30), 168.5, id="Lord Howe, autumn"),
        pytest.param(BEIRUT, date(2026, 3, 23), 167, id="Beirut, a week without its last midnight"),
        pytest.param(HAVANA, date(2026, 10, 26), 169, id="Havana, a week with two midnights on Sunday"),
    ],
)
def test_a_week_is_as_long_as_the_clocks_make_it(zone: str, monday: date, hours: float) -> None:
    week = Week(monday, zone)
    assert week.ends_at - week.starts_at == timedelta(hours=hours)
    assert week.ends_at == week.following.starts_at
    assert week.starts_at == week.previous.ends_at


@pytest.mark.parametrize(
    ("written", "week"),
    [
        pytest.param("2026-03-22 23:59:59", "16 to 22 March 2026", id="the last second before the week of the change"),
        pytest.param("2026-03-23 00:00", "23 to 29 March 2026", id="which begins in winter time"),
        pytest.param("2026-03-29 22:59:59", "23 to 29 March 2026", id="and ends in summer time"),
        pytest.param("2026-03-29 23:00", "30 March to 5 April 2026", id="an hour before midnight in UTC"),
        pytest.param("2026-10-25 00:30", "19 to 25 October 2026", id="half past one for the first time"),
        pytest.param("2026-10-25 01:30", "19 to 25 October 2026", id="half past one for the second time"),
        pytest.param("2026-10-25 23:59:59", "19 to 25 October 2026", id="the 169th hour"),
        pytest.param("2026-10-26 00:00", "26 October to 1 November 2026", id="the hour after"),
        pytest.param("2026-12-31 23:59:59", "28 December 2026 to 3 January 2027", id="the last second of the year"),
        pytest.param("2027-01-01 00:00", "28 December 2026 to 3 January 2027", id="the first of the next"),
        pytest.param("2027-01-04 00:00", "4 to 10 January 2027", id="the first whole week of a year"),
        pytest.param("2028-02-29 12:00", "28 February to 5 March 2028", id="a leap day"),
        pytest.param("2028-12-31 12:00", "25 to 31 December 2028", id="a year that ends with a week"),
    ],
)
def test_a_moment_falls_in_the_week_of_the_wall_calendar_in_london(written: str, week: str) -> None:
    assert str(Week.of(local_day(utc(written), LONDON), LONDON)) == week


@EXAMPLES
@given(zones_with_moments())
def test_every_moment_is_in_one_week_and_in_no_other(given_: tuple[str, datetime]) -> None:
    zone, moment = given_
    week = Week.of(local_day(moment, zone), zone)
    assert week.start.weekday() == MONDAY
    assert week.starts_at <= moment < week.ends_at
    assert week.following.starts_at == week.ends_at
    assert week.previous.ends_at == week.starts_at
    assert timedelta(hours=167) <= week.ends_at - week.starts_at <= timedelta(hours=169)


@EXAMPLES
@given(zones_with_moments(), st.timedeltas(-timedelta(days=9), timedelta(days=9)))
def test_the_periods_that_figures_are_kept_by_never_lie_across_the_beginning_of_a_week(
    given_: tuple[str, datetime], away: timedelta
) -> None:
    zone, moment = given_
    begins = Week.of(local_day(moment, zone), zone).starts_at
    assert (period_of(moment + away) < first_period_after(begins)) == (moment + away < begins)


@EXAMPLES
@given(zones_with_moments(), st.timedeltas(timedelta(), timedelta(days=40)))
def test_later_is_never_on_an_earlier_day_nor_in_an_earlier_month(
    given_: tuple[str, datetime], later: timedelta
) -> None:
    zone, moment = given_
    assert local_day(moment + later, zone) >= local_day(moment, zone)
    policy = Policy(time_zone=zone)
    assert start_of_month(moment + later, policy) >= start_of_month(moment, policy)


def is_skipped(day: date, clock: time, zone: str) -> bool:
    """Whether the clocks go past this time without showing it."""
    return local_moment(day, clock, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != datetime.combine(
        day, clock
    )


@EXAMPLES
@given(zones_with_days(), clock_times, st.timedeltas(timedelta(), timedelta(days=2)))
def test_a_later_time_on_the_wall_is_never_an_earlier_moment(
    given_: tuple[str, date], clock: time, later: timedelta
) -> None:
    zone, day = given_
    then = datetime.combine(day, clock) + later
    if not is_skipped(day, clock, zone):
        assert local_moment(day, clock, zone) <= local_moment(then.date(), then.time(), zone)


@EXAMPLES
@given(zones_with_days(), clock_times)
def test_a_time_on_the_wall_is_the_moment_at_which_the_wall_shows_it_first(
    given_: tuple[str, date], clock: time
) -> None:
    zone, day = given_
    moment = local_moment(day, clock, zone)
    local = moment.astimezone(ZoneInfo(zone))
    if is_skipped(day, clock, zone):
        assert timedelta() < local.replace(tzinfo=None) - datetime.combine(day, clock) <= timedelta(hours=1)
    else:
        assert local.fold == 0


@EXAMPLES
@given(zones_with_moments())
def test_a_month_begins_at_the_first_moment_of_its_first_day(given_: tuple[str, datetime]) -> None:
    zone, now = given_
    start = start_of_month(now, Policy(time_zone=zone))
    before, first = (moment.astimezone(ZoneInfo(zone)) for moment in (start - timedelta(microseconds=1), start))
    assert start <= now
    assert start.tzinfo is UTC
    assert (first.year, first.month, first.day) == (local_day(now, zone).year, local_day(now, zone).month, 1)
    assert before.date() == first.date() - timedelta(days=1)


def test_the_november_whose_first_hour_comes_twice_begins_with_the_first() -> None:
    havana = Policy(time_zone=HAVANA)
    for now in ("2026-11-01 04:00", "2026-11-01 04:30", "2026-11-01 05:30", "2026-11-30 12:00"):
        assert start_of_month(utc(now), havana) == utc("2026-11-01 04:00")
    assert start_of_month(utc("2026-11-01 03:59:59"), havana) == utc("2026-10-01 04:00")


@EXAMPLES
@given(zones_with_moments(), st.integers(0, 6), clock_times, st.timedeltas(timedelta(), timedelta(days=9)))
def test_the_week_that_is_due_never_goes_back_and_goes_on_by_one_at_a_time(
    given_: tuple[str, datetime], weekday: int, clock: time, later: timedelta
) -> None:
    zone, now = given_
    week, then = week_due(now, weekday, clock, zone), week_due(now + later, weekday, clock, zone)
    assert week.ends_at <= now
    assert then in (week, week.following, week.following.following)
    if later < timedelta(days=5):
        assert then in (week, week.following)


@EXAMPLES
@given(zones_with_moments(), st.integers(0, 6), clock_times)
def test_a_digest_is_due_from_its_time_on_the_wall_on_and_not_a_moment_earlier(
    given_: tuple[str, datetime], weekday: int, clock: time
) -> None:
    zone, now = given_
    week = week_due(now, weekday, clock, zone)
    due_at = local_moment(week.following.start + timedelta(days=weekday), clock, zone)
    assert due_at <= now
    assert week_due(due_at, weekday, clock, zone) == week
    assert week_due(due_at - timedelta(microseconds=1), weekday, clock, zone) == week.previous
