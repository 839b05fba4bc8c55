"""Which of many comments are looked at: some drawn by lot, spread over the week as all are."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from outcomes.comments import MOST_READ, WeekOfComments, evenly
from outcomes.counting import count_digest
from outcomes.periods import first_period_after
from outcomes.rollups import compact, still_noted
from outcomes.verbatims import Verbatims
from outcomes.weeks import Week
from storage.database import Database
from storage.models import Answer, Consultation
from storage.policy import Policy
from storage.tallies import Periods
from tests.outcomes.records import Records

WEEK = Week(date(2026, 11, 16), "Europe/London")
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
SUNDAY = datetime(2026, 11, 22, 20, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "most", "taken"),
    [
        pytest.param({}, 3, {}, id="none"),
        pytest.param({1: 2, 5: 1}, 3, {1: 2, 5: 1}, id="few: all of them"),
        pytest.param({1: 40}, 4, {1: 4}, id="many of one period"),
        pytest.param({1: 30, 5: 10}, 4, {1: 3, 5: 1}, id="as all are spread"),
        pytest.param({1: 39, 5: 1}, 4, {1: 4}, id="too few to be one of so few"),
        pytest.param({5: 10, 1: 30}, 4, {1: 3, 5: 1}, id="in whatever order they are given"),
        pytest.param({1: 2, 2: 2, 3: 2}, 3, {1: 1, 2: 1, 3: 1}, id="one of each"),
    ],
)
def test_comments_are_taken_of_each_period_as_they_are_spread(
    written: Mapping[int, int], most: int, taken: Mapping[int, int]
) -> None:
    assert evenly(written, most) == taken


def write(database: Database, *written: tuple[datetime, int], question: str = "worth") -> Consultation:
    """So many guests of a coffee morning wrote something at each of these moments."""
    with database.work() as work:
        records = Records(work)
        coffee = records.launch("Coffee morning", MONDAY)
        for at, guests in written:
            for _ in range(guests):
                conversation = records.invite(coffee)
                records.answer(conversation, question, True, at, comment=f"lovely tea at {at:%A}")
    return coffee


def read(database: Database, coffee: Consultation, until: datetime = WEEK.ends_at) -> tuple[list[int], int]:
    """The ids of the comments that are looked at, and how many more there are."""
    with database.reading() as work:
        noted = still_noted(work)
        periods = Periods(*map(first_period_after, (WEEK.previous.starts_at, WEEK.starts_at, until)))
        week = WeekOfComments(work, [coffee.id], periods, until, noted.added, noted.comments)
        found = week.on_question(coffee.id, "worth")
    return [row.id for row in found.comments], found.unread


def test_where_comments_are_few_all_are_looked_at(database: Database) -> None:
    coffee = write(database, (TUESDAY, MOST_READ))
    assert read(database, coffee) == (list(range(1, MOST_READ + 1)), 0)


def test_of_many_so_many_are_looked_at_the_same_ones_whenever_they_are_totalled(database: Database) -> None:
    coffee = write(database, (TUESDAY, 60), (SUNDAY, 20))
    before = read(database, coffee)
    compact(database)
    ids, unread = read(database, coffee)
    assert (ids, unread) == before
    assert (len(ids), unread) == (MOST_READ, 30)
    assert sum(answer_id > 60 for answer_id in ids) == pytest.approx(MOST_READ / 4, abs=1)  # of Sunday, in the end


def test_the_lot_falls_on_no_part_of_a_week_alone(database: Database) -> None:
    """Nor on the first to write: of 200 comments some of each fifty are looked at."""
    coffee = write(database, (TUESDAY, 200))
    compact(database)
    ids, _ = read(database, coffee)
    assert all(sum(first < answer_id <= first + 50 for answer_id in ids) >= 5 for first in (0, 50, 100, 150))


def test_a_week_looked_at_again_later_shows_the_same_comments(database: Database) -> None:
    coffee = write(database, (TUESDAY, 60))
    before = read(database, coffee)
    with database.work() as work:
        records = Records(work, first_number=5_000)
        again = work.session.get_one(Consultation, coffee.id)
        for _ in range(30):
            records.answer(records.invite(again), "worth", True, NEXT_MONDAY, comment="lovely tea at last")
    compact(database)
    assert read(database, coffee) == before


def test_the_digest_says_how_many_nobody_looked_at(database: Database) -> None:
    write(database, (TUESDAY, MOST_READ + 7))
    with database.reading() as work:
        figures = count_digest(work, WEEK, Policy(), NEXT_MONDAY)
    verbatims = figures.activities[0].questions[0].verbatims
    assert isinstance(verbatims, Verbatims)
    assert [verbatim.text for verbatim in verbatims.shown] == ["lovely tea at Tuesday"]
    assert (verbatims.more, verbatims.unread) == (MOST_READ - 1, 7)


@pytest.mark.parametrize("totalled", [True, False], ids=["totalled", "still noted"])
def test_a_comment_on_an_answer_that_was_corrected_is_looked_at_no_more(database: Database, totalled: bool) -> None:
    coffee = write(database, (TUESDAY, 2))
    with database.work() as work:
        first = work.session.get_one(Answer, 1)
        first.replaced_at = SUNDAY
    if totalled:
        compact(database)
    assert read(database, coffee) == ([2], 0)
    assert read(database, coffee, until=TUESDAY + timedelta(hours=1)) == ([1, 2], 0)
