"""The web application on a real server, with Twilio and Telegram calling."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.processes import serving
from service.wiring import Application
from tests.clock import Clock
from tests.conversations.landlord import Landlord
from tests.given import application_in
from tests.webhooks.caller import Caller
from tests.webhooks.telegram_caller import TelegramCaller
from tests.webhooks.twilio_caller import TwilioCaller


@dataclass(frozen=True)
class Online:
    """An application that serves, the landlord whose it is, and who calls: anybody, Twilio or Telegram."""

    application: Application
    landlord: Landlord
    anybody: Caller
    twilio: TwilioCaller
    telegram: TelegramCaller


@pytest.fixture
def online(tmp_path: Path, migrated_file: Path, database_url: str, clock: Clock) -> Iterator[Online]:
    """A server with an empty database."""
    with _serve(tmp_path, migrated_file, clock, database_url=database_url) as running:
        yield running


@pytest.fixture(scope="module")
def shut(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Online]:
    """One server for all tests of a module whose requests must leave nothing behind."""
    with _serve(tmp_path_factory.mktemp("shut"), migrated_file, Clock()) as running:
        yield running


@contextmanager
def _serve(directory: Path, migrated_file: Path, clock: Clock, **changes: str) -> Iterator[Online]:
    application = application_in(directory, migrated_file, clock, **changes)
    with serving(application, host="127.0.0.1") as port:
        landlord = Landlord(application.database, clock)
        yield Online(application, landlord, Caller(port), TwilioCaller(port), TelegramCaller(port))
    application.database.close()
