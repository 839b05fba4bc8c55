"""Ticks come, one at a time, whatever is done to the machine's time of day."""

import logging
import time
from datetime import UTC, datetime, timedelta
from threading import Event, Lock

import pytest
import time_machine

from service.ticks import ticks_of
from tests.journeys.town import wait_until

EVERY = 0.02
NOW = datetime(2026, 10, 25, 0, 59, tzinfo=UTC)


class Ticks:
    """Counts ticks."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1

    def expect_more(self, number: int) -> None:
        """Wait for so many more."""
        wanted = self.count + number
        wait_until(lambda: self.count >= wanted, f"{number} more ticks did not come")


def test_the_first_tick_comes_at_once() -> None:
    ticked = Event()
    with ticks_of(ticked.set, seconds=3600):
        assert ticked.wait(5)


def test_ticks_come_until_the_block_ends() -> None:
    ticks = Ticks()
    with ticks_of(ticks, EVERY):
        ticks.expect_more(5)
    ended_with = ticks.count
    time.sleep(5 * EVERY)
    assert ticks.count == ended_with


@pytest.mark.parametrize("step", [timedelta(minutes=-5), timedelta(hours=-5), timedelta(minutes=5), timedelta(hours=1)])
def test_ticks_go_on_when_the_time_of_day_is_put_back_or_forward(step: timedelta) -> None:
    ticks = Ticks()
    with time_machine.travel(NOW) as machine, ticks_of(ticks, EVERY):
        ticks.expect_more(3)
        machine.shift(step)
        ticks.expect_more(3)


def test_ticks_that_were_missed_come_as_one() -> None:
    ticks = Ticks()
    with time_machine.travel(NOW) as machine, ticks_of(ticks, EVERY):
        ticks.expect_more(1)
        before = ticks.count
        machine.shift(timedelta(minutes=10))
        ticks.expect_more(3)
    missed = timedelta(minutes=10) / timedelta(seconds=EVERY)
    assert ticks.count - before < missed / 100


def test_a_tick_that_takes_long_is_not_joined_by_a_second(caplog: pytest.LogCaptureFixture) -> None:
    under_way, most, lock = 0, 0, Lock()

    def slow() -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(4 * EVERY)
        with lock:
            under_way -= 1

    with caplog.at_level(logging.CRITICAL, "apscheduler"), ticks_of(slow, EVERY):
        time.sleep(20 * EVERY)
    assert most == 1


def test_a_tick_under_way_ends_before_the_block_does() -> None:
    begun, ended = Event(), Event()

    def slow() -> None:
        begun.set()
        time.sleep(0.2)
        ended.set()

    with ticks_of(slow, seconds=3600):
        assert begun.wait(5)
    assert ended.is_set()
