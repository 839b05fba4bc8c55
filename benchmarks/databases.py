"""The databases that are compared: SQLite in a file, and a PostgreSQL server that keeps what it acknowledges."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from benchmarks.landlord import settings_on
from service.wiring import connect
from storage.migrations import upgrade
from tests.postgres import Postgres, running_postgres


class Databases(Protocol):
    """A kind of database, of which there can be any number."""

    name: str

    def make(self) -> str:
        """Make a database with today's tables; its URL."""
        ...

    def copy(self, url: str) -> str:
        """Make a database like one that nobody has open; its URL."""
        ...


class SqliteFiles:
    """SQLite databases, in files of a folder."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def make(self) -> str:
        """Make a database with today's tables; its URL."""
        url = self._new_url()
        database = connect(settings_on(url))
        upgrade(database)
        database.close()
        return url

    def copy(self, url: str) -> str:
        """Make a database like one that nobody has open; its URL."""
        copied = self._new_url()
        shutil.copy(url.removeprefix("sqlite:///"), copied.removeprefix("sqlite:///"))
        return copied

    def _new_url(self) -> str:
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"


class PostgresDatabases:
    """PostgreSQL databases, on one server."""

    name = "PostgreSQL"

    def __init__(self, server: Postgres) -> None:
        [(self.version,)] = server.query("SHOW server_version")
        self._server = server
        self._numbers = count(1)

    def make(self) -> str:
        """Make a database with today's tables; its URL."""
        return self._server.make_migrated()

    def copy(self, url: str) -> str:
        """Make a database like one that nobody has open; its URL."""
        name = f"copy_{next(self._numbers)}"
        self._server.query(f"CREATE DATABASE {name} TEMPLATE {url.rpartition('/')[2]}")
        return self._server.url_of(name)


@contextmanager
def durable_postgres() -> Iterator[PostgresDatabases]:
    """The server of the tests, but set to survive a power cut, which theirs need not."""
    with running_postgres() as server:
        for setting in ("fsync", "full_page_writes"):
            server.query(f"ALTER SYSTEM SET {setting} = on")
        server.query("SELECT pg_reload_conf()")
        yield PostgresDatabases(server)
