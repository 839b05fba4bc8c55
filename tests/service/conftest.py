"""An installation on disk: settings in the environment, tables in a SQLite file."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from service.settings import read_settings
from service.wiring import connect
from storage.database import Database
from tests.service.installed import NOON, settings_are
from tests.service.patient import Patient


@pytest.fixture
def database(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database that the commands work on, with nothing in its tables; it is one o'clock."""
    settings_are(monkeypatch, tmp_path, secret_key="s" * 32, database_url=database_url)
    opened = connect(read_settings())
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        yield opened
    opened.close()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Patient:
    return Patient(monkeypatch, tmp_path)


@pytest.fixture
def nowhere() -> str:
    """An address at which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"
