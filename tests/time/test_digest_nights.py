"""Digests where the clocks change, and at the ends of months and years."""

from datetime import time, timedelta

import pytest

from delivery.claim import claim
from outcomes.digest import preview_digest, send_due_digests
from outcomes.weeks import local_day
from storage.database import Database
from tests.delivery.sending import rules
from tests.time.digests import GWEN, launch, run_clock, set_policy, ticks, weeks_sent
from tests.time.zones import BEIRUT, HAVANA, LONDON, LORD_HOWE, utc

SUNDAY = 6


@pytest.mark.parametrize(
    ("zone", "clock", "since", "until", "due"),
    [
        pytest.param(
            LONDON, "01:30", "2026-03-28 12:00", "2026-03-30 12:00", "2026-03-29 01:30", id="London 2026: left out"
        ),
        pytest.param(
            LONDON, "01:30", "2026-10-24 12:00", "2026-10-26 12:00", "2026-10-25 00:30", id="London 2026: comes twice"
        ),
        pytest.param(
            LONDON, "01:30", "2027-03-27 12:00", "2027-03-29 12:00", "2027-03-28 01:30", id="London 2027: left out"
        ),
        pytest.param(
            LONDON, "01:30", "2027-10-30 12:00", "2027-11-01 12:00", "2027-10-31 00:30", id="London 2027: comes twice"
        ),
        pytest.param(
            LORD_HOWE, "02:10", "2026-10-03 00:00", "2026-10-05 00:00", "2026-10-03 15:40", id="Lord Howe: left out"
        ),
        pytest.param(
            LORD_HOWE, "01:40", "2026-04-04 00:00", "2026-04-06 00:00", "2026-04-04 14:40", id="Lord Howe: twice"
        ),
        pytest.param(
            BEIRUT, "00:00", "2026-03-28 00:00", "2026-03-30 00:00", "2026-03-28 22:00", id="Beirut: no midnight"
        ),
        pytest.param(
            HAVANA, "00:00", "2026-10-31 12:00", "2026-11-02 12:00", "2026-11-01 04:00", id="Havana: two midnights"
        ),
    ],
)
def test_a_digest_on_sunday_at_a_time_that_is_left_out_or_comes_twice_goes_out_once(
    database: Database, zone: str, clock: str, since: str, until: str, due: str
) -> None:
    launch(database, utc(since) - timedelta(days=10))
    set_policy(
        database,
        utc(since),
        time_zone=zone,
        digest_weekday=SUNDAY,
        digest_time=time.fromisoformat(clock),
        digest_recipients=(GWEN,),
    )
    send_due_digests(database, utc(since))
    assert run_clock(database, utc(since), utc(until)) == [due]


def test_through_a_winter_each_week_has_one_digest_with_one_message_id(database: Database) -> None:
    """From before the clocks go back in 2026 until after they go forward in 2027, over the 53rd week of 2026."""
    launch(database, utc("2026-10-06 10:00"))
    set_policy(database, utc("2026-10-06 10:00"), digest_recipients=(GWEN,))
    for now in ticks(utc("2026-10-12 09:00"), utc("2027-04-11 09:00"), minutes=60 * 12 * 7):
        send_due_digests(database, now)
    mondays = [utc("2026-10-05 00:00").date() + timedelta(weeks=number) for number in range(26)]
    assert weeks_sent(database) == [f"{monday}" for monday in mondays]
    claims = claim(database, utc("2027-04-12 09:00"), 100, rules())
    assert len({claimed.message.message_id for claimed in claims}) == len(claims) == 26


@pytest.mark.parametrize(
    ("zone", "week", "replies"),
    [
        pytest.param(
            LORD_HOWE,
            "28 September to 4 October 2026",
            ["2026-09-27 13:30", "2026-10-03 15:29:59", "2026-10-03 15:30", "2026-10-04 12:59:59"],
            id="Lord Howe, the week of 167 and a half hours",
        ),
        pytest.param(
            BEIRUT,
            "19 to 25 October 2026",
            ["2026-10-18 21:00", "2026-10-24 20:30", "2026-10-24 21:30", "2026-10-25 21:59:59"],
            id="Beirut, where half past eleven comes twice",
        ),
        pytest.param(
            HAVANA,
            "26 October to 1 November 2026",
            ["2026-10-26 04:00", "2026-11-01 04:30", "2026-11-01 05:30", "2026-11-02 04:59:59"],
            id="Havana, where half past midnight comes twice",
        ),
        pytest.param(
            LONDON,
            "19 to 25 October 2026",
            ["2026-10-18 23:00", "2026-10-25 00:30", "2026-10-25 01:30", "2026-10-25 23:59:59"],
            id="the week in which half past one comes twice",
        ),
        pytest.param(
            LONDON,
            "23 to 29 March 2026",
            ["2026-03-23 00:00", "2026-03-29 00:59:59", "2026-03-29 01:00", "2026-03-29 22:59:59"],
            id="the week of 167 hours",
        ),
        pytest.param(
            LONDON,
            "28 December 2026 to 3 January 2027",
            ["2026-12-28 00:00", "2026-12-31 23:59:59", "2027-01-01 00:00", "2027-01-03 23:59:59"],
            id="the last week of one year and the first days of the next",
        ),
        pytest.param(
            LONDON,
            "28 February to 5 March 2028",
            ["2028-02-28 00:00", "2028-02-29 00:00", "2028-02-29 23:59:59", "2028-03-05 23:59:59"],
            id="the week with the leap day",
        ),
    ],
)
def test_a_reply_counts_in_the_week_of_the_wall_calendar_and_in_no_other(
    database: Database, zone: str, week: str, replies: list[str]
) -> None:
    first, last = utc(replies[0]), utc(replies[-1])
    outside = [first - timedelta(seconds=1), last + timedelta(seconds=1)]
    launch(database, first - timedelta(days=3), *map(utc, replies), *outside, days_open=14)
    set_policy(database, first, time_zone=zone)
    at_the_end = last + timedelta(weeks=2)
    subjects = [
        preview_digest(database, local_day(moment, zone), at_the_end).subject
        for moment in (outside[0], first, last, outside[1])
    ]
    assert subjects[1] == subjects[2] == f"So what? 4 replies in the week {week}"
    assert [subject.partition(" in ")[0] for subject in (subjects[0], subjects[3])] == ["So what? 1 reply"] * 2
