"""A database of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.models import Base


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables."""
    opened = Database(f"sqlite:///{tmp_path / 'tests.db'}", b"a key for tests")
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.close()
