"""Whatever happens in whatever order, totals that are kept and counting all over agree."""

import pytest

from outcomes.counting import count_digest
from outcomes.rollups import check
from outcomes.weeks import Week, local_day
from storage.database import Database
from storage.policy import Policy
from tests.outcomes.counted_from_rows import as_counted, counted_from_rows
from tests.outcomes.history import BEGINS, History

ZONES = ("Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati", "Etc/GMT+12")


@pytest.mark.parametrize("seed", range(15))
def test_figures_are_those_counted_from_every_row(database: Database, seed: int) -> None:
    """In whatever time zone weeks are reckoned, those over and the one under way."""
    history = History(database, seed)
    for _ in range(3):
        history.run(25)
        found = check(database)
        assert found.is_right, found
        for zone in ZONES:
            _compare(database, history, zone)


def _compare(database: Database, history: History, zone: str) -> None:
    now = history.now.replace(microsecond=1)  # what was recorded this second is before now
    week = Week.of(local_day(BEGINS, zone), zone)
    with database.reading() as work:
        while week.starts_at < now:
            figures = count_digest(work, week, Policy(), now)
            assert as_counted(figures) == counted_from_rows(work, week, now), (zone, week)
            week = week.following
