from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.quiet_hours import opens_at, start_of_month
from storage.policy import Policy

DEFAULT = Policy()
EVERY_DAY = Policy(quiet_weekdays=())
MIDNIGHT_TO_MIDNIGHT = Policy(quiet_until=time(0, 0), quiet_from=time(23, 59))
LONDON = ZoneInfo("Europe/London")


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("policy", "now", "opening"),
    [
        pytest.param(DEFAULT, "2026-11-20 12:00", "2026-11-20 12:00", id="at noon on a Friday"),
        pytest.param(DEFAULT, "2026-11-20 19:59:59.999999", "2026-11-20 19:59:59.999999", id="just before eight"),
        pytest.param(DEFAULT, "2026-11-20 20:00", "2026-11-21 09:00", id="at eight in the evening"),
        pytest.param(DEFAULT, "2026-11-20 00:00", "2026-11-20 09:00", id="at midnight"),
        pytest.param(DEFAULT, "2026-11-20 08:59:59.999999", "2026-11-20 09:00", id="just before nine"),
        pytest.param(DEFAULT, "2026-11-20 09:00", "2026-11-20 09:00", id="at nine in the morning"),
        pytest.param(DEFAULT, "2026-11-21 20:00", "2026-11-23 09:00", id="Saturday evening waits for Monday"),
        pytest.param(DEFAULT, "2026-11-22 12:00", "2026-11-23 09:00", id="Sunday noon waits for Monday"),
        pytest.param(DEFAULT, "2026-11-22 23:59:59", "2026-11-23 09:00", id="the last second of Sunday"),
        pytest.param(DEFAULT, "2026-11-23 00:00", "2026-11-23 09:00", id="the first moment of Monday"),
        pytest.param(DEFAULT, "2026-07-15 07:59", "2026-07-15 08:00", id="nine in summer is eight in UTC"),
        pytest.param(DEFAULT, "2026-07-15 19:00", "2026-07-16 08:00", id="eight in summer is seven in UTC"),
        pytest.param(EVERY_DAY, "2026-03-28 20:00", "2026-03-29 08:00", id="the evening before the spring change"),
        pytest.param(EVERY_DAY, "2026-03-29 00:59", "2026-03-29 08:00", id="just before the hour that is left out"),
        pytest.param(EVERY_DAY, "2026-03-29 01:00", "2026-03-29 08:00", id="just after the hour that is left out"),
        pytest.param(EVERY_DAY, "2026-03-29 19:00", "2026-03-30 08:00", id="the evening after the spring change"),
        pytest.param(DEFAULT, "2026-03-28 20:00", "2026-03-30 08:00", id="the spring change is on a Sunday"),
        pytest.param(EVERY_DAY, "2026-10-24 19:00", "2026-10-25 09:00", id="the evening before the autumn change"),
        pytest.param(EVERY_DAY, "2026-10-25 00:30", "2026-10-25 09:00", id="half past one for the first time"),
        pytest.param(EVERY_DAY, "2026-10-25 01:30", "2026-10-25 09:00", id="half past one for the second time"),
        pytest.param(EVERY_DAY, "2026-10-25 19:59", "2026-10-25 19:59", id="the evening after the autumn change"),
        pytest.param(DEFAULT, "2026-10-24 19:00", "2026-10-26 09:00", id="the autumn change is on a Sunday"),
        pytest.param(MIDNIGHT_TO_MIDNIGHT, "2026-07-18 22:58", "2026-07-18 22:58", id="Saturday 23:58 by the wall"),
        pytest.param(MIDNIGHT_TO_MIDNIGHT, "2026-07-18 23:00", "2026-07-19 23:00", id="Sunday begins by the wall"),
        pytest.param(MIDNIGHT_TO_MIDNIGHT, "2026-07-19 22:59", "2026-07-19 23:00", id="Sunday ends by the wall"),
        pytest.param(MIDNIGHT_TO_MIDNIGHT, "2026-10-24 23:00", "2026-10-26 00:00", id="a Sunday of 25 hours"),
    ],
)
def test_texts_may_start_at_the_first_moment_outside_quiet_hours(policy: Policy, now: str, opening: str) -> None:
    assert opens_at(utc(now), policy) == utc(opening)


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(Policy(quiet_weekdays=tuple(range(7))), id="every weekday is quiet"),
        pytest.param(Policy(quiet_from=time(9), quiet_until=time(9)), id="quiet ends when it begins"),
        pytest.param(Policy(quiet_from=time(8), quiet_until=time(20)), id="quiet ends after it has begun"),
    ],
)
def test_quiet_hours_that_never_end_are_said_to_be_endless(policy: Policy) -> None:
    assert opens_at(utc("2026-11-20 12:00"), policy) is None


def test_one_open_weekday_is_found_from_anywhere_in_the_week() -> None:
    only_mondays = Policy(quiet_weekdays=(1, 2, 3, 4, 5, 6))
    assert opens_at(utc("2026-11-23 20:00"), only_mondays) == utc("2026-11-30 09:00")


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis takes naive bounds


@given(moments, st.floats(0, 1, exclude_max=True))
def test_every_moment_before_the_opening_is_quiet_and_the_opening_is_not(now: datetime, share: float) -> None:
    opening = opens_at(now, DEFAULT)
    assert opening is not None
    local = opening.astimezone(LONDON)
    assert local.weekday() != 6
    assert time(9) <= local.time() < time(20)
    if opening > now:
        between = now + share * (opening - now - timedelta(microseconds=1))
        assert opens_at(between, DEFAULT) == opening


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-11-20 12:00", "2026-11-01 00:00"),
        ("2026-03-29 12:00", "2026-03-01 00:00"),
        ("2026-03-31 22:59:59", "2026-03-01 00:00"),
        ("2026-03-31 23:00", "2026-03-31 23:00"),
        ("2026-10-25 00:30", "2026-09-30 23:00"),
        ("2026-10-25 01:30", "2026-09-30 23:00"),
        ("2026-10-31 23:59:59", "2026-09-30 23:00"),
        ("2026-11-01 00:00", "2026-11-01 00:00"),
    ],
)
def test_a_month_begins_at_midnight_by_the_landlords_clock(now: str, first: str) -> None:
    assert start_of_month(utc(now), DEFAULT) == utc(first)


def test_a_month_that_begins_on_the_day_of_a_clock_change_begins_before_the_change() -> None:
    new_york = Policy(time_zone="America/New_York")
    assert start_of_month(utc("2026-11-01 18:00"), new_york) == utc("2026-11-01 04:00")
