import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from storage.database import Database, DatabaseUnavailableError
from storage.models import Address, TenantAddress
from tests.rows import ANN, JOE, add_address, add_text


def url(database: Database) -> str:
    return database.engine.url.render_as_string()


def address_count(database: Database) -> int:
    with database.reading() as work:
        return work.session.scalar(select(func.count(Address.id))) or 0


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)],
)
def test_sqlite_keeps_what_it_acknowledged_and_minds_its_references(
    database: Database, pragma: str, value: str | int
) -> None:
    for open_work in (database.work, database.reading):
        with open_work() as work:
            assert work.session.scalar(text(f"PRAGMA {pragma}")) == value


def test_the_folder_of_the_file_is_made_if_it_is_missing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'sowhat.db'}", b"key")
    with database.work() as work:
        work.session.execute(text("CREATE TABLE thing (id INTEGER)"))
    assert (tmp_path / "new" / "folder" / "sowhat.db").exists()


def test_a_folder_that_cannot_be_made_is_said_so_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("in the way")
    with pytest.raises(DatabaseUnavailableError, match="the folder of the database cannot be made"):
        Database(f"sqlite:///{tmp_path / 'a file' / 'sowhat.db'}", b"key")


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
                before = connection.scalar(text(f"SELECT segments FROM outbox_message WHERE id = {message_id}"))
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

    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        refer_to_nothing()


def test_an_exception_of_the_database_shows_no_values(database: Database) -> None:
    with database.work() as work:
        add_address(work, ANN)
    for statement in ("INSERT INTO address (channel, value, hash) VALUES ('sms', :value, 'x')", "SELECT :value FROM x"):
        with pytest.raises((StatementError, DatabaseUnavailableError)) as raised, database.work() as work:
            work.session.execute(text(statement), {"value": ANN})
        assert ANN not in str(raised.value) + repr(raised.value)


def test_addresses_are_hashed_with_the_key_and_so_say_nothing_without_it(database: Database) -> None:
    with database.reading() as work:
        once, twice, another = work.hash_address(ANN), work.hash_address(ANN), work.hash_address(JOE)
    with Database(url(database), b"another key").reading() as work:
        with_another_key = work.hash_address(ANN)
    assert once == twice
    assert len({once, another, with_another_key}) == 3
    assert len(once) == 64
    assert ANN not in once
