"""Opening the database, and the unit of work: one transaction that commits as a whole or not at all."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

BUSY_TIMEOUT_MILLISECONDS = 10_000


@dataclass(frozen=True)
class Work:
    """What a query function needs: the open transaction, and the key that addresses are hashed with."""

    session: Session
    address_key: bytes

    def hash_address(self, value: str) -> str:
        """The keyed hash (HMAC-SHA-256, hex) by which opt-outs are kept, useless to whoever lacks the key."""
        return hmac.new(self.address_key, value.encode(), hashlib.sha256).hexdigest()


class DatabaseUnavailableError(Exception):
    """The database cannot be opened or read; says so without repeating a statement or a value."""


class Database:
    """One database, SQLite or PostgreSQL, by its SQLAlchemy URL."""

    def __init__(self, url: str, address_key: bytes) -> None:
        """Raises DatabaseUnavailableError when the folder of an SQLite file cannot be made."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            try:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            except OSError as fault:
                raise DatabaseUnavailableError(f"the folder of the database cannot be made: {fault.strerror}") from None
        # Parameters hold phone numbers and what tenants wrote: they must not reach an exception's text.
        self.engine = create_engine(parsed, hide_parameters=True)
        self._address_key = address_key
        self._turn: AbstractContextManager[object] = nullcontext()
        if self.engine.dialect.name == "sqlite":
            _make_sqlite_durable(self.engine)
            # One writer at a time anyway: threads that wait here go on at once, those that wait in SQLite sleep.
            self._turn = Lock()

    @contextmanager
    def work(self) -> Iterator[Work]:
        """A transaction that writes: commits on leaving, rolls everything back on an exception.

        Raises DatabaseUnavailableError where it is the database's own state that fails it: locked, full, away.
        """
        try:
            with self._turn, Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield Work(session, self._address_key)
        except OperationalError as fault:
            raise DatabaseUnavailableError(f"the database cannot be used: {fault.orig}") from None

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A transaction that only reads, and so never waits for a writer."""
        connection = self.engine.connect().execution_options(reading=True)
        with connection, Session(connection, expire_on_commit=False) as session:
            yield Work(session, self._address_key)

    def close(self) -> None:
        """Give every pooled connection back."""
        self.engine.dispose()


def _make_sqlite_durable(engine: Engine) -> None:
    """Make SQLite keep what it acknowledged through a power cut, and take its write lock at BEGIN.

    Taking the lock late lets two writers read the same rows and then fails one of them; pysqlite's own implicit
    BEGIN is switched off so that ours is the only one.
    """

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_TIMEOUT_MILLISECONDS}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def naming_unavailability() -> Iterator[None]:
    """Turn a driver's complaint that it cannot open or read the database into a DatabaseUnavailableError."""
    try:
        yield
    except DBAPIError as fault:
        raise DatabaseUnavailableError(f"the database cannot be used: {fault.orig}") from None
