"""Databases that nothing has been made in."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from storage.database import Database
from tests.conftest import ADDRESS_KEY, BOTH_DATABASES

MakeEmpty = Callable[[], Database]


@pytest.fixture(params=BOTH_DATABASES)
def make_empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeEmpty]:
    """Open a database without tables, as often as a test asks: SQLite, and then PostgreSQL."""
    numbers, opened = count(1), list[Database]()

    def make() -> Database:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path / f'empty-{next(numbers)}.db'}"
        else:
            url = request.getfixturevalue("postgres").make_empty()
        opened.append(Database(url, ADDRESS_KEY))
        return opened[-1]

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def empty(make_empty: MakeEmpty) -> Database:
    """A database without tables: SQLite, and then PostgreSQL."""
    return make_empty()
