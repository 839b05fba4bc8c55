"""A landlord with a database and a clock."""

import pytest

from storage.database import Database
from tests.clock import Clock
from tests.conversations.landlord import Landlord


@pytest.fixture
def landlord(database: Database, clock: Clock) -> Landlord:
    return Landlord(database, clock)
