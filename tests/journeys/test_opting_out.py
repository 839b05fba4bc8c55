"""STOP, in Twilio's three ways of dealing with it: one confirmation on the phone, and then silence."""

import pytest

from simulator import OptOutMode, Tenant
from storage.models import OptOut
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from tests.conversations.landlord import system_text
from tests.journeys.conftest import OpenTown
from tests.journeys.town import Town, says
from tests.rows import ANN, JOE

CONFIRMATION = system_text("stop_confirmation")


@pytest.mark.parametrize("mode", OptOutMode)
@pytest.mark.parametrize("words", ["STOP", " Unsubscribe ", "STOP.", "please stop texting me"])
def test_whoever_stops_gets_exactly_one_confirmation_and_nothing_more(
    town_of: OpenTown, mode: OptOutMode, words: str
) -> None:
    town = _asked(town_of, mode, Tenant(ANN, says(words)), Tenant(JOE, says("Yes")))
    _, *after = town.phone(ANN)
    assert len(after) == 1
    assert town.landlord.conversation_with(ANN).progress is Progress.REFUSED
    assert len(town.landlord.rows(OptOut)) == 1
    assert len(town.phone(JOE)) == 2

    town.landlord.close("A2", [town.landlord.tenant(ANN)], title="Garden day")
    town.landlord.wait(days=1)
    town.tick()
    town.settle()
    assert len(town.phone(ANN)) == 2


@pytest.mark.parametrize("mode", OptOutMode)
def test_stop_in_the_middle_of_a_survey_leaves_the_answers_given(town_of: OpenTown, mode: OptOutMode) -> None:
    town = _asked(town_of, mode, Tenant(ANN, says("Yes", "STOP")))
    assert len(town.phone(ANN)) == 3
    assert town.landlord.count_rows()["answer"] == 1
    assert town.landlord.conversation_with(ANN).progress is Progress.REFUSED


@pytest.mark.parametrize("mode", OptOutMode)
def test_stop_said_again_is_not_confirmed_again_by_us(town_of: OpenTown, mode: OptOutMode) -> None:
    town = _asked(town_of, mode, Tenant(ANN, says("please stop texting me", "STOP")))
    before = len([text for text in town.phone(ANN) if text == CONFIRMATION])
    town.network.text_from(ANN, "STOP")
    town.settle()
    assert before == 1
    assert town.phone(ANN).count(CONFIRMATION) == 1


@pytest.mark.parametrize("mode", OptOutMode)
@pytest.mark.parametrize("words", ["STOP", "please stop texting me"])
def test_start_lets_a_later_survey_in_again(town_of: OpenTown, mode: OptOutMode, words: str) -> None:
    town = _asked(town_of, mode, Tenant(ANN, says(words)))
    town.landlord.wait(minutes=5)
    town.network.text_from(ANN, "START")
    town.settle()
    assert [row.ended_at is not None for row in town.landlord.rows(OptOut)] == [True]
    before = len(town.phone(ANN))
    town.landlord.close("A2", [town.landlord.tenant(ANN)], title="Garden day")
    town.tick()
    town.settle()
    assert len(town.phone(ANN)) == before + 1
    assert "Garden day" in town.phone(ANN)[-1]


@pytest.mark.parametrize("mode", OptOutMode)
def test_yes_is_an_answer_and_opts_nobody_in(town_of: OpenTown, mode: OptOutMode) -> None:
    town = _asked(town_of, mode, Tenant(ANN, says("please stop texting me")), Tenant(JOE, says("YES")))
    town.network.text_from(ANN, "YES")
    town.settle()
    assert [row.ended_at for row in town.landlord.rows(OptOut)] == [None]
    assert len(town.phone(ANN)) == 2
    assert town.landlord.conversation_with(JOE).progress is Progress.PARTIAL
    assert len(town.phone(JOE)) == 2


@pytest.mark.parametrize("mode", OptOutMode)
def test_help_is_answered_once_and_the_question_stays_open(town_of: OpenTown, mode: OptOutMode) -> None:
    town = _asked(town_of, mode, Tenant(ANN, says("HELP")))
    assert len(town.phone(ANN)) == 2
    assert town.landlord.conversation_with(ANN).question_id == "worth"


def test_who_had_told_twilio_before_to_stop_counts_as_opted_out(town_of: OpenTown) -> None:
    town = _asked(town_of, OptOutMode.DEFAULT, Tenant(ANN, failure=21610), Tenant(JOE))
    assert town.phone(ANN) == []
    assert len(town.landlord.rows(OptOut)) == 1
    assert town.landlord.conversation_with(ANN).progress is Progress.REFUSED
    assert [row.state for row in town.landlord.texts_to(ANN)] == [OutboxState.REJECTED]


def _asked(town_of: OpenTown, mode: OptOutMode, *tenants: Tenant) -> Town:
    """A town whose tenants have been asked about a coffee morning and have said what their scripts hold."""
    town = town_of(*tenants, mode=mode)
    town.serve()
    town.work()
    town.ask(*(tenant.phone for tenant in tenants))
    town.settle()
    return town
