"""Opening the database, and the unit of work: one transaction that commits as a whole or not at all."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from storage.column_types import escape_unstorable
from storage.faults import DatabaseUnavailableError, is_conflict, named, unavailability
from storage.wake_ups import defer_announced

__all__ = ["LONGEST_WAIT_SECONDS", "Database", "DatabaseUnavailableError", "Work", "naming_unavailability"]

LONGEST_WAIT_SECONDS = 10
"""How long anybody waits for rows that somebody else is writing, for a connection, or for a server that is silent.

It is less than the fifteen seconds that Twilio gives a webhook.
"""

MOST_TRIES = 5
"""How often one and the same work is begun when others are in its way; each time one of them gets on."""

_READING = "reading"

Result = TypeVar("Result")


@dataclass(frozen=True)
class Work:
    """What a query function needs: the open transaction, and the key that addresses are hashed with."""

    session: Session
    address_key: bytes

    def hash_address(self, value: str) -> str:
        """The keyed hash (HMAC-SHA-256, hex) by which opt-outs are kept, useless to whoever lacks the key."""
        return hmac.new(self.address_key, escape_unstorable(value).encode(), hashlib.sha256).hexdigest()


class Database:
    """One database, SQLite or PostgreSQL, by its SQLAlchemy URL."""

    def __init__(self, url: str, address_key: bytes) -> None:
        """Raises DatabaseUnavailableError when the folder of an SQLite file cannot be made."""
        parsed = make_url(url)
        self._address_key = address_key
        self._turn: AbstractContextManager[object] = nullcontext()
        # Parameters hold phone numbers and what tenants wrote: they must not reach an exception's text.
        if parsed.get_backend_name() == "postgresql":
            from storage.postgresql import READING_OPTIONS, engine_options  # its driver is loaded where it is used

            self.engine = create_engine(parsed, hide_parameters=True, **engine_options(LONGEST_WAIT_SECONDS))
            self._reading_options = READING_OPTIONS
        else:
            _make_folder_of(parsed.database)
            self.engine = create_engine(parsed, hide_parameters=True)
            self._reading_options = {_READING: True}
            _make_sqlite_durable(self.engine)
            # One writer at a time anyway: threads that wait here go on at once, those that wait in SQLite sleep.
            self._turn = Lock()

    @property
    def is_for_a_fleet(self) -> bool:
        """Whether machines can share it, and a task engine with it: PostgreSQL. SQLite belongs to one machine."""
        return self.engine.dialect.name == "postgresql"

    def retrying(self, act: Callable[["Work"], Result]) -> Result:
        """Do something in a transaction that writes, and anew in another where somebody else's got in the way.

        On PostgreSQL many write at once: of two who wait for each other one is ended, and a row can be there or be
        changed that was not when we looked. Done anew, the work sees it. So `act` must do nothing but work on the
        database, and what it returns is that of the time that succeeded.

        Raises DatabaseUnavailableError as `work` does, and where others are in the way each of `MOST_TRIES` times.
        """
        for _ in range(MOST_TRIES - 1):
            try:
                with self._transaction() as work:
                    return act(work)
            except SQLAlchemyError as fault:
                if not is_conflict(fault):
                    raise unavailability(fault) or fault from None
        with self.work() as work:
            return act(work)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """A transaction that writes: commits on leaving, rolls everything back on an exception.

        Raises DatabaseUnavailableError where it is the database's own state that fails it: locked, full, away; or
        where another transaction was in the way, which `retrying` gets over.
        """
        with _naming_unavailability(), self._transaction() as work:
            yield work

    @contextmanager
    def _transaction(self) -> Iterator[Work]:
        with self._turn, Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield Work(session, self._address_key)
            defer_announced(session)

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A transaction that only reads, and so never waits for a writer; all it sees is of one moment.

        Raises DatabaseUnavailableError where it is the database's own state that fails it.
        """
        with _naming_unavailability(), self.engine.connect() as connection:
            connection.execution_options(**self._reading_options)
            with Session(connection, expire_on_commit=False) as session:
                yield Work(session, self._address_key)

    def close(self) -> None:
        """Give every pooled connection back."""
        self.engine.dispose()


def _make_folder_of(file: str | None) -> None:
    try:
        Path(file or "").parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise DatabaseUnavailableError(f"the folder of the database cannot be made: {fault.strerror}") from None


def _make_sqlite_durable(engine: Engine) -> None:
    """Make SQLite keep what it acknowledged through a power cut, and take its write lock at BEGIN.

    Taking the lock late lets two writers read the same rows and then fails one of them; pysqlite's own implicit
    BEGIN is switched off so that ours is the only one.
    """

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={LONGEST_WAIT_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(_READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def naming_unavailability() -> Iterator[None]:
    """Turn a driver's complaint that it cannot open or read the database into a DatabaseUnavailableError."""
    try:
        yield
    except DBAPIError as fault:
        raise named(fault) from None


@contextmanager
def _naming_unavailability() -> Iterator[None]:
    """Turn what is the database's own state into a DatabaseUnavailableError, and leave our mistakes as they are."""
    try:
        yield
    except SQLAlchemyError as fault:
        raise unavailability(fault) or fault from None
