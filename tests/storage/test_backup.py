"""Backing up while it runs, and restoring, as docs/operations.md says, on both databases."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from storage import people
from storage.database import Database
from storage.migrations import is_current
from storage.models import Address
from tests.conftest import ADDRESS_KEY
from tests.journeys.town import wait_until
from tests.postgres import Postgres

BEFORE = 50


def store(database: Database, number: int) -> None:
    with database.work() as work:
        people.address_of(work, "sms", f"+4477009{number:05}")


def stored(database: Database) -> set[str]:
    with database.reading() as work:
        return {address.value for address in work.session.query(Address)}


@contextmanager
def somebody_writing(database: Database) -> Iterator[None]:
    """Somebody who goes on writing while the backup is made."""
    stop = Event()

    def write() -> None:
        number = BEFORE
        while not stop.is_set():
            store(database, number)
            number += 1

    writer = Thread(target=write)
    writer.start()
    wait_until(lambda: len(stored(database)) > BEFORE, "nobody wrote")
    yield
    stop.set()
    writer.join()


def check(restored: Database, stored_before: set[str]) -> None:
    """Everything stored before the backup began is there, and it can be worked with."""
    assert is_current(restored)
    assert stored_before <= stored(restored)
    store(restored, 99_999)
    assert "+447700999999" in stored(restored)
    restored.close()


def test_sqlite_is_backed_up_while_somebody_writes(sqlite_database: Database, tmp_path: Path) -> None:
    for number in range(BEFORE):
        store(sqlite_database, number)
    backup = tmp_path / "backup.db"
    with somebody_writing(sqlite_database):
        before = stored(sqlite_database)
        connection = sqlite3.connect(str(sqlite_database.engine.url.database))
        connection.execute("VACUUM INTO ?", (str(backup),))
        connection.close()
    check(Database(f"sqlite:///{backup}", ADDRESS_KEY), before)


@pytest.mark.postgresql
def test_postgresql_is_dumped_while_somebody_writes_and_restored_elsewhere(
    postgresql_database: Database, postgres: Postgres
) -> None:
    for number in range(BEFORE):
        store(postgresql_database, number)
    name, elsewhere = str(postgresql_database.engine.url.database), postgres.make_empty()
    server = ("--host=127.0.0.1", f"--port={postgres.port}", "--username=sowhat")
    dump = f"{name}.dump"  # in the server's own folder, where its account may write
    with somebody_writing(postgresql_database):
        before = stored(postgresql_database)
        postgres.run_program("pg_dump", *server, "--format=custom", f"--file={dump}", name)
    restored_name = elsewhere.rpartition("/")[2]
    postgres.run_program("pg_restore", *server, "--no-owner", f"--dbname={restored_name}", dump)
    check(Database(elsewhere, ADDRESS_KEY), before)
