"""`sowhat digest` as it is typed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result

from service.commands.digest import digest
from service.wiring import open_database
from storage.database import Database
from storage.migrations import upgrade
from storage.policy import change_policy
from tests.outcomes.test_digest import launch_coffee_morning

DUE = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database that the command finds by its settings, after a coffee morning."""
    monkeypatch.chdir(tmp_path)  # away from any .env
    url = f"sqlite:///{tmp_path / 'sowhat.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEY", "not a secret, only long enough for the tests")
    upgrade(Database(url, b"a key for tests"))
    opened = open_database()
    launch_coffee_morning(opened)
    return opened


def run(*arguments: str, at: datetime = DUE) -> Result:
    with time_machine.travel(at, tick=False):
        return CliRunner().invoke(digest, arguments)


def test_preview_prints_the_latest_digest_due() -> None:
    result = run("preview")
    assert result.exit_code == 0
    assert "12 of 12 people replied" in result.output


def test_preview_of_an_earlier_week_prints_that_week() -> None:
    result = run("preview", "--week", "2026-11-12")
    assert "week 9 to 15 November 2026" in result.output
    assert "Nobody was asked anything this week." in result.output


def test_preview_saves_a_page_that_a_browser_shows(tmp_path: Path) -> None:
    page = tmp_path / "digest.html"
    assert run("preview", "--html", str(page)).output == f"Saved to {page}.\n"
    assert "data:image/png;base64," in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("preview", "--week", "2026-12-24"), "the week 21 to 27 December 2026 has not begun"),
        (("preview", "--week", "last week"), "does not match the format"),
        (("preview", "--week", "0001-01-01"), "choose a day from 2000 to 2999"),
        (("preview", "--week", "9999-12-31"), "choose a day from 2000 to 2999"),
        (("preview", "--html", "no/such/folder/digest.html"), "choose another place"),
    ],
)
def test_what_cannot_be_previewed_is_said_in_a_sentence(arguments: tuple[str, ...], fault: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert fault in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_send_queues_what_is_due_once() -> None:
    assert run("send").output == "Digests queued: 2. The worker sends them.\n"
    assert run("send").output.startswith("Nothing is due")


def test_send_without_recipients_says_what_to_set(database: Database) -> None:
    with database.work() as work:
        change_policy(work, {"digest_recipients": ()}, "a test", DUE)
    result = run("send")
    assert result.exit_code == 1
    assert "set the policy digest_recipients first" in result.output
