"""The demo counts everything twice; whatever the two sides disagree on is told, and the demo then fails."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.command_line import main
from service.demo.cast import Cast, make_cast
from service.demo.figures import Comparison, compare
from service.demo.mailbox import Mailbox
from service.demo.manners import ANYTHING, Meaning
from service.demo.person import Person
from service.demo.scenario import Demo
from service.wiring import connect
from simulator import Reply, Tenant
from storage.database import Work
from storage.models import Alert, Answer, Conversation, InboundMessage, OptOut, OutboxMessage
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from tests.clock import Clock
from tests.given import free_port
from tests.journeys.town import Town, open_town
from tests.rows import ANN, FARAH, GWEN, JOE
from tests.simulator.conftest import send

YES = Reply("Yes", Meaning("worth", True), delay_seconds=0.0)
FRIENDS = Reply("B", Meaning("difference", ["people"]), delay_seconds=0.0)
WORDS = Reply("friends for my girls", Meaning("words", ANYTHING), delay_seconds=0.0)
STOP = Reply("please stop texting me", Meaning(stop=True), stop=True, delay_seconds=0.0)
MOULD = Reply("black mould everywhere", Meaning("words", ANYTHING, alert="damp_mould"), delay_seconds=0.0)

PHONES = (
    Tenant(ANN, (YES, FRIENDS, WORDS)),
    Tenant(JOE, (YES, STOP)),
    Tenant(FARAH, (YES, FRIENDS, MOULD)),
    Tenant(GWEN, failure=30003),
)
CAST = Cast([Person(phone.phone, "Ann", "Beech", "en", phone.phone, True, True) for phone in PHONES], PHONES)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town that has been asked about a coffee morning; nobody says any more."""
    with open_town(tmp_path_factory.mktemp("town"), Clock(), *PHONES) as opened:
        opened.serve()
        opened.work()
        opened.ask(*(phone.phone for phone in PHONES))
        opened.settle()
        yield opened


@pytest.fixture
def compared(town: Town, tmp_path: Path) -> Iterator[Callable[..., Comparison]]:
    """Tamper with a copy of the town's database, and compare it with what the network saw."""
    with ExitStack() as standing:

        def tamper_and_compare(tamper: Callable[[Work], object] = lambda work: None, mails: int = 0) -> Comparison:
            town.application.database.close()
            shutil.copy(town.application.settings.database_url.removeprefix("sqlite:///"), tmp_path / "copy.db")
            settings = town.application.settings
            copy = connect(settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'copy.db'}"}))
            standing.callback(copy.close)
            with copy.work() as work:
                tamper(work)
            return compare(town.network, copy, CAST, mails)

        yield tamper_and_compare


def test_two_sides_that_agree_show_no_difference(compared: Callable[..., Comparison]) -> None:
    comparison = compared()
    assert comparison.differences == ()
    assert comparison.network == {name: comparison.database[name] for name in comparison.network}
    assert {name: comparison.network[name] for name in ("invited", "delivered", "replies", "answers", "completed")} == {
        "invited": 4,
        "delivered": 3,
        "replies": 8,
        "answers": 7,
        "completed": 2,
    }
    assert (comparison.network["opted_out"], comparison.network["undeliverable"], comparison.network["alerts"]) == (
        1,
        1,
        1,
    )


def _one(work: Work, model: type[object], **which: object) -> object:
    return work.session.query(model).filter_by(**which).order_by("id").first()


def _change(model: type[object], values: dict[str, object], **which: object) -> Callable[[Work], object]:
    def change(work: Work) -> None:
        row = _one(work, model, **which)
        for name, value in values.items():
            setattr(row, name, value)

    return change


def _delete(model: type[object], **which: object) -> Callable[[Work], object]:
    return lambda work: work.session.delete(_one(work, model, **which))


@pytest.mark.parametrize(
    ("tamper", "difference"),
    [
        (_delete(OptOut), "opted_out: the network saw 1, the database has 0"),
        (_delete(Alert), "alerts: the network saw 1, the database has 0"),
        (_delete(Answer, question_id="words"), "answers: the network saw 7, the database has 6"),
        (_change(Answer, {"value": False}, question_id="worth"), "meant worth, stored as an answer to worth"),
        (_change(Answer, {"question_id": "why"}, question_id="words"), "meant words, stored as an answer to why"),
        (_change(Conversation, {"progress": Progress.EXPIRED}, progress=Progress.COMPLETED), "completed: "),
        (_change(OutboxMessage, {"state": OutboxState.PARKED}, state=OutboxState.DELIVERED), "segments: "),
        (_change(OutboxMessage, {"state": OutboxState.SENDING}, state=OutboxState.DELIVERED), "lost: "),
        (_change(OutboxMessage, {"state": OutboxState.DELIVERED}, state=OutboxState.UNDELIVERED), "undeliverable: "),
        (_change(OutboxMessage, {"segments": 99}, state=OutboxState.DELIVERED), "segments: "),
        (_change(InboundMessage, {"text": "Yes. " * 100}), "tenant_segments: "),
    ],
)
def test_a_database_that_tells_another_story_is_found_out(
    compared: Callable[..., Comparison], tamper: Callable[[Work], object], difference: str
) -> None:
    differences = compared(tamper).differences
    assert any(difference in told for told in differences), differences
    assert not any(phone.phone in told for told in differences for phone in PHONES)


def test_a_digest_that_never_arrived_is_found_out(compared: Callable[..., Comparison]) -> None:
    assert compared(mails=1).differences == ("digest_emails: the network saw 1, the database has 0",)


def test_texts_after_a_stop_and_texts_sent_twice_are_found_out(tmp_path: Path) -> None:
    with open_town(tmp_path, Clock(), *PHONES) as town:
        town.serve()
        town.work()
        town.ask(*(phone.phone for phone in PHONES))
        town.settle()
        for _ in range(2):
            send(town.network, JOE, "Are you sure?")
        town.settle()
        differences = compare(town.network, town.application.database, CAST, 0).differences
    assert "a phone got 3 texts from us after its STOP" in differences
    assert "duplicates_sent: the network saw 1, the database has 0" in differences


def test_the_same_seed_draws_the_same_cast_and_another_draws_another() -> None:
    assert make_cast(60, seed=3) == make_cast(60, seed=3)
    assert make_cast(60, seed=3) != make_cast(60, seed=4)


@pytest.mark.parametrize(("differences", "code"), [((), 0), (("lost: the network saw 1, the database has 0",), 1)])
def test_a_demo_with_differences_tells_them_and_exits_with_1(
    town: Town, differences: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = replace(compare(town.network, town.application.database, CAST, 0), differences=differences)
    mailbox = Mailbox(tmp_path, free_port())
    digest = EmailMessage()
    digest.set_content("<p>A digest</p>", subtype="html")
    mailbox.mails.append((digest, tmp_path / "mail" / "1-digest.eml"))

    @contextmanager
    def run_demo(*about: object) -> Iterator[Demo]:
        yield Demo(town.application, town.network, mailbox, comparison, seconds=1.0)

    monkeypatch.setattr("service.logging.set_up_logging", lambda *_: None)
    monkeypatch.setattr("service.demo.scenario.run_demo", run_demo)
    ran = CliRunner().invoke(main, ["demo", "--once", "--json"])
    assert ran.exit_code == code
    assert ran.stderr.splitlines() == list(differences)
    assert json.loads(ran.stdout)["completed"] == 2
