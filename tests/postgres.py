"""A PostgreSQL server of the tests' own: Debian's, on loopback, gone when the tests are over.

PostgreSQL refuses to run as root, so as root it runs as the user `postgres`, in a folder which that user owns. Text is
sorted as people do it ("b" before "C"), as a landlord's server may: what relies on the order of bytes fails here.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from storage.database import Database
from storage.migrations import upgrade
from tests.given import free_port

OLDEST_VERSION = 15
"""The first version whose `initdb` takes a collation of ICU's."""

USER = "sowhat"
_ACCOUNT = "postgres"
_COLLATION = ("--locale-provider=icu", "--icu-locale=en-GB", "--locale=C.UTF-8")
_CONFIGURATION = """
listen_addresses = '127.0.0.1'
fsync = off
full_page_writes = off
shared_buffers = 32MB
deadlock_timeout = 50ms
autovacuum = off
"""

_CLEAN_UP = 'read -r _; "$0" stop --wait --mode=immediate --pgdata="$1/data" >"$1/stopped" 2>&1; cd /; rm -rf "$1"'

_END_OTHER_CONNECTIONS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_WIPED_TABLES = """
SELECT quote_ident(tablename) FROM pg_tables
WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'procrastinate_migration')
"""
_RESTARTED_SEQUENCES = "SELECT quote_literal(sequencename) FROM pg_sequences WHERE schemaname = 'public'"
_DEFINITIONS = """
SELECT
    (SELECT string_agg(relname, ' ' ORDER BY oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
    (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped),
    (SELECT count(*) FROM pg_constraint),
    (SELECT count(*) FROM pg_trigger)
"""


def installed_programs() -> Path | None:
    """The folder with the newest PostgreSQL's programs, where Debian has them; None where there is none new enough."""
    folders = [found.parent for found in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    newest = max(folders, key=_version, default=None)
    return newest if newest is not None and _version(newest) >= OLDEST_VERSION else None


def _version(folder: Path) -> int:
    return int(folder.parent.name)


def _account() -> str | None:
    """The user that the server runs as, where it is not ourselves."""
    return _ACCOUNT if os.geteuid() == 0 else None


@contextmanager
def running_postgres() -> Iterator["Postgres"]:
    """A server that runs until the block ends; nothing of it is left behind, also where the tests are killed."""
    folder = Path(tempfile.mkdtemp(prefix="sowhat-postgresql-"))
    server = Postgres(folder)
    with subprocess.Popen(
        ["sh", "-c", _CLEAN_UP, server.programs / "pg_ctl", folder],
        stdin=subprocess.PIPE,  # which closes when we end, whatever ends us
        user=_account(),
        cwd=folder,
        start_new_session=True,
    ):
        server.start()
        yield server


class Postgres:
    """A server with any number of databases; its one account may do everything and needs no password."""

    def __init__(self, folder: Path) -> None:
        """Make the server's files in `folder`, which must be empty. Raises RuntimeError where it is not installed."""
        programs = installed_programs()
        if programs is None:
            raise RuntimeError(f"PostgreSQL {OLDEST_VERSION} or newer is not installed: apt-get install postgresql")
        self.programs = programs
        self.port = free_port()
        self._folder = folder
        self._data = folder / "data"
        self._numbers = count(1)
        if _account():
            shutil.chown(folder, _ACCOUNT)
        self.run_program("initdb", f"--pgdata={self._data}", f"--username={USER}", "--no-sync", *_COLLATION)
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(f"{_CONFIGURATION}port = {self.port}\nunix_socket_directories = '{folder}'\n")

    def start(self) -> None:
        """Start it; returns when it takes connections."""
        self.run_program("pg_ctl", "start", "--wait", f"--pgdata={self._data}", f"--log={self._folder / 'log'}")

    def stop(self, mode: str = "fast") -> None:
        """Stop it. `fast` ends every connection and stops; `immediate` is a crash."""
        self.run_program("pg_ctl", "stop", "--wait", f"--pgdata={self._data}", f"--mode={mode}")

    def run_program(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the server's account; raises CalledProcessError when it fails."""
        account = _account()
        groups: list[str] | None = [] if account else None
        command = [str(self.programs / name), *arguments]
        subprocess.run(
            command, check=True, user=account, extra_groups=groups, cwd=self._folder, stdout=subprocess.DEVNULL
        )

    def url_of(self, database: str) -> str:
        """The address of one of its databases, as DATABASE_URL has it."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def make_empty(self) -> str:
        """Make a database without tables; its address."""
        return self._make(f"sowhat_{next(self._numbers)}", "template1")

    def make_migrated(self) -> str:
        """Make a database with today's tables and nothing in them; its address."""
        return self._make(f"sowhat_{next(self._numbers)}", self._migrated_template)

    def wipe(self, url: str) -> None:
        """Leave a database as `make_migrated` made it, and end whatever is connected to it.

        Its tables are emptied, which is a hundred times quicker than making it anew; that is done only where a test has
        changed the tables themselves.
        """
        name = url.rpartition("/")[2]
        with self._connected(name) as connection:
            connection.execute(_END_OTHER_CONNECTIONS)
            if connection.execute(_DEFINITIONS).fetchall() == self._definitions:
                connection.execute(self._wiping.encode())
                return
        self.query(f"DROP DATABASE {name}")
        self._make(name, self._migrated_template)

    def query(self, statement: str, database: str = "postgres") -> Sequence[tuple[Any, ...]]:
        """Carry out a statement as an account that may do everything; its rows, if it has any."""
        with self._connected(database) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _connected(self, database: str) -> "psycopg.Connection[tuple[Any, ...]]":
        address = f"host=127.0.0.1 port={self.port} user={USER} dbname={database}"
        return psycopg.connect(address, autocommit=True)

    def _make(self, name: str, template: str) -> str:
        self.query(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url_of(name)

    @cached_property
    def _migrated_template(self) -> str:
        name = "migrated"
        database = Database(self._make(name, "template1"), b"")
        upgrade(database)
        database.close()
        return name

    @cached_property
    def _definitions(self) -> Sequence[tuple[Any, ...]]:
        return self.query(_DEFINITIONS, self._migrated_template)

    @cached_property
    def _wiping(self) -> str:
        tables = self.query(_WIPED_TABLES, self._migrated_template)
        sequences = self.query(_RESTARTED_SEQUENCES, self._migrated_template)
        return "; ".join(
            [
                "SET session_replication_role = replica",  # no foreign keys are looked at: any order will do
                *(f"DELETE FROM {table}" for (table,) in tables),
                *(f"SELECT setval({sequence}, 1, false)" for (sequence,) in sequences),
            ]
        )
