"""`sowhat rollups` as it is typed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, update

from outcomes.rollups import compact
from service.command_line import main
from service.wiring import open_database
from storage.database import Database
from storage.migrations import upgrade
from storage.models import NameWord, PlacedComment, Tally
from storage.models.rollups import Figure
from tests.outcomes.test_digest import launch_coffee_morning

MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)


@pytest.fixture
def database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database that the command finds by its settings, after a coffee morning of twelve, totalled."""
    monkeypatch.chdir(tmp_path)  # away from any .env
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", "not a secret, only long enough for the tests")
    upgrade(Database(database_url, b"a key for tests"))
    opened = open_database()
    launch_coffee_morning(opened, MONDAY, comment="lovely tea")
    compact(opened)
    return opened


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["rollups", *arguments])


def test_check_says_that_all_is_right(database: Database) -> None:
    result = run("check")
    assert (result.exit_code, result.output) == (0, "Counted 12 conversations: the totals are right.\n")


def test_check_says_what_is_wrong_and_what_to_do_and_rebuild_does_it(database: Database) -> None:
    with database.work() as work:
        work.session.execute(update(Tally).where(Tally.figure == Figure.UNDERSTOOD).values(count=11))
        work.session.execute(delete(PlacedComment))
        work.session.execute(delete(NameWord).where(NameWord.word.in_(("oakley", "ann"))))
    result = run("check")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "consultation 1, worth, understood, true, from 2026-11-16 11:00 UTC: +12 counted, +11 in the totals",
        "comments that are not where digests look for them: 1",
        "words of tenants' names that would not be taken out of comments: 2",
        "Put it right with: sowhat rollups rebuild",
    ]
    assert run("rebuild").output == "Counted 12 conversations anew.\n"
    assert run("check").exit_code == 0


def test_of_many_differences_twenty_are_listed(database: Database) -> None:
    with database.work() as work:
        work.session.add_all(
            Tally(
                consultation_id=1,
                question_id="rating",
                figure=Figure.UNDERSTOOD,
                value=str(value),
                first_period=0,
                period=0,
                count=1,
            )
            for value in range(23)
        )
    lines = run("check").output.splitlines()
    assert lines[20] == "… and 3 more differences"
    assert lines[0] == "consultation 1, rating, understood, 0, from 1970-01-01 00:00 UTC: +0 counted, +1 in the totals"


def test_checking_changes_nothing(database: Database) -> None:
    with database.work() as work:
        work.session.execute(delete(Tally))
    assert [run("check").exit_code for _ in range(2)] == [1, 1]
