"""A migrated database of its own for each test, and a landlord who works with it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.migrations import upgrade
from tests.conversations.landlord import Landlord

KEY = b"a key for tests"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file as the migrations leave it; copied, since migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "sowhat.db"
    database = Database(f"sqlite:///{path}", KEY)
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    path = shutil.copy(migrated_file, tmp_path / "sowhat.db")
    opened = Database(f"sqlite:///{path}", KEY)
    yield opened
    opened.close()


@pytest.fixture
def landlord(database: Database) -> Landlord:
    return Landlord(database)
