"""`sowhat inbox` as it is typed."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from service.commands.inbox import inbox
from service.received_message import printable
from service.waiting import duration_words
from storage import inbox as stored_inbox
from storage.database import Database, Work
from storage.models import Alert, InboxItem
from storage.models.consultations import Progress
from tests.service.derwent import ANN, FARAH, JOE, converse, hold_coffee_morning, receive
from tests.service.installed import NOON

WORDS = "the ceiling is coming down"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(inbox, arguments)


def raise_alert(work: Work, message_id: int, kind: str, minutes: int = 0) -> int:
    alert = Alert(message_id=message_id, kind=kind, raised_at=NOON + timedelta(minutes=minutes))
    alert_id = stored_inbox.raise_alert(work, alert)
    assert alert_id
    return alert_id


def ask_person(work: Work, message_id: int, reason: str) -> int:
    stored_inbox.hand_to_person(work, InboxItem(message_id=message_id, reason=reason, raised_at=NOON))
    return stored_inbox.inbox_items_of(work, message_id)[-1].id


def test_an_empty_inbox_says_so(database: Database) -> None:
    assert run().output == "Nothing waits for a person.\n"
    assert json.loads(run("--json").output) == []


def test_alerts_lead_and_the_most_urgent_leads_them(database: Database) -> None:
    with database.work() as work:
        message = receive(work, ANN, WORDS)
        ask_person(work, message, "unclear")
        for minutes, kind in enumerate(("damp_mould", "emergency_hazard", "safeguarding", "flood")):
            raise_alert(work, message, kind, minutes)
    rows = json.loads(run("--json").output)
    assert [row["reason"] for row in rows] == ["flood", "emergency_hazard", "safeguarding", "damp_mould", "unclear"]
    assert [row["what"] for row in rows] == ["alert"] * 4 + ["item"]
    assert rows[-1]["waiting_seconds"] == 3600


def test_the_list_names_ids_and_times_but_nobodys_words(database: Database) -> None:
    with database.work() as work:
        message = receive(work, ANN, WORDS)
        raise_alert(work, message, "emergency_hazard")
    output = run().output
    assert "ALERT 1" in output
    assert "emergency hazard" in output
    assert "since 20 Nov 12:00 (1 h 0 min)" in output
    assert f"sowhat inbox show {message}" in output
    assert WORDS not in output
    assert ANN not in output


def test_a_message_is_shown_with_its_question_and_its_tenant(database: Database) -> None:
    with database.work() as work:
        conversation = converse(work, hold_coffee_morning(work), "T-0042", JOE, Progress.STARTED)
        message = receive(work, JOE, WORDS, conversation)
        alert, item = raise_alert(work, message, "damp_mould"), ask_person(work, message, "unclear")
    output = run("show", str(message)).output
    assert f"    {WORDS}\n" in output
    assert "from: tenant T-0042" in output
    assert "Was it worth your time?" in output
    assert "survey: so-what, about Coffee morning" in output
    assert f"sowhat inbox acknowledge {alert}" in output
    assert f"sowhat inbox settle {item}" in output


def test_a_message_from_a_stranger_is_shown_with_the_number_to_ring_back(database: Database) -> None:
    with database.work() as work:
        message = receive(work, FARAH, "Who is this?")
    output = run("show", str(message)).output
    assert f"somebody we do not know, at {FARAH}" in output
    assert "outside any survey" in output


def test_words_cannot_command_the_terminal() -> None:
    assert printable("yes\x1b[2J\x07\r\nno\u202e") == "yes\\x1b[2J\\x07\nno\\x202e"


def test_an_alert_is_acknowledged_once(database: Database) -> None:
    with database.work() as work:
        alert = raise_alert(work, receive(work, ANN, WORDS), "safeguarding")
    assert run("acknowledge", str(alert)).output == f"Alert {alert} is acknowledged.\n"
    with database.reading() as work:
        assert not stored_inbox.open_alerts(work)
        acknowledged_at = stored_inbox.alerts_of(work, 1)[0].acknowledged_at
    assert "was acknowledged before" in run("acknowledge", str(alert)).output
    with database.reading() as work:
        assert stored_inbox.alerts_of(work, 1)[0].acknowledged_at == acknowledged_at
    assert "acknowledged\n" in run("show", "1").output


def test_an_item_is_settled_once(database: Database) -> None:
    with database.work() as work:
        item = ask_person(work, receive(work, ANN, WORDS), "call_me")
    assert run("settle", str(item)).output == f"Item {item} is settled.\n"
    assert run().output == "Nothing waits for a person.\n"
    assert "was settled before" in run("settle", str(item)).output


@pytest.mark.parametrize("command", ["show", "acknowledge", "settle"])
def test_what_is_not_there_is_named_with_what_to_do(database: Database, command: str) -> None:
    result = run(command, "99")
    assert result.exit_code == 1
    assert "99. `sowhat inbox` lists" in result.output
    assert "There is no " in run(command, "9" * 40).output
    assert run(command, "ninety").exit_code == 2


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=25), "25 h 0 min"),
        (timedelta(days=2), "2 days"),
    ],
)
def test_a_wait_is_told_in_the_units_that_matter(waited: timedelta, words: str) -> None:
    assert duration_words(waited) == words
