"""How a database is: whether it can be opened and written, and what it keeps through a power cut."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import ArgumentError

from storage.database import Database, DatabaseUnavailableError, naming_unavailability
from storage.migrations import is_current

_IN_MEMORY = ":memory:"
_SYNCHRONOUS_FULL = 2

_KEEPING = ("fsync", "full_page_writes", "synchronous_commit")
"""PostgreSQL loses what it has acknowledged, or everything, where one of these is off ("Write Ahead Log")."""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server: its version, such as 15, how the database writes characters, and its own time (UTC)."""

    version: int
    encoding: str
    time: datetime


@dataclass(frozen=True)
class Condition:
    """`is_current` when the tables are today's; `not_kept_by` names the settings that lose what a power cut must not.

    SQLite keeps it with its write-ahead log and `synchronous=FULL` (sqlite.org, "PRAGMA synchronous"), and has no
    `server`.
    """

    is_current: bool
    not_kept_by: Sequence[str]
    server: Server | None


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
    """How the database is; that it can be written is tried, and undone at once."""
    current = is_current(database)
    with database.engine.connect() as connection:
        if not database.is_for_a_fleet:
            return Condition(current, _not_kept_by_sqlite(connection), server=None)
        # Whoever may not make a table here can neither upgrade nor, as a rule, write to those that are there.
        connection.exec_driver_sql("CREATE TABLE sowhat_doctor ()")
        connection.rollback()
        off = [name for name in _KEEPING if connection.exec_driver_sql(f"SHOW {name}").scalar_one() == "off"]
        return Condition(current, off, _server(connection))


def _not_kept_by_sqlite(connection: Connection) -> Sequence[str]:
    """SQLite's write lock has been taken at BEGIN."""
    journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    return [] if journal == "wal" and synchronous >= _SYNCHRONOUS_FULL else ["journal_mode"]


def _server(connection: Connection) -> Server:
    version, encoding, time = connection.exec_driver_sql(
        "SELECT current_setting('server_version_num')::integer, current_setting('server_encoding'), clock_timestamp()"
    ).one()
    return Server(version // 10_000, encoding, time)
