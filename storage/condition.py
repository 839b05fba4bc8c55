"""How a SQLite database is: whether it can be opened and written, and what it keeps through a power cut."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from storage.database import Database, DatabaseUnavailableError, naming_unavailability
from storage.migrations import is_current

_IN_MEMORY = ":memory:"
_SYNCHRONOUS_FULL = 2


@dataclass(frozen=True)
class Condition:
    """`is_current` when the tables are today's, `is_durable` when what is committed survives a power cut.

    The latter takes SQLite's write-ahead log and `synchronous=FULL` (sqlite.org, "PRAGMA synchronous").
    """

    is_current: bool
    is_durable: bool


@contextmanager
def looking_into(url: str) -> Iterator[Database]:
    """Open a database that is there already; unlike `Database` itself, it creates nothing.

    Raises:
        DatabaseUnavailableError: there is none, or it fails while it is looked into.
    """
    database = _open(url)
    try:
        with naming_unavailability():
            yield database
    finally:
        database.close()


def _open(url: str) -> Database:
    try:
        parsed = make_url(url)
        file = parsed.database
        if parsed.get_backend_name() == "sqlite" and file != _IN_MEMORY and not Path(file or "").is_file():
            raise DatabaseUnavailableError("there is no such file yet; `sowhat db upgrade` makes it")
        # Nobody's address is hashed while looking, so there is no need of the key.
        return Database(url, address_key=b"")
    except (ArgumentError, ValueError, OSError):
        raise DatabaseUnavailableError("its address cannot be read") from None


def condition_of(database: Database) -> Condition:
    """How the database is. Takes its write lock, and gives it back at once, to see that it can be written."""
    with database.engine.connect() as connection:
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    return Condition(is_current(database), is_durable=journal == "wal" and synchronous >= _SYNCHRONOUS_FULL)
