"""What the tests of every room share: a database with today's tables, and a clock."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from storage.database import Database
from storage.migrations import upgrade
from tests.clock import Clock

ADDRESS_KEY = b"a key for tests"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that the migrations have made, to be copied and never opened again."""
    path = tmp_path_factory.mktemp("migrated") / "sowhat.db"
    database = Database(f"sqlite:///{path}", ADDRESS_KEY)
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    """An empty SQLite database of its own for each test, in a real file, made by the migrations."""
    path = tmp_path / "sowhat.db"
    shutil.copy(migrated_file, path)
    database = Database(f"sqlite:///{path}", ADDRESS_KEY)
    yield database
    database.close()


@pytest.fixture(autouse=True)
def _logs_as_by_default() -> Iterator[None]:
    """Commands set logging up for a process of their own; the next test gets it as it was."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon on a Friday."""
    return Clock()
