"""What the tests of every room share: a database with today's tables, and a clock.

A test that uses `database` or `database_url` runs once on SQLite and once on PostgreSQL. One that is about SQLite alone
uses `sqlite_database`; one about PostgreSQL alone is marked `postgresql` and uses `postgresql_database` or `postgres`.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

import pytest
import structlog

from flows.load import load_flow
from flows.system_texts import load_system_texts
from storage.database import Database
from storage.migrations import upgrade
from tests.clock import Clock
from tests.postgres import Postgres, installed_programs, running_postgres

# To look through all objects after every seven hundred new ones takes a tenth of the tests' time.
gc.set_threshold(50_000, 20, 50)

ADDRESS_KEY = b"a key for tests"

BOTH_DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs PostgreSQL where it is not installed, but for CI, where it must be."""
    if installed_programs() is not None:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError("PostgreSQL is not installed, and CI is set: apt-get install postgresql")
    left_out = [item for item in items if item.get_closest_marker("postgresql")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say so where nothing was tested on PostgreSQL."""
    if installed_programs() is None:
        terminalreporter.write_line("on SQLite only: PostgreSQL is not installed (apt-get install postgresql)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this test run."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that the migrations have made, to be copied and never opened again."""
    path = tmp_path_factory.mktemp("migrated") / "sowhat.db"
    database = Database(f"sqlite:///{path}", ADDRESS_KEY)
    upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def reused_postgresql_url(postgres: Postgres) -> str:
    """The PostgreSQL database that one test after the other has, wiped before each."""
    return postgres.make_migrated()


@pytest.fixture(scope="session")
def reused_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where one test after the other has its SQLite database, made anew for each."""
    return tmp_path_factory.mktemp("reused") / "sowhat.db"


@pytest.fixture
def sqlite_url(reused_sqlite_file: Path, migrated_file: Path) -> str:
    """The address of an empty SQLite database, made by the migrations."""
    return _renew(reused_sqlite_file, migrated_file)


def _renew(file: Path, migrated_file: Path) -> str:
    for old in file.parent.iterdir():
        old.unlink()
    return f"sqlite:///{shutil.copy(migrated_file, file)}"


@pytest.fixture
def postgresql_url(postgres: Postgres, reused_postgresql_url: str) -> str:
    """The address of an empty PostgreSQL database, made by the migrations."""
    postgres.wipe(reused_postgresql_url)
    return reused_postgresql_url


@pytest.fixture(params=BOTH_DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, made by the migrations: SQLite, and then PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database, opened: SQLite, and then PostgreSQL."""
    with _open(database_url) as opened:
        yield opened


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """An empty SQLite database, opened."""
    with _open(sqlite_url) as opened:
        yield opened


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    """An empty PostgreSQL database, opened; for tests marked `postgresql`."""
    with _open(postgresql_url) as opened:
        yield opened


@cache
def _database(url: str) -> Database:
    """One and the same for an address: it remembers how statements are put together, which takes most of a test."""
    return Database(url, ADDRESS_KEY)


@contextmanager
def _open(url: str) -> Iterator[Database]:
    database = _database(url)
    yield database
    database.close()


OpenFresh = Callable[[], AbstractContextManager[Database]]


@pytest.fixture(scope="module", params=BOTH_DATABASES)
def open_fresh(request: pytest.FixtureRequest, migrated_file: Path, reused_sqlite_file: Path) -> OpenFresh:
    """Open an empty database, as often as a test asks: SQLite, and then PostgreSQL. For tests with many examples."""

    def open_on_sqlite() -> AbstractContextManager[Database]:
        return _open(_renew(reused_sqlite_file, migrated_file))

    def open_on_postgresql() -> AbstractContextManager[Database]:
        url = request.getfixturevalue("reused_postgresql_url")
        request.getfixturevalue("postgres").wipe(url)
        return _open(url)

    return open_on_sqlite if request.param == "sqlite" else open_on_postgresql


@pytest.fixture(autouse=True, scope="session")
def _texts_read_once() -> Iterator[None]:
    """Every application reads its survey and all system texts when it starts; thousands in one test run need not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.wiring.load_system_texts", cache(load_system_texts))
        patch.setattr("service.wiring.load_flow", cache(load_flow))
        yield


@pytest.fixture(autouse=True)
def _logs_as_by_default() -> Iterator[None]:
    """Commands set logging up for a process of their own; the next test gets it as it was."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon on a Friday."""
    return Clock()
