import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from storage.database import Database, DatabaseUnavailableError
from storage.migrations import is_current, upgrade
from storage.models import Base
from tests.conftest import ADDRESS_KEY
from tests.rows import ANN, add_address
from tests.storage.conftest import MakeEmpty
from tests.storage.definitions import definitions, modelled

SOWHAT = Path(sys.executable).parent / "sowhat"


def test_migrations_make_what_the_models_say_with_every_check_and_partial_index(make_empty: MakeEmpty) -> None:
    migrated, as_modelled = make_empty(), make_empty()
    upgrade(migrated)
    Base.metadata.create_all(as_modelled.engine)
    assert modelled(definitions(migrated)) == definitions(as_modelled)


def test_alembic_finds_nothing_left_to_migrate(database: Database) -> None:
    ours = {"include_name": lambda name, _kind, _parents: name is None or not name.startswith("procrastinate")}
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=ours), Base.metadata) == []


def test_an_empty_database_is_not_current_until_it_is_upgraded(empty: Database) -> None:
    assert not is_current(empty)
    upgrade(empty)
    assert is_current(empty)


def test_upgrading_again_changes_nothing_and_keeps_what_is_stored(database: Database) -> None:
    with database.work() as work:
        add_address(work, ANN)
    before = definitions(database)
    upgrade(database)
    assert definitions(database) == before
    with database.reading() as work:
        assert work.session.scalar(text("SELECT value FROM address")) == ANN


def test_processes_that_upgrade_at_the_same_moment_do_not_harm_each_other(empty: Database, tmp_path: Path) -> None:
    url = empty.engine.url.render_as_string(hide_password=False)
    settings = {"PATH": os.environ["PATH"], "SECRET_KEY": "s" * 32, "DATABASE_URL": url}
    processes = [
        subprocess.Popen([SOWHAT, "db", "upgrade"], cwd=tmp_path, env=settings, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate()[1] for process in processes] == ["", "", ""]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert is_current(empty)


def test_an_upgrade_cut_short_leaves_nothing_behind(empty: Database) -> None:
    with empty.work() as work:
        # The upgrade comes to this table late, and it is there already.
        work.session.execute(text("CREATE TABLE outbox_message (id INTEGER)"))
    before = definitions(empty)
    with pytest.raises(DatabaseUnavailableError, match="outbox_message"):
        upgrade(empty)
    assert definitions(empty) == before


def test_a_file_that_is_no_database_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("a letter, and no database at all" * 100)
    for use in (upgrade, is_current):
        with pytest.raises(DatabaseUnavailableError, match="the database cannot be used: file is not a database"):
            use(Database(f"sqlite:///{tmp_path / 'letter.db'}", ADDRESS_KEY))
