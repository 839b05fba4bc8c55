"""Weeks and due times, over both changes of the clocks."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.weeks import Week, local_moment, moment_words, week_due

LONDON = "Europe/London"
EIGHT = time(8, 0)


@pytest.mark.parametrize(
    ("now", "week_start"),
    [
        # In winter London is on UTC.
        (datetime(2026, 11, 23, 7, 59, 59, tzinfo=UTC), date(2026, 11, 9)),
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), date(2026, 11, 16)),
        (datetime(2026, 11, 29, 23, 59, tzinfo=UTC), date(2026, 11, 16)),
        # The clocks went back on Sunday 25 October 2026: Monday 08:00 is 08:00 UTC, the Monday before it was 07:00.
        (datetime(2026, 10, 19, 6, 59, tzinfo=UTC), date(2026, 10, 5)),
        (datetime(2026, 10, 19, 7, 0, tzinfo=UTC), date(2026, 10, 12)),
        (datetime(2026, 10, 26, 7, 0, tzinfo=UTC), date(2026, 10, 12)),
        (datetime(2026, 10, 26, 8, 0, tzinfo=UTC), date(2026, 10, 19)),
        # They go forward on Sunday 28 March 2027: Monday 08:00 is 07:00 UTC again.
        (datetime(2027, 3, 29, 6, 59, tzinfo=UTC), date(2027, 3, 15)),
        (datetime(2027, 3, 29, 7, 0, tzinfo=UTC), date(2027, 3, 22)),
    ],
)
def test_the_digest_is_due_on_monday_at_eight_in_london(now: datetime, week_start: date) -> None:
    assert week_due(now, 0, EIGHT, LONDON).start == week_start


def test_a_digest_on_wednesdays_is_about_the_last_whole_week() -> None:
    now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    assert week_due(now, 2, EIGHT, LONDON).start == date(2026, 11, 16)
    assert week_due(now, 3, EIGHT, LONDON).start == date(2026, 11, 9)


def test_a_time_that_the_clocks_skip_is_due_all_the_same() -> None:
    assert local_moment(date(2027, 3, 28), time(1, 30), LONDON) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_the_week_in_which_the_clocks_go_back_is_an_hour_longer() -> None:
    week = Week(date(2026, 10, 19), LONDON)
    assert week.starts_at == datetime(2026, 10, 18, 23, 0, tzinfo=UTC)
    assert week.ends_at == datetime(2026, 10, 26, 0, 0, tzinfo=UTC)


@given(
    st.integers(1_700_000_000, 1_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.integers(0, 6),
    st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
)
def test_the_week_due_is_over_and_its_digest_is_less_than_a_fortnight_late(
    now: datetime, weekday: int, clock: time
) -> None:
    week = week_due(now, weekday, clock, LONDON)
    assert week.start.weekday() == 0
    assert week.ends_at <= now
    assert (now - week.ends_at).days < 14


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (date(2026, 11, 16), "16 to 22 November 2026"),
        (date(2026, 11, 30), "30 November to 6 December 2026"),
        (date(2026, 12, 28), "28 December 2026 to 3 January 2027"),
    ],
)
def test_a_week_is_named_by_its_first_and_last_day(start: date, words: str) -> None:
    assert str(Week(start, LONDON)) == words


def test_a_moment_is_told_in_local_time() -> None:
    assert moment_words(datetime(2026, 7, 6, 7, 0, tzinfo=UTC), LONDON) == "Monday 6 July 2026, 08:00"
