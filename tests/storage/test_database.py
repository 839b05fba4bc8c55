import threading
from traceback import format_exception

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from storage.database import Database, DatabaseUnavailableError
from storage.models import Address, TenantAddress
from tests.rows import ANN, JOE, add_address, add_text


def url(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def address_count(database: Database) -> int:
    with database.reading() as work:
        return work.session.scalar(select(func.count(Address.id))) or 0


def test_work_commits_as_a_whole(database: Database) -> None:
    with database.work() as work:
        add_address(work, ANN)
        add_address(work, JOE)
    assert address_count(database) == 2


def test_work_that_fails_leaves_nothing_behind(database: Database) -> None:
    def fail_half_way() -> None:
        with database.work() as work:
            add_address(work, ANN)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert address_count(database) == 0
    with database.work() as work:
        add_address(work, ANN)
    assert address_count(database) == 1


def test_nothing_written_while_only_reading_is_kept(database: Database) -> None:
    with database.reading() as work:
        add_address(work, ANN)
    assert address_count(database) == 0


def test_reading_does_not_wait_for_a_writer_and_sees_what_was_committed(database: Database) -> None:
    with database.work() as work:
        add_address(work, ANN)
        assert address_count(database) == 0
    assert address_count(database) == 1


@pytest.mark.parametrize("processes", [1, 2])
def test_writers_take_turns_so_that_no_change_is_lost(database: Database, processes: int) -> None:
    databases = [database, Database(url(database), b"a key for tests")][:processes]
    with database.work() as work:
        message_id = add_text(work, add_address(work)).id

    def count_up(mine: Database) -> None:
        for _ in range(20):
            with mine.work() as work:
                connection = work.session.connection()
                # What PostgreSQL must be told is locked, SQLite locks as a whole.
                lock = " FOR UPDATE" if mine.is_for_a_fleet else ""
                before = connection.scalar(text(f"SELECT segments FROM outbox_message WHERE id = {message_id}{lock}"))
                connection.execute(text(f"UPDATE outbox_message SET segments = {before + 1} WHERE id = {message_id}"))

    threads = [threading.Thread(target=count_up, args=(databases[number % processes],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as work:
        assert work.session.scalar(text("SELECT segments FROM outbox_message")) == 1 + 4 * 20


def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    def refer_to_nothing() -> None:
        with database.work() as work:
            work.session.add(TenantAddress(tenant_id=1, address_id=1, current=True))

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        refer_to_nothing()


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "INSERT INTO address (channel, value, hash, state) VALUES ('sms', :value, 'x', 'usable')", id="key"
        ),
        pytest.param("INSERT INTO address (channel, value, state) VALUES ('sms', :value, 'usable')", id="null"),
        pytest.param("INSERT INTO tenant_address VALUES (1, CAST(:value AS INTEGER), true)", id="reference"),
        pytest.param("UPDATE address SET state = :value", id="check"),
        pytest.param("UPDATE address SET opted_in_at = CAST(:value AS TIMESTAMP), hash = NULL", id="type"),
        pytest.param("SELECT :value FROM no_such_table", id="table"),
    ],
)
def test_an_exception_of_the_database_shows_no_values(database: Database, statement: str) -> None:
    with database.work() as work:
        add_address(work, ANN)
    with pytest.raises((StatementError, DatabaseUnavailableError)) as raised, database.work() as work:
        work.session.execute(text(statement), {"value": ANN})
    assert ANN.removeprefix("+") not in "".join(format_exception(raised.value))


def test_addresses_are_hashed_with_the_key_and_so_say_nothing_without_it(database: Database) -> None:
    with database.reading() as work:
        once, twice, another = work.hash_address(ANN), work.hash_address(ANN), work.hash_address(JOE)
    with Database(url(database), b"another key").reading() as work:
        with_another_key = work.hash_address(ANN)
    assert once == twice
    assert len({once, another, with_another_key}) == 3
    assert len(once) == 64
    assert ANN not in once
