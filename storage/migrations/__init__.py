"""Migrations: how a database of any earlier version becomes one of today's."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Database, naming_unavailability


def upgrade(database: Database) -> None:
    """Create the tables, or migrate them to the newest version; does nothing when they are there already.

    Raises:
        DatabaseUnavailableError: the database cannot be opened or written.
    """
    with naming_unavailability(), database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


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
