"""Undoing at the last moment: either it is undone and nobody is asked, or people are asked and it is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from consultations.launch import launch_due_surveys
from storage import activities
from storage.database import Database, Work
from storage.models import Conversation
from tests.clock import NOON, Clock
from tests.conftest import ADDRESS_KEY
from tests.conversations.landlord import Landlord
from tests.rows import ANN

DUE = NOON + timedelta(minutes=15)


@pytest.fixture
def landlord(database: Database, clock: Clock) -> Landlord:
    return Landlord(database, clock)


def undo(work: Work) -> bool:
    """Open A1 again, as somebody who typed it a second before it was too late."""
    activity = activities.by_ref(work, "A1")
    assert activity is not None
    return activities.undo_close(work, activity, DUE - timedelta(seconds=1))


class UndoneMeanwhile(Database):
    """The clock's database, in which staff undo the closing after the clock has looked and before it acts."""

    @contextmanager
    def reading(self) -> Iterator[Work]:
        with super().reading() as work:
            yield work
        with self.work() as work:
            undo(work)


def test_an_activity_opened_again_between_the_clocks_look_and_its_launch_is_not_asked_about(
    landlord: Landlord, database_url: str
) -> None:
    landlord.close("A1", [landlord.tenant(ANN)], undo_minutes=15)
    clocks = UndoneMeanwhile(database_url, ADDRESS_KEY)
    assert launch_due_surveys(clocks, landlord.survey, landlord.rules, DUE) == []
    clocks.close()
    assert landlord.rows(Conversation) == []


def test_an_activity_that_has_been_launched_is_not_opened_again(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN)], undo_minutes=15)
    assert len(launch_due_surveys(landlord.database, landlord.survey, landlord.rules, DUE)) == 1
    with landlord.database.work() as work:
        assert not undo(work)
