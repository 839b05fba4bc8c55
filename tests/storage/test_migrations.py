from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from storage.database import Database, DatabaseUnavailableError
from storage.migrations import is_current, upgrade
from storage.models import (
    Base,
)
from tests.rows import (
    ANN,
    add_address,
)


def empty(path: Path, name: str = "empty.db") -> Database:
    return Database(f"sqlite:///{path / name}", b"a key for tests")


def definitions(database: Database) -> dict[str, list[str]]:
    """Every table and index by its name, with the lines that define it in no order."""
    statement = text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'")
    with database.reading() as work:
        sources = {row.name: row.sql for row in work.session.execute(statement)}
    return {name: sorted(line.strip(", \t") for line in source.splitlines()) for name, source in sources.items()}


def test_migrations_make_what_the_models_say_with_every_check_and_partial_index(tmp_path: Path) -> None:
    migrated, modelled = empty(tmp_path, "migrated.db"), empty(tmp_path, "modelled.db")
    upgrade(migrated)
    Base.metadata.create_all(modelled.engine)
    assert definitions(migrated) == definitions(modelled)


def test_alembic_finds_nothing_left_to_migrate(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_an_empty_database_is_not_current_until_it_is_upgraded(tmp_path: Path) -> None:
    database = empty(tmp_path)
    assert not is_current(database)
    upgrade(database)
    assert is_current(database)


def test_upgrading_again_changes_nothing_and_keeps_what_is_stored(database: Database) -> None:
    with database.work() as work:
        add_address(work, ANN)
    before = definitions(database)
    upgrade(database)
    assert definitions(database) == before
    with database.reading() as work:
        assert work.session.scalar(text("SELECT value FROM address")) == ANN


def test_two_processes_that_upgrade_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    threads = [Thread(target=upgrade, args=(empty(tmp_path),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert is_current(empty(tmp_path))


def test_an_upgrade_cut_short_leaves_nothing_behind(tmp_path: Path) -> None:
    database = empty(tmp_path)
    with database.work() as work:
        # The upgrade comes to this table late, and it is there already.
        work.session.execute(text("CREATE TABLE outbox_message (id INTEGER)"))
    with pytest.raises(DatabaseUnavailableError, match="outbox_message"):
        upgrade(database)
    assert list(definitions(database)) == ["outbox_message"]


def test_a_file_that_is_no_database_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "empty.db").write_text("a letter, and no database at all" * 100)
    for use in (upgrade, is_current):
        with pytest.raises(DatabaseUnavailableError, match="the database cannot be used: file is not a database"):
            use(empty(tmp_path))
