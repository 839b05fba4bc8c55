"""A survey's days: undo, one reminder after two days of 24 hours and the end after seven, whatever the clocks do.

The examples speak of the clock on the wall in Derby (Europe/London).
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest

from outcomes.weeks import local_moment
from storage import activities
from storage.database import Database
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from tests.clock import Clock
from tests.conversations.landlord import Landlord
from tests.rows import ANN
from tests.time.zones import LONDON, utc

EVERY_DAY: tuple[int, ...] = ()


def wall(written: str) -> datetime:
    """A moment by the wall in Derby, `2026-10-25 01:30`, of two the first; in UTC."""
    return local_moment(date.fromisoformat(written[:10]), time.fromisoformat(written[11:]), LONDON)


@pytest.fixture
def landlord(database: Database, clock: Clock) -> Landlord:
    clock.now = wall("2026-03-01 09:00")
    return Landlord(database, clock)


def ask_ann(landlord: Landlord, now: datetime) -> None:
    """Ann is asked about the coffee morning at this moment, if quiet hours let her be."""
    landlord.clock.now = now
    landlord.survey_of(ANN)


def run_clock(landlord: Landlord, until: datetime, minutes: int = 60) -> Iterator[tuple[datetime, str]]:
    """Let clock and worker run, and everything arrive: when each text to Ann left, and what kind it was."""
    while landlord.now < until:
        landlord.wait(minutes=minutes)
        landlord.tick()
        if landlord.deliver():
            yield landlord.now, landlord.texts_to(ANN)[-1].text_id


@pytest.mark.parametrize(
    ("asked", "reminded", "closed"),
    [
        pytest.param(
            "2026-11-17 10:00", "2026-11-19 10:00", "2026-11-24 10:00", id="no clock changes: the same time of day"
        ),
        pytest.param(
            "2026-03-26 10:00", "2026-03-28 10:00", "2026-04-02 11:00", id="spring, a Thursday: closes an hour later"
        ),
        pytest.param("2026-03-27 10:00", "2026-03-30 09:00", "2026-04-03 11:00", id="spring, a Friday: not on Sunday"),
        pytest.param(
            "2026-03-28 19:00", "2026-03-31 09:00", "2026-04-04 20:00", id="spring, a Saturday: 20:00 is too late"
        ),
        pytest.param(
            "2026-10-22 10:00", "2026-10-24 10:00", "2026-10-29 09:00", id="autumn, a Thursday: an hour earlier"
        ),
        pytest.param(
            "2026-10-24 09:00", "2026-10-26 09:00", "2026-10-31 08:00", id="autumn, a Saturday: 08:00 is too early"
        ),
        pytest.param("2027-03-27 12:00", "2027-03-29 13:00", "2027-04-03 13:00", id="spring 2027"),
        pytest.param("2027-10-30 12:00", "2027-11-01 11:00", "2027-11-06 11:00", id="autumn 2027"),
        pytest.param("2026-12-30 10:00", "2027-01-01 10:00", "2027-01-06 10:00", id="over New Year"),
        pytest.param("2028-02-26 10:00", "2028-02-28 10:00", "2028-03-04 10:00", id="over a leap day"),
        pytest.param("2028-02-29 10:00", "2028-03-02 10:00", "2028-03-07 10:00", id="on a leap day"),
        pytest.param("2027-02-26 10:00", "2027-03-01 09:00", "2027-03-05 10:00", id="no leap year; not on Sunday"),
        pytest.param("2026-04-29 10:00", "2026-05-01 10:00", "2026-05-06 10:00", id="over the end of a month"),
    ],
)
def test_a_reminder_comes_after_two_days_of_24_hours_and_the_end_after_seven(
    landlord: Landlord, asked: str, reminded: str, closed: str
) -> None:
    ask_ann(landlord, wall(asked))
    assert list(run_clock(landlord, wall(reminded) + timedelta(hours=2))) == [(wall(reminded), "reminder")]
    assert landlord.conversation_with(ANN).progress is Progress.DELIVERED
    landlord.clock.now = wall(closed) - timedelta(seconds=1)
    assert landlord.tick() == (0, 0, 0)
    landlord.clock.now = wall(closed)
    assert landlord.tick() == (1, 0, 0)
    assert landlord.deliver() == []
    assert landlord.now - wall(asked) == timedelta(days=7)


@pytest.mark.parametrize(
    ("launched", "leaves"),
    [
        pytest.param("2026-03-28 20:30", "2026-03-29 09:00", id="the evening before spring"),
        pytest.param("2026-03-29 00:30", "2026-03-29 09:00", id="half an hour before the hour that is left out"),
        pytest.param("2026-10-24 20:30", "2026-10-25 09:00", id="the evening before autumn"),
        pytest.param("2026-10-25 01:30", "2026-10-25 09:00", id="half past one, the first time"),
    ],
)
def test_a_survey_launched_in_the_night_of_a_change_has_its_full_time_from_nine_o_clock(
    landlord: Landlord, launched: str, leaves: str
) -> None:
    landlord.set_policy(quiet_weekdays=EVERY_DAY)
    ask_ann(landlord, wall(launched))
    assert landlord.texts_to(ANN)[0].state is OutboxState.QUEUED
    conversation = landlord.conversation_with(ANN)
    assert conversation.remind_at == wall(leaves) + timedelta(hours=48)
    assert conversation.closes_at == wall(leaves) + timedelta(hours=168)
    assert list(run_clock(landlord, wall(leaves) + timedelta(hours=3), minutes=30)) == [(wall(leaves), "opening")]


@pytest.mark.parametrize(
    ("closed", "undo_until"),
    [
        pytest.param(utc("2026-03-29 00:50"), utc("2026-03-29 01:05"), id="00:50 in spring: until 02:05 by the wall"),
        pytest.param(utc("2026-10-25 00:50"), utc("2026-10-25 01:05"), id="01:50 in autumn: until 01:05 by the wall"),
        pytest.param(utc("2026-10-25 01:50"), utc("2026-10-25 02:05"), id="01:50 again: until 02:05 by the wall"),
        pytest.param(utc("2026-12-31 23:50"), utc("2027-01-01 00:05"), id="over New Year"),
        pytest.param(utc("2028-02-28 23:50"), utc("2028-02-29 00:05"), id="into a leap day"),
    ],
)
def test_fifteen_minutes_to_undo_are_fifteen_minutes(
    landlord: Landlord, closed: datetime, undo_until: datetime
) -> None:
    landlord.clock.now = closed
    landlord.close("A1", [landlord.tenant(ANN)], undo_minutes=15)
    landlord.clock.now = undo_until - timedelta(microseconds=1)
    assert landlord.launch() == []
    with landlord.database.work() as work:
        activity = activities.by_ref(work, "A1")
        assert activity is not None
        assert activities.undo_close(work, activity, landlord.now)
        activities.close(work, activity, closed, undo_until)
    landlord.clock.now = undo_until
    with landlord.database.work() as work:
        activity = activities.by_ref(work, "A1")
        assert activity is not None
        assert not activities.undo_close(work, activity, landlord.now)
    assert len(landlord.launch()) == 1
