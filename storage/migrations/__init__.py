"""Migrations: how a database of any earlier version becomes one of today's."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage import task_engine
from storage.database import LONGEST_WAIT_SECONDS, Database, DatabaseUnavailableError, naming_unavailability


def upgrade(database: Database) -> None:
    """Create the tables, or migrate them to the newest version; does nothing when they are there already.

    Raises:
        DatabaseUnavailableError: the database cannot be opened or written.
    """
    with naming_unavailability(), database.engine.connect() as connection, _free_to_replace_tables(connection):
        config = _config()
        config.attributes["connection"] = connection
        with connection.begin():
            _wait_for_turn(connection)
            command.upgrade(config, "head")
            _check_references(connection)
        task_engine.upgrade(database)


def _wait_for_turn(connection: Connection) -> None:
    """Let nobody else upgrade until this transaction ends. On SQLite it is alone from its BEGIN.

    Moving much data may take its time. Waiting for a table that is in use may not: all who come later wait behind.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('sowhat upgrade'))"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_WAIT_SECONDS}s'"))


def _check_references(connection: Connection) -> None:
    """See that every reference still leads to a row, which SQLite has not looked at meanwhile."""
    if connection.dialect.name == "sqlite":
        dangling = connection.execute(text("PRAGMA foreign_key_check")).first()
        if dangling is not None:
            raise DatabaseUnavailableError(f"upgraded, a row of {dangling.table} would refer to no row of its parent")


@contextmanager
def _free_to_replace_tables(connection: Connection) -> Iterator[None]:
    """Let SQLite change a table by making it anew, which its foreign keys forbid (sqlite.org, "ALTER TABLE", 7)."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")  # within a transaction this would do nothing
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def is_current(database: Database) -> bool:
    """Whether the database has the newest version of the tables that this program knows, or a newer one.

    A newer one is what the processes of the old version see from `sowhat db upgrade` until they are replaced; they can
    go on, since migrations only add.

    Raises:
        DatabaseUnavailableError: the database cannot be opened or read.
    """
    with naming_unavailability(), database.engine.connect() as connection:
        stored = MigrationContext.configure(connection).get_current_revision()
        return stored is not None and stored not in _old_revisions() and task_engine.is_current(connection)


@cache
def _old_revisions() -> frozenset[str]:
    """Every revision that this program knows but for the newest."""
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(script.revision for script in scripts.walk_revisions()) - {scripts.get_current_head()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
