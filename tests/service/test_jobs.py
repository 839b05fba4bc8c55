"""A job leaves word of when it ran, and its faults go no further than the log."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from structlog.testing import capture_logs

from service.jobs import JOBS, Job, run_job
from service.starting import starting_jobs
from service.wiring import Application, build_application
from storage import job_runs
from storage.models import JobRun
from tests.clock import NOON, Clock
from tests.given import settings_in
from tests.journeys.town import wait_until


@pytest.fixture
def application(tmp_path: Path, database_url: str, clock: Clock) -> Iterator[Application]:
    """An application on an empty database: SQLite, and then PostgreSQL."""
    built = build_application(settings_in(tmp_path, database_url=database_url), clock)
    yield built
    built.database.close()


def run_of(application: Application) -> tuple[str, datetime, datetime | None]:
    with application.database.reading() as work:
        [run] = job_runs.all_runs(work)
    return run.name, run.started_at, run.finished_at


def test_a_job_leaves_word_of_when_it_began_and_when_it_was_done(application: Application, clock: Clock) -> None:
    def take_a_minute(_: Application) -> None:
        clock.advance(timedelta(minutes=1))

    run_job(application, Job("slow", 10, take_a_minute))
    assert run_of(application) == ("slow", NOON, NOON + timedelta(minutes=1))


def test_a_job_that_breaks_is_logged_and_counts_as_begun_and_not_as_done(application: Application) -> None:
    def fail(_: Application) -> None:
        raise ConnectionError("Ann Beech wrote from +447700900001")

    with capture_logs() as logs:
        run_job(application, Job("failing", 10, fail))
    [entry] = logs
    assert (entry["event"], entry["fault"]) == ("job_failed", "ConnectionError")
    assert "Ann" not in repr(logs)
    assert run_of(application) == ("failing", NOON, None)


def test_no_two_jobs_have_one_name() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)


def test_on_one_machine_a_job_is_done_here_in_the_background(tmp_path: Path, sqlite_url: str, clock: Clock) -> None:
    application = build_application(settings_in(tmp_path, database_url=sqlite_url), clock)
    let_go, done = Event(), Event()

    def act(_: Application) -> None:
        assert let_go.wait(5)
        done.set()

    with starting_jobs(application) as start:
        start(Job("job", 10, act))
        let_go.set()
    assert done.is_set()
    application.database.close()


def test_a_job_that_hangs_is_left_behind(
    tmp_path: Path, sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.starting.LONGEST_GOODBYE_SECONDS", 0.1)
    application = build_application(settings_in(tmp_path, database_url=sqlite_url), clock)
    let_go = Event()
    with capture_logs() as logs, starting_jobs(application) as start:
        start(Job("hanging", 10, lambda _: _wait(let_go)))
    assert [entry["event"] for entry in logs] == ["jobs_left_behind"]
    let_go.set()
    wait_until(lambda: _is_done(application), "the job never ended")
    application.database.close()


def _wait(let_go: Event) -> None:
    let_go.wait(60)


def _is_done(application: Application) -> bool:
    with application.database.reading() as work:
        run = work.session.get(JobRun, "hanging")
        return run is not None and run.finished_at is not None


@pytest.mark.postgresql
def test_on_a_fleet_a_job_waits_for_a_worker_once_however_often_it_is_started(
    tmp_path: Path, postgresql_url: str, clock: Clock
) -> None:
    application = build_application(settings_in(tmp_path, database_url=postgresql_url), clock)
    with starting_jobs(application) as start:
        for _ in range(3):
            start(JOBS[0])
    with application.database.reading() as work:
        waiting = work.session.connection().exec_driver_sql("SELECT task_name, lock FROM procrastinate_jobs").all()
    assert [tuple(row) for row in waiting] == [("start_surveys", "start_surveys")]
    application.database.close()
