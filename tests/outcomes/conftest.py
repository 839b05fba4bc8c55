"""A database of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.outcomes.records import empty_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables."""
    opened = empty_database(tmp_path)
    yield opened
    opened.close()
