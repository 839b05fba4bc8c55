"""What is PostgreSQL's alone: how we are connected, and what we make of its faults."""

from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database, DatabaseUnavailableError, Work
from storage.postgresql import MOST_CONNECTIONS
from tests.conftest import ADDRESS_KEY
from tests.given import free_port
from tests.journeys.town import wait_until
from tests.postgres import Postgres, running_postgres
from tests.rows import ANN, JOE, add_address

pytestmark = pytest.mark.postgresql


@pytest.fixture
def database(postgresql_database: Database) -> Database:
    return postgresql_database


def ask(work: Work, statement: str, **values: Any) -> Any:
    return work.session.scalar(text(statement), values)


def fail_with(work: Work, sqlstate: str) -> None:
    """Have the server fail as it does with this code of its."""
    work.session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '{sqlstate}'; END $$"))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("timezone", "UTC"),
        ("client_encoding", "UTF8"),
        ("application_name", "sowhat"),
        ("synchronous_commit", "on"),
        ("lock_timeout", "10s"),
        ("statement_timeout", "5min"),
        ("idle_in_transaction_session_timeout", "1min"),
    ],
)
def test_every_session_is_set_as_we_need_it(database: Database, setting: str, value: str) -> None:
    for open_work in (database.work, database.reading):
        with open_work() as work:
            assert ask(work, f"SHOW {setting}") == value


def test_a_setting_in_the_address_is_kept(postgresql_url: str) -> None:
    with Database(f"{postgresql_url}?application_name=web-2", ADDRESS_KEY).reading() as work:
        assert ask(work, "SHOW application_name") == "web-2"


def test_who_writes_sees_what_others_have_committed_meanwhile_and_who_reads_sees_one_moment(database: Database) -> None:
    count = "SELECT count(*) FROM address"
    with database.work() as writing, database.reading() as reading:
        assert (ask(writing, count), ask(reading, count)) == (0, 0)
        with database.work() as work:
            add_address(work, ANN)
        assert (ask(writing, count), ask(reading, count)) == (1, 0)


UNUSABLE = {
    "08006": "connection failure",
    "25006": "read-only",
    "40001": "serialization failure",
    "40P01": "deadlock",
    "42501": "not allowed",
    "42P01": "no such table",
    "53100": "disk full",
    "53300": "too many connections",
    "55P03": "lock timeout",
    "57014": "statement timeout",
    "57P01": "shutting down",
    "58030": "disk fails",
    "XX001": "damaged",
}
OUR_MISTAKE = {
    "22003": "number too large",
    "23502": "null",
    "23503": "no such reference",
    "23505": "there already",
    "23514": "check",
    "42601": "syntax",
    "54000": "key too long",
    "P0001": "raised",
}


@pytest.mark.parametrize("sqlstate", UNUSABLE, ids=UNUSABLE.values())
def test_a_fault_of_the_databases_own_is_told_in_one_line(database: Database, sqlstate: str) -> None:
    with (
        pytest.raises(DatabaseUnavailableError, match=r"^the database cannot be used: [^\n]+$"),
        database.work() as work,
    ):
        fail_with(work, sqlstate)


@pytest.mark.parametrize("sqlstate", OUR_MISTAKE, ids=OUR_MISTAKE.values())
def test_a_mistake_of_ours_is_not_called_a_fault_of_the_database(database: Database, sqlstate: str) -> None:
    with pytest.raises(DBAPIError), database.work() as work:
        fail_with(work, sqlstate)


def test_what_the_server_quotes_is_withheld(database: Database) -> None:
    with pytest.raises(DBAPIError, match="withheld") as raised, database.work() as work:
        ask(work, "SELECT CAST(:value AS INTEGER) FROM pg_class", value=ANN + " Ann")
    assert ANN not in str(raised.value)


def test_a_restart_of_the_server_is_survived_by_the_connections_that_are_kept() -> None:
    with running_postgres() as server:
        database = Database(server.make_empty(), ADDRESS_KEY)
        with ExitStack() as open_at_once:
            for _ in range(3):
                open_at_once.enter_context(database.reading()).session.execute(text("SELECT 1"))
        server.stop("immediate")
        server.start()
        for open_work in (database.work, database.reading):
            with open_work() as work:
                assert ask(work, "SELECT 1") == 1
        server.stop("immediate")
        for open_work in (database.work, database.reading):
            with pytest.raises(DatabaseUnavailableError, match=r"^[^\n]+$"), open_work() as work:
                ask(work, "SELECT 1")
        server.start()
        for open_work in (database.work, database.reading):
            with open_work() as work:
                assert ask(work, "SELECT 1") == 1
        database.close()


def test_a_server_that_cannot_be_reached_is_told_of_without_the_password() -> None:
    database = Database(f"postgresql+psycopg://gwen:hunter2@127.0.0.1:{free_port()}/sowhat", ADDRESS_KEY)
    with (
        pytest.raises(DatabaseUnavailableError, match="cannot be used: connection failed") as raised,
        database.work() as work,
    ):
        ask(work, "SELECT 1")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("how", ["ended by an operator", "idle in its transaction"])
def test_a_transaction_whose_connection_is_ended_keeps_nothing(
    database: Database, postgres: Postgres, how: str
) -> None:
    def is_connected(pid: int) -> bool:
        return bool(postgres.query(f"SELECT 1 FROM pg_stat_activity WHERE pid = {pid}"))

    def lose_connection_half_way() -> None:
        with database.work() as work:
            add_address(work, ANN)
            pid = ask(work, "SELECT pg_backend_pid()")
            if how == "idle in its transaction":
                ask(work, "SELECT set_config('idle_in_transaction_session_timeout', '20ms', true)")
            else:
                postgres.query(f"SELECT pg_terminate_backend({pid})")
            wait_until(lambda: not is_connected(pid), "it goes on")
            add_address(work, JOE)

    with pytest.raises(DatabaseUnavailableError):
        lose_connection_half_way()
    with database.work() as work:
        assert ask(work, "SELECT count(*) FROM address") == 0


def test_whoever_waits_too_long_for_what_another_holds_is_told_so(database: Database) -> None:
    def add_at_once() -> None:
        with database.work() as work:
            ask(work, "SELECT set_config('lock_timeout', '20ms', true)")
            add_address(work, ANN)

    with database.work() as holding:
        add_address(holding, ANN)
        with pytest.raises(DatabaseUnavailableError, match="lock timeout"):
            add_at_once()


def test_whoever_finds_all_connections_taken_is_told_so(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.LONGEST_WAIT_SECONDS", 0)
    database = Database(postgresql_url, ADDRESS_KEY)
    with ExitStack() as taken:
        for _ in range(MOST_CONNECTIONS):
            taken.enter_context(database.reading()).session.execute(text("SELECT 1"))
        with pytest.raises(DatabaseUnavailableError, match="all connections to it are taken"), database.work() as work:
            ask(work, "SELECT 1")
    with database.work() as work:
        assert ask(work, "SELECT 1") == 1
    database.close()
