"""The engine's tables follow the version of Procrastinate that is installed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from storage import task_engine
from storage.database import Database
from storage.migrations import is_current, upgrade
from tests.postgres import Postgres

pytestmark = pytest.mark.postgresql

NEWEST_RELEASE = "03.04"
"""With the migrations of this release the installed Procrastinate's tables are whole."""


def empty(postgres: Postgres) -> Database:
    return Database(postgres.make_empty(), b"a key for tests")


def engine_definitions(database: Database) -> dict[str, Any]:
    """Every function, column, index and trigger of the engine, by its name."""
    found: dict[str, Any] = {}
    with database.reading() as work:
        for statement in (
            "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'procrastinate%'",
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'procrastinate%'",
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname LIKE 'procrastinate%'",
            "SELECT table_name || '.' || column_name, data_type FROM information_schema.columns"
            " WHERE table_name LIKE 'procrastinate%'",
        ):
            found |= dict(work.session.execute(text(statement)).all())
    return found


def migrations_before(release: str) -> list[Path]:
    return [path for path in task_engine._migrations() if path.name < release]


def test_a_database_made_by_an_older_procrastinate_gets_the_migrations_it_lacks(
    postgres: Postgres,
) -> None:
    new, old = empty(postgres), empty(postgres)
    upgrade(new)
    _make_with(old, migrations_before(NEWEST_RELEASE))
    assert not is_current(old)
    assert engine_definitions(old) != engine_definitions(new)

    upgrade(old)
    assert is_current(old)
    assert engine_definitions(old) == engine_definitions(new)


def test_a_database_that_is_newer_than_the_installed_procrastinate_is_current(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = empty(postgres)
    upgrade(database)
    older = migrations_before(NEWEST_RELEASE)
    monkeypatch.setattr("storage.task_engine._migrations", lambda: older)
    assert is_current(database)


def test_two_processes_that_upgrade_the_engine_at_once_do_not_harm_each_other(postgres: Postgres) -> None:
    database = empty(postgres)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.task_engine.upgrade", lambda _: None)
        upgrade(database)
    assert not is_current(database)
    start = Barrier(4)

    def make(_: int) -> None:
        start.wait()
        task_engine.upgrade(database)

    with ThreadPoolExecutor(4) as processes:
        list(processes.map(make, range(4)))
    assert is_current(database)


def test_a_migration_that_fails_is_the_first_of_the_next_upgrade(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database = empty(postgres)
    upgrade(database)
    good, bad = tmp_path / "99.00.00_01_good.sql", tmp_path / "99.00.00_02_bad.sql"
    good.write_text("CREATE TABLE procrastinate_good (id integer);")
    bad.write_text("CREATE TABLE procrastinate_bad (id integer); SELECT nonsense;")
    all_known = task_engine._migrations()
    monkeypatch.setattr("storage.task_engine._migrations", lambda: [*all_known, good, bad])
    with pytest.raises(Exception, match="nonsense"):
        upgrade(database)
    assert not is_current(database)
    bad.write_text("CREATE TABLE procrastinate_bad (id integer);")
    upgrade(database)
    assert is_current(database)


def _make_with(database: Database, migrations: list[Path]) -> None:
    """Make the tables as an older version of Procrastinate would have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "procrastinate.schema.SchemaManager.get_schema", lambda: migrations[0].read_text(encoding="utf-8")
        )
        for known in (migrations[:1], migrations):
            patch.setattr("storage.task_engine._migrations", lambda known=known: known)
            upgrade(database)
