"""Migrations: how a database of any earlier version becomes one of today's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import Database, naming_unavailability


def upgrade(database: Database) -> None:
    """Create the tables, or migrate them to the newest version; does nothing when they are there already.

    Raises:
        DatabaseUnavailableError: the database cannot be opened or written.
    """
    with naming_unavailability(), database.engine.connect() as connection, _free_to_replace_tables(connection):
        config = _config()
        config.attributes["connection"] = connection
        with connection.begin():
            command.upgrade(config, "head")


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
    """Whether the database has the newest version of the tables.

    Raises:
        DatabaseUnavailableError: the database cannot be opened or read.
    """
    with naming_unavailability(), database.engine.connect() as connection:
        stored = MigrationContext.configure(connection).get_current_revision()
    return stored == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
