"""The least that an endpoint for Twilio can do once the signature is checked: one insert, through the driver itself."""

from contextlib import AbstractContextManager, nullcontext
from threading import Lock, local
from typing import Any

from sqlalchemy import text

from storage.database import Database

_TABLE = "CREATE TABLE IF NOT EXISTS bare (sid TEXT PRIMARY KEY, sender TEXT, body TEXT)"

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(1)"
"""Of two who make a table at the same moment PostgreSQL refuses one, IF NOT EXISTS or not."""


class BareInserts:
    """Inserts on one database, in as many threads as there are: a connection each, with sowhat's own settings."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        with self._engine.begin() as connection:
            if database.is_for_a_fleet:
                connection.execute(text(_ONE_AT_A_TIME))
            connection.execute(text(_TABLE))
        self._threads = local()
        mark = "%s" if database.is_for_a_fleet else "?"
        self._insert = f"INSERT INTO bare VALUES ({mark}, {mark}, {mark})"
        self._begin = "BEGIN" if database.is_for_a_fleet else "BEGIN IMMEDIATE"
        # One writer at a time, as in sowhat: threads that wait in SQLite itself sleep.
        self._turn: AbstractContextManager[object] = nullcontext() if database.is_for_a_fleet else Lock()

    def insert(self, sid: str, sender: str, body: str) -> None:
        """Commit one row."""
        connection = self._connection()
        with self._turn:
            connection.execute(self._begin)
            connection.execute(self._insert, (sid, sender, body))
            connection.execute("COMMIT")

    def _connection(self) -> Any:
        if not hasattr(self._threads, "pooled"):
            # Kept, since the connection would be taken back with it.
            self._threads.pooled = self._engine.raw_connection()
            self._threads.connection = self._threads.pooled.driver_connection
            if self._engine.dialect.name == "postgresql":
                self._threads.connection.autocommit = True  # so that BEGIN and COMMIT are ours
        return self._threads.connection
