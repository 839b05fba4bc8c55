"""Quiet hours where the clocks change: nobody is texted while the clock on their wall says that it is quiet."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from delivery.quiet_hours import opens_at
from storage.policy import Policy
from tests.time.zones import (
    BEIRUT,
    CLOCK_CHANGES,
    EXAMPLES,
    HAVANA,
    LONDON,
    LORD_HOWE,
    ZONES,
    clock_times,
    utc,
    zones_with_moments,
)


@pytest.mark.parametrize("zone", ZONES)
def test_the_time_zone_database_agrees_on_when_the_clocks_change(zone: str) -> None:
    for change in CLOCK_CHANGES[zone]:
        before = change - timedelta(seconds=1)
        assert before.astimezone(ZoneInfo(zone)).utcoffset() != change.astimezone(ZoneInfo(zone)).utcoffset()


def policy_of(zone: str, quiet_from: str, quiet_until: str, quiet_weekdays: tuple[int, ...] = ()) -> Policy:
    return Policy(
        time_zone=zone,
        quiet_from=time.fromisoformat(quiet_from),
        quiet_until=time.fromisoformat(quiet_until),
        quiet_weekdays=quiet_weekdays,
    )


@pytest.mark.parametrize(
    ("zone", "now", "nine_in_the_morning"),
    [
        pytest.param(LONDON, "2026-03-28 20:00", "2026-03-29 08:00", id="London, spring 2026: 12 hours of waiting"),
        pytest.param(LONDON, "2026-10-24 19:00", "2026-10-25 09:00", id="London, autumn 2026: 14 hours"),
        pytest.param(LONDON, "2027-03-27 20:00", "2027-03-28 08:00", id="London, spring 2027"),
        pytest.param(LONDON, "2027-10-30 19:00", "2027-10-31 09:00", id="London, autumn 2027"),
        pytest.param(LORD_HOWE, "2026-10-03 09:30", "2026-10-03 22:00", id="Lord Howe, spring: 12 and a half hours"),
        pytest.param(LORD_HOWE, "2026-04-04 09:00", "2026-04-04 22:30", id="Lord Howe, autumn: 13 and a half hours"),
        pytest.param(BEIRUT, "2026-03-28 18:00", "2026-03-29 06:00", id="Beirut, spring: no midnight"),
        pytest.param(BEIRUT, "2026-10-24 17:00", "2026-10-25 07:00", id="Beirut, autumn: 23:30 comes twice"),
        pytest.param(HAVANA, "2026-03-08 01:00", "2026-03-08 13:00", id="Havana, spring: no midnight"),
        pytest.param(HAVANA, "2026-11-01 00:00", "2026-11-01 14:00", id="Havana, autumn: 00:30 comes twice"),
    ],
)
def test_from_eight_in_the_evening_until_nine_nobody_is_texted_whatever_the_clocks_do(
    zone: str, now: str, nine_in_the_morning: str
) -> None:
    policy = policy_of(zone, "20:00", "09:00")
    assert utc(now).astimezone(ZoneInfo(zone)).time() == time(20)
    assert opens_at(utc(now), policy) == utc(nine_in_the_morning)
    assert opens_at(utc(nine_in_the_morning) - timedelta(microseconds=1), policy) == utc(nine_in_the_morning)
    assert opens_at(utc(nine_in_the_morning), policy) == utc(nine_in_the_morning)


@pytest.mark.parametrize(
    ("policy", "now", "opening"),
    [
        pytest.param(
            policy_of(LONDON, "01:30", "00:15"),
            "2026-03-29 01:10",
            "2026-03-29 23:15",
            id="quiet from 01:30, which is left out: at 02:10 it is quiet",
        ),
        pytest.param(
            policy_of(LONDON, "01:30", "00:15"),
            "2026-10-25 01:10",
            "2026-10-26 00:15",
            id="quiet from 01:30, which comes twice: it is quiet after the first",
        ),
        pytest.param(
            policy_of(LONDON, "20:00", "01:30"),
            "2026-03-29 00:59",
            "2026-03-29 01:30",
            id="quiet until 01:30, which is left out: until half an hour after one",
        ),
        pytest.param(
            policy_of(LONDON, "20:00", "01:30"),
            "2026-10-25 00:40",
            "2026-10-25 01:30",
            id="quiet until 01:30, which comes twice: until the second",
        ),
        pytest.param(
            policy_of(BEIRUT, "20:00", "00:00"),
            "2026-03-28 18:00",
            "2026-03-28 22:00",
            id="quiet until a midnight that does not exist: until one, which follows 23:59 at once",
        ),
        pytest.param(
            policy_of(HAVANA, "20:00", "00:00", (5,)),
            "2026-10-31 20:00",
            "2026-11-01 05:00",
            id="quiet until a midnight that comes twice: until the second",
        ),
    ],
)
def test_a_limit_that_the_clocks_skip_or_repeat_leaves_rather_too_much_quiet_than_too_little(
    policy: Policy, now: str, opening: str
) -> None:
    assert opens_at(utc(now), policy) == utc(opening)


def is_quiet(moment: datetime, policy: Policy) -> bool:
    """What anybody can tell who looks at the clock on the wall and at the calendar."""
    local = moment.astimezone(ZoneInfo(policy.time_zone))
    within = policy.quiet_until <= local.time() < policy.quiet_from
    return not within or local.weekday() in policy.quiet_weekdays


@st.composite
def policies_with_moments(draw: st.DrawFn) -> tuple[Policy, datetime]:
    """Any quiet hours that leave at least two hours of some weekday."""
    zone, now = draw(zones_with_moments())
    until, quiet_from = sorted(draw(st.tuples(clock_times, clock_times)))
    assume(quiet_from.hour - until.hour > 2)
    weekdays = draw(st.sets(st.integers(0, 6), max_size=6))
    return Policy(time_zone=zone, quiet_from=quiet_from, quiet_until=until, quiet_weekdays=tuple(weekdays)), now


@EXAMPLES
@given(policies_with_moments())
def test_the_opening_is_never_past_and_never_in_quiet_hours(given_: tuple[Policy, datetime]) -> None:
    policy, now = given_
    opening = opens_at(now, policy)
    assert opening is not None
    assert opening >= now
    assert not is_quiet(opening, policy)
    assert opens_at(opening, policy) == opening


@EXAMPLES
@given(policies_with_moments(), st.floats(0, 1, exclude_max=True))
def test_whatever_lies_before_the_opening_is_quiet_but_for_the_hours_around_a_clock_change(
    given_: tuple[Policy, datetime], share: float
) -> None:
    policy, now = given_
    opening = opens_at(now, policy)
    assert opening is not None
    between = now + share * (opening - now)
    if between < opening and not is_quiet(between, policy):
        distances = [abs(between - change) for change in CLOCK_CHANGES[policy.time_zone]]
        assert min(distances) < timedelta(hours=2)


@EXAMPLES
@given(zones_with_moments())
def test_with_the_hours_a_landlord_begins_with_the_opening_is_the_first_moment_that_is_not_quiet(
    given_: tuple[str, datetime],
) -> None:
    zone, now = given_
    policy = Policy(time_zone=zone)
    opening = opens_at(now, policy)
    assert opening is not None
    if opening > now:
        assert is_quiet(now, policy)
        assert is_quiet(opening - timedelta(microseconds=1), policy)
        assert opening.astimezone(ZoneInfo(zone)).time() == policy.quiet_until
