"""One clock counts, and each job is started when it is due, whatever happened to clocks and to time."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from service.clock import LEASE, TICK_SECONDS, Clock
from service.jobs import Job
from service.wiring import Application, build_application
from storage import job_runs
from tests.clock import Clock as Time
from tests.given import settings_in

TICK = timedelta(seconds=TICK_SECONDS)


def do_nothing(_: Application) -> None:
    """A job that finds nothing to do."""


OFTEN, SELDOM = Job("often", 10, do_nothing), Job("seldom", 60, do_nothing)


class Machine:
    """A machine with a clock, which notes what it starts, as whoever does the job would."""

    def __init__(self, application: Application, pace: float = 1.0) -> None:
        self.application = application
        self.started: list[str] = []
        self.clock = Clock(application, (OFTEN, SELDOM), self._start, pace)

    def _start(self, job: Job) -> None:
        self.started.append(job.name)
        with self.application.database.work() as work:
            job_runs.note_start(work, job.name, self.application.now())

    def tick(self) -> list[str]:
        """Tick once: what was started."""
        self.started.clear()
        self.clock.tick()
        return list(self.started)


@pytest.fixture
def time(clock: Time) -> Time:
    """The time of all machines."""
    return clock


@pytest.fixture
def application(tmp_path: Path, database_url: str, time: Time) -> Iterator[Application]:
    """An application on an empty database: SQLite, and then PostgreSQL."""
    built = build_application(settings_in(tmp_path, database_url=database_url), time)
    yield built
    built.database.close()


@pytest.fixture
def machine(application: Application) -> Machine:
    return Machine(application)


def test_a_job_is_started_at_once_and_then_whenever_its_interval_is_over(machine: Machine, time: Time) -> None:
    started = {}
    for seconds in range(0, 75, int(TICK_SECONDS)):
        started[seconds] = machine.tick()
        time.advance(TICK)
    assert [seconds for seconds, names in started.items() if "often" in names] == [0, 10, 20, 30, 40, 50, 60, 70]
    assert [seconds for seconds, names in started.items() if "seldom" in names] == [0, 60]


def test_of_two_clocks_started_by_mistake_one_counts(application: Application, time: Time) -> None:
    first, second = Machine(application), Machine(application)
    started: list[str] = []
    with capture_logs() as logs:
        for _ in range(8):
            started += first.tick()
            assert second.tick() == []
            time.advance(TICK)
    assert started == ["often", "seldom", "often", "often", "often"]
    assert [entry["event"] for entry in logs] == ["clock_elected"]


def test_another_clock_takes_over_when_the_elected_one_is_gone_and_starts_only_what_is_due(
    application: Application, time: Time
) -> None:
    first, second = Machine(application), Machine(application)
    assert first.tick() == ["often", "seldom"]
    waited = timedelta()
    while not (started := second.tick()):
        waited += TICK
        time.advance(TICK)
    assert waited == LEASE
    assert started == ["often"]


def test_a_clock_that_resigns_is_followed_at_once(application: Application) -> None:
    first, second = Machine(application), Machine(application)
    first.tick()
    first.clock.resign()
    second.tick()
    first.tick()
    assert second.clock._elected
    assert not first.clock._elected


def test_a_clock_that_comes_back_hours_later_starts_each_job_once(application: Application, time: Time) -> None:
    Machine(application).tick()
    time.advance(timedelta(hours=5))
    back = Machine(application)
    assert back.tick() == ["often", "seldom"]
    time.advance(TICK)
    assert back.tick() == []


def test_two_clocks_that_come_back_at_once_start_each_job_once(application: Application, time: Time) -> None:
    Machine(application).tick()
    time.advance(timedelta(hours=5))
    machines = [Machine(application), Machine(application)]
    assert [machine.tick() for machine in machines] == [["often", "seldom"], []]


def test_a_clock_that_was_hours_fast_and_is_put_right_starts_its_jobs(application: Application, time: Time) -> None:
    time.advance(timedelta(hours=5))
    machine = Machine(application)
    machine.tick()
    time.advance(-timedelta(hours=5))
    assert machine.tick() == ["often", "seldom"]
    time.advance(TICK)
    assert machine.tick() == []


def test_pace_scales_the_intervals(application: Application, time: Time) -> None:
    machine = Machine(application, pace=0.1)
    machine.tick()
    time.advance(timedelta(seconds=1))
    assert machine.tick() == ["often"]
    time.advance(timedelta(seconds=5))
    assert machine.tick() == ["often", "seldom"]


def test_a_tick_that_fails_is_logged_and_the_next_one_counts(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr("storage.leases.take", _broken)
        assert machine.tick() == []
        machine.clock.resign()
    assert [entry["event"] for entry in logs] == ["tick_failed"]
    assert machine.tick() == ["often", "seldom"]


def test_a_lease_that_cannot_be_given_back_does_not_hold_up_the_end(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.leases.give_back", _broken)
    with capture_logs() as logs:
        machine.clock.resign()
    assert [entry["event"] for entry in logs] == ["lease_not_given_back"]


def _broken(*_: object) -> None:
    raise ConnectionError("away")
