"""Bulk texts leave only when it is known what the webhook missed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.missed import FETCH_EVERY, CaughtUp
from service.wiring import Application, build_application
from storage import messages
from tests.clock import Clock
from tests.given import settings_in

SECOND = timedelta(seconds=1)


class Worker:
    """A worker that starts now; `asked` counts how often it has had what was missed fetched."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.asked = 0
        self.caught_up = CaughtUp(application, self._fetch)

    def may_send_bulk(self) -> bool:
        return self.caught_up.is_so()

    def _fetch(self) -> None:
        self.asked += 1


@pytest.fixture
def application(tmp_path: Path, database_url: str, clock: Clock) -> Iterator[Application]:
    """An application on an empty database: SQLite, and then PostgreSQL."""
    built = build_application(settings_in(tmp_path, database_url=database_url), clock)
    yield built
    built.database.close()


def fetched(application: Application) -> None:
    """Some worker of the fleet has fetched what was missed."""
    with application.database.work() as work:
        messages.set_fetched_until(work, "sms", application.now())


def test_a_worker_that_starts_has_what_was_missed_fetched_first(application: Application, clock: Clock) -> None:
    fetched(application)
    clock.advance(SECOND)
    worker = Worker(application)
    assert not worker.may_send_bulk()
    assert worker.asked == 1
    clock.advance(SECOND)
    fetched(application)
    assert worker.may_send_bulk()


def test_what_one_worker_fetched_counts_for_all_that_had_started(application: Application, clock: Clock) -> None:
    workers = [Worker(application) for _ in range(4)]
    clock.advance(SECOND)
    fetched(application)
    late = Worker(application)
    assert all(worker.may_send_bulk() for worker in workers)
    clock.advance(SECOND)
    assert late.may_send_bulk()
    clock.advance(SECOND)
    assert not Worker(application).may_send_bulk()


def test_two_rounds_without_fetching_and_bulk_waits_again(application: Application, clock: Clock) -> None:
    worker = Worker(application)
    fetched(application)
    assert worker.may_send_bulk()
    clock.advance(2 * FETCH_EVERY)
    assert worker.may_send_bulk()
    assert worker.asked == 0
    clock.advance(SECOND)
    assert not worker.may_send_bulk()
    assert worker.asked == 1


def test_nobody_is_asked_twice_within_ten_seconds_unless_it_had_helped(
    application: Application, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker(application)
    for _ in range(3):
        assert not worker.may_send_bulk()
    assert worker.asked == 1
    fetched(application)
    assert worker.may_send_bulk()
    clock.advance(timedelta(days=2))
    assert not worker.may_send_bulk()
    assert worker.asked == 2
    monkeypatch.setattr("service.missed.ASK_AGAIN_SECONDS", 0.0)
    assert not worker.may_send_bulk()
    assert worker.asked == 3


def test_the_database_is_asked_only_while_the_answer_is_not_known(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker(application)
    fetched(application)
    assert worker.may_send_bulk()
    monkeypatch.setattr(type(application.database), "reading", None)
    assert worker.may_send_bulk()


def test_a_mark_made_by_a_clock_that_was_fast_says_nothing(application: Application, clock: Clock) -> None:
    clock.advance(timedelta(hours=5))
    fetched(application)
    clock.advance(-timedelta(hours=5))
    worker = Worker(application)
    assert not worker.may_send_bulk()
    fetched(application)
    assert worker.may_send_bulk()


def test_a_worker_whose_machine_is_put_back_an_hour_goes_on(application: Application, clock: Clock) -> None:
    worker = Worker(application)
    clock.advance(-timedelta(hours=1))
    assert not worker.may_send_bulk()
    fetched(application)
    assert worker.may_send_bulk()
