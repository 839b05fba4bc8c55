"""No period lies across the beginning of a week, wherever on earth the week begins."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest

from outcomes.periods import first_period_after, period_of
from outcomes.weeks import Week

MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("year", [2000, 2011, 2026, 2038])
def test_what_came_before_a_week_and_what_came_in_it_are_never_in_one_period(year: int) -> None:
    """In 2011 Samoa went from one side of the date line to the other; clocks change on both sides of the year."""
    for zone in sorted(available_timezones()):
        for days in range(0, 364, 7):
            week = Week.of(date(year, 1, 3) + timedelta(days=days), zone)
            begins, boundary = week.starts_at, first_period_after(week.starts_at)
            assert period_of(begins - MOMENT) < boundary <= period_of(begins), week
            assert period_of(begins) == boundary, week


@pytest.mark.parametrize(
    ("moment", "begins"),
    [
        pytest.param("2026-11-16 12:00", "2026-11-16 12:00", id="Monday noon begins the long one"),
        pytest.param("2026-11-18 03:21", "2026-11-16 12:00", id="Wednesday night is in the long one"),
        pytest.param("2026-11-22 09:59", "2026-11-16 12:00", id="so is Sunday until ten"),
        pytest.param("2026-11-22 10:00", "2026-11-22 10:00", id="then each quarter is one"),
        pytest.param("2026-11-23 00:14", "2026-11-23 00:00", id="past midnight too"),
        pytest.param("2026-11-23 11:59", "2026-11-23 11:45", id="the last quarter"),
        pytest.param("1969-12-31 23:59", "1969-12-29 12:00", id="before 1970"),
    ],
)
def test_the_week_is_one_period_but_for_the_hours_in_which_it_can_begin(moment: str, begins: str) -> None:
    assert period_of(_utc(moment)) * 900 == _utc(begins).timestamp()


@pytest.mark.parametrize(
    ("until", "counted", "not_counted"),
    [
        pytest.param("2026-11-23 00:00:00", "2026-11-22 23:59:59", "2026-11-23 00:00:00", id="the end of a week"),
        pytest.param("2026-11-22 10:00:00", "2026-11-22 09:59:59", "2026-11-22 10:00:00", id="in Kiritimati"),
        pytest.param("2026-11-18 10:07:31", "2026-11-18 10:07:30", "2026-11-23 12:00:00", id="in the middle of a week"),
        pytest.param("2026-11-23 00:07:31", "2026-11-23 00:07:30", "2026-11-23 00:15:00", id="in a quarter"),
    ],
)
def test_periods_before_a_moment_hold_all_that_was_before_it(until: str, counted: str, not_counted: str) -> None:
    boundary = first_period_after(_utc(until))
    assert period_of(_utc(counted)) < boundary <= period_of(_utc(not_counted))


def _utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)
