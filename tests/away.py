"""A database that cannot be used for a while."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from storage.database import Database


@contextmanager
def away(database: Database) -> Iterator[None]:
    """Nobody gets anything out of this database inside the block, and nobody waits for long to learn it.

    SQLite's is being written by somebody who does not end; PostgreSQL's lets nobody in and has sent everybody off.
    """
    if database.is_for_a_fleet:
        yield from _closed(database)
    else:
        yield from _locked(database)


def _closed(database: Database) -> Iterator[None]:
    url = database.engine.url
    with psycopg.connect(
        host=url.host, port=url.port, user=url.username, dbname="postgres", autocommit=True
    ) as connection:
        name = (url.database or "").encode()
        connection.execute(b"ALTER DATABASE %b ALLOW_CONNECTIONS false" % name)
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [url.database]
        )
        try:
            yield
        finally:
            connection.execute(b"ALTER DATABASE %b ALLOW_CONNECTIONS true" % name)


def _locked(database: Database) -> Iterator[None]:
    database.engine.dispose()
    other = sqlite3.connect(database.engine.url.database or "", isolation_level=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.database.LONGEST_WAIT_SECONDS", 0)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.rollback()
            other.close()
    database.engine.dispose()
