"""From the close of an activity to the manager's digest, with nobody's help but the clock's."""

from datetime import UTC, datetime, timedelta

from service.processes import ticking
from simulator import Tenant
from storage.models import Alert, Answer
from storage.models.consultations import Progress
from tests.conversations.landlord import system_text
from tests.journeys.conftest import OpenTown
from tests.journeys.town import says, wait_until
from tests.rows import ANN, FARAH, JOE

TUESDAY_NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
MONDAY_AT_EIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_an_activity_is_closed_and_its_digest_is_mailed(town_of: OpenTown) -> None:
    town = town_of(
        Tenant(ANN, says("Yes lovely", "A and B", "I met my neighbours")),
        Tenant(JOE, says(None, "no", "no difference", "nothing really")),
        Tenant(FARAH, says("Y", "b", "Good but theres black mould in my bedroom")),
    )
    landlord = town.landlord
    landlord.clock.now = TUESDAY_NOON
    landlord.set_policy(digest_recipients=("manager@derwent.example",))
    landlord.close("A1", [landlord.tenant(mobile) for mobile in (ANN, JOE, FARAH)])
    town.serve()
    town.work()
    with ticking(town.application, pace=0.005):
        wait_until(lambda: len(town.phone(ANN)) == 4, "Ann was not asked to the end")
        wait_until(lambda: len(town.phone(FARAH)) == 5, "Farah was not asked to the end")
        town.settle()
        assert len(town.phone(JOE)) == 1
        landlord.wait(days=2)
        wait_until(lambda: len(town.phone(JOE)) == 5, "Joe was not reminded and asked to the end")
        town.settle()
        assert not [mail for mail in town.office.mails() if mail.get_body(("html",))]
        landlord.clock.now = MONDAY_AT_EIGHT
        wait_until(lambda: len(town.office.mails()) == 2, "the digest was not mailed")

    assert {landlord.conversation_with(mobile).progress for mobile in (ANN, JOE, FARAH)} == {Progress.COMPLETED}
    assert [answer.value for answer in landlord.rows(Answer) if answer.question_id == "worth"] == [True, True, False]
    assert town.phone(JOE)[1].startswith(system_text("reminder").replace("Ann", "Joe"))
    assert system_text("damp_mould") in town.phone(FARAH)

    alert, digest = town.office.mails()
    assert [row.kind for row in landlord.rows(Alert)] == ["damp_mould"]
    assert (alert["To"], "mould" in alert["Subject"]) == ("duty@derwent.example", True)
    assert not any(word in alert.as_string() for word in ("Farah", "bedroom", FARAH))
    assert digest["To"] == "manager@derwent.example"
    html, plain = digest.get_body(("html",)), digest.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert "Coffee morning" in html.get_content()
    assert "I met my neighbours" in plain.get_content()
    assert not any(word in digest.as_string() for word in (ANN, JOE, FARAH, "Beech", "Oakley"))
    assert (town.network.duplicates, town.network.untold) == ((), ())


def test_run_all_over_again_nothing_more_is_sent(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN, says("Yes", "A", "friends")), Tenant(JOE))
    town.landlord.set_policy(digest_recipients=("manager@derwent.example",))
    town.serve()
    town.work()
    town.ask(ANN, JOE)
    town.settle()
    town.landlord.clock.now = MONDAY_AT_EIGHT + timedelta(hours=2)
    town.tick()
    town.come_to_rest()
    sent, mailed = len(town.network.messages), len(town.office.mails())
    town.go_down()
    town.serve()
    town.work()
    for _ in range(3):
        town.tick()
    town.settle()
    assert (len(town.network.messages), len(town.office.mails())) == (sent, mailed)
