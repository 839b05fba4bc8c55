"""What happens while we are down is known before anything bulk leaves when we are up again."""

from datetime import timedelta

import pytest

from simulator import Tenant
from storage import messages
from storage.models import Attempt, InboundMessage, OptOut
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from tests.conversations.landlord import system_text
from tests.journeys.conftest import OpenTown
from tests.journeys.town import Town, says, wait_until
from tests.rows import ANN, FARAH, JOE, add_mail


def test_a_stop_sent_while_we_were_down_is_known_before_anything_bulk_leaves(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN), Tenant(JOE), Tenant(FARAH))
    town.tick()
    town.landlord.wait(minutes=20)
    town.network.text_from(ANN, "please stop texting me", stop=True)
    town.network.text_from(JOE, "is the coffee morning on?")
    town.settle()
    assert [text.sender for text in town.network.untold] == [ANN, JOE]
    town.ask(ANN, JOE, FARAH)

    town.serve()
    town.work()
    town.settle()
    assert town.phone(ANN) == [system_text("stop_confirmation")]
    assert system_text("unmatched") in town.phone(JOE)
    assert len(town.phone(JOE)) == 2
    assert len(town.phone(FARAH)) == 1
    assert [row.state for row in town.landlord.texts_to(ANN, OutboxState.CANCELLED)] == [OutboxState.CANCELLED]
    assert not town.network.untold
    assert [text.body for text in town.network.texts_after_stop] == [system_text("stop_confirmation")]


def test_nothing_bulk_leaves_while_twilio_cannot_be_asked_what_was_missed(
    town_of: OpenTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.missed.ASK_AGAIN_SECONDS", 0.05)
    town = town_of(Tenant(ANN), network_is_up=False)
    with town.application.database.work() as work:
        messages.set_fetched_until(work, "sms", town.landlord.now - timedelta(hours=1))
    town.ask(ANN)
    town.serve()
    town.work()
    _mail_leaves(town)
    assert [row.state for row in town.landlord.texts_to(ANN)] == [OutboxState.QUEUED]
    assert town.landlord.rows(OptOut) == []
    assert {row.message_id for row in town.landlord.rows(Attempt)}.isdisjoint(
        row.id for row in town.landlord.texts_to(ANN)
    ), "not even tried"
    with town.network:
        wait_until(lambda: len(town.phone(ANN)) == 1, "Ann was not asked when Twilio was back")
        town.settle()


@pytest.mark.parametrize("fault", [ConnectionError, RuntimeError])
def test_nothing_bulk_leaves_while_looking_for_what_was_missed_breaks(
    town_of: OpenTown, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    monkeypatch.setattr("service.missed.ASK_AGAIN_SECONDS", 0.01)
    asked: list[object] = []

    async def break_down(*about: object) -> int:
        asked.append(about)
        raise fault

    monkeypatch.setattr("service.missed.take_in_missed", break_down)
    town = town_of(Tenant(ANN))
    town.ask(ANN)
    town.serve()
    town.work()
    wait_until(lambda: len(asked) > 3, "Twilio was not asked again")
    _mail_leaves(town)
    assert town.phone(ANN) == []


def test_replies_sent_while_we_were_down_are_answered_in_order_when_we_are_back(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN, says("Yes")))
    town.serve()
    town.work()
    town.ask(ANN)
    town.settle()
    town.go_down()
    town.landlord.wait(minutes=1)
    town.network.text_from(ANN, "A and B")
    town.settle()
    assert len(town.phone(ANN)) == 2
    town.landlord.wait(hours=3)
    town.work()
    wait_until(lambda: len(town.phone(ANN)) == 3, "Ann's reply was not found")
    assert town.phone(ANN)[2].startswith("Last question.")
    assert [row.text for row in town.landlord.rows(InboundMessage)] == ["Yes", "A and B"]


def test_what_the_clock_finds_is_not_taken_in_again_when_the_webhook_brings_it_late(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN, says("Yes", "A", "friends")))
    town.network.conditions.inbound_url = None
    town.tick()
    town.work()
    town.ask(ANN)
    for _ in range(3):
        town.settle()
        town.landlord.wait(minutes=5)
        town.tick()
    town.settle()
    assert town.landlord.conversation_with(ANN).progress is Progress.COMPLETED
    assert len(town.phone(ANN)) == 4
    town.tick()
    town.settle()
    assert (len(town.phone(ANN)), len(town.landlord.rows(InboundMessage))) == (4, 3)


def _mail_leaves(town: Town) -> None:
    """Wait until a mail has left: whatever else was due and allowed has then been taken from the outbox with it."""
    with town.application.database.work() as work:
        add_mail(work)
    town.application.wake.set()
    wait_until(lambda: bool(town.office.mails()), "no mail left")
