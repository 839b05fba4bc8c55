"""A wake-up is one with the rows it announces, and never harms their transaction."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from structlog.testing import capture_logs

from storage import outbox, wake_ups
from storage.database import Database
from tests.rows import ANN, JOE, add_address, outgoing_text

pytestmark = pytest.mark.postgresql


@pytest.fixture
def database(postgresql_database: Database) -> Database:
    """PostgreSQL, which alone has a task engine."""
    return postgresql_database


def engine_jobs(database: Database) -> list[tuple[Any, ...]]:
    """Every job of the engine: what it is called, and where it stands."""
    with database.reading() as work:
        rows = work.session.execute(text("SELECT task_name, status FROM procrastinate_jobs ORDER BY id"))
        return [tuple(row) for row in rows]


def queue_text(database: Database, phone: str = ANN, **details: Any) -> None:
    with database.work() as work:
        outbox.enqueue(work, outgoing_text(add_address(work, phone), **details))


@contextmanager
def statements_of(database: Database) -> Iterator[list[str]]:
    """The statements sent to the database until the block ends."""
    sent: list[str] = []

    def keep(*about: Any) -> None:
        sent.append(about[2])

    event.listen(database.engine, "before_cursor_execute", keep)
    yield sent
    event.remove(database.engine, "before_cursor_execute", keep)


def test_a_wake_up_commits_with_the_message_it_announces(database: Database) -> None:
    with database.work() as work:
        outbox.enqueue(work, outgoing_text(add_address(work, ANN)))
        assert engine_jobs(database) == []
    assert engine_jobs(database) == [("wake_up", "todo")]


def test_a_wake_up_is_rolled_back_with_the_message_it_announces(database: Database) -> None:
    def fail() -> None:
        with database.work() as work:
            outbox.enqueue(work, outgoing_text(add_address(work, ANN)))
            wake_ups.defer_announced(work.session)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        fail()
    assert engine_jobs(database) == []


def test_nobody_is_woken_for_nothing(database: Database) -> None:
    queue_text(database, dedupe_key="once")
    with database.work() as work:
        work.session.execute(text("DELETE FROM procrastinate_jobs"))
    with database.work() as work:
        add_address(work, JOE)
    with database.work() as work:
        assert not outbox.enqueue(work, outgoing_text(add_address(work, "+447700900077"), dedupe_key="once"))
    assert engine_jobs(database) == []


def test_while_a_wake_up_waits_no_other_is_deferred_and_once_it_is_taken_one_is(database: Database) -> None:
    queue_text(database, ANN)
    queue_text(database, JOE)
    assert engine_jobs(database) == [("wake_up", "todo")]
    with database.work() as work:
        work.session.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
    queue_text(database, "+447700900077")
    assert engine_jobs(database) == [("wake_up", "doing"), ("wake_up", "todo")]
    with database.reading() as work:
        ids = list(work.session.scalars(text("SELECT id FROM procrastinate_jobs ORDER BY id")))
    assert ids == [1, 2], "one was begun and undone, which costs more than to look"


def test_a_thousand_messages_in_one_transaction_cost_one_statement_more(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        with statements_of(database) as sent:
            for _ in range(100):
                outbox.enqueue(work, outgoing_text(address))
        assert not any("sowhat_defer_job" in statement for statement in sent)
        with statements_of(database) as sent:
            wake_ups.defer_announced(work.session)
            wake_ups.defer_announced(work.session)
        assert len(sent) == 1


def test_two_transactions_that_announce_at_once_do_not_wait_for_each_other(database: Database) -> None:
    done = threading.Event()

    def other() -> None:
        queue_text(database, JOE)
        done.set()

    with database.work() as work:
        outbox.enqueue(work, outgoing_text(add_address(work, ANN)))
        wake_ups.defer_announced(work.session)
        thread = threading.Thread(target=other)
        thread.start()
        assert done.wait(5), "the other transaction waited for ours to end"
    thread.join()
    assert engine_jobs(database) == [("wake_up", "todo")]


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param("ALTER TABLE procrastinate_jobs RENAME TO gone", id="the engine has no table"),
        pytest.param("DROP FUNCTION procrastinate_defer_jobs_v1", id="the engine has no such function"),
        pytest.param("ALTER TABLE procrastinate_jobs ADD CHECK (false)", id="the engine refuses the job"),
    ],
)
def test_a_wake_up_that_fails_is_logged_and_leaves_the_messages_transaction_whole(postgres: Any, harm: str) -> None:
    database = Database(postgres.make_migrated(), b"a key for tests")
    with database.work() as work:
        work.session.execute(text(harm))
    with capture_logs() as logs:
        queue_text(database)
    with database.reading() as work:
        assert work.session.scalar(text("SELECT count(*) FROM outbox_message")) == 1
    [entry] = logs
    assert (entry["event"], entry["job"], len(entry["sqlstate"])) == ("job_not_deferred", "wake_up", 5)
    database.close()


def test_a_job_of_the_clock_waits_once_and_is_done_by_one_at_a_time(database: Database) -> None:
    for _ in range(2):
        with database.work() as work:
            assert wake_ups.defer(work, "keep_time", at_most_one=True)
    with database.reading() as work:
        rows = work.session.execute(
            text("SELECT task_name, queue_name, lock, queueing_lock, priority FROM procrastinate_jobs")
        )
        assert [tuple(row) for row in rows] == [("keep_time", "sowhat", "keep_time", "keep_time", 0)]


def test_on_sqlite_nobody_needs_to_be_told(sqlite_database: Database) -> None:
    with statements_of(sqlite_database) as sent:
        queue_text(sqlite_database)
    assert not any("sowhat_defer_job" in statement for statement in sent)
