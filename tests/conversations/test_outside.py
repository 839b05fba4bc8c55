"""Messages outside any survey: kept for staff, screened, and answered politely once."""

import pytest

from conversations.outside import OUTSIDE_SURVEY, UNMATCHED
from flows.conversation import Reason
from sms.opt_out import OptOutMode
from storage.models import Address, Alert, InboundMessage, InboxItem, OutboxMessage, Tenant
from storage.models.messages import Placement
from storage.models.outbox import RowClass
from storage.models.people import AddressState
from tests.conversations.landlord import STRANGER, Landlord, row_classes, rules, system_text
from tests.rows import ANN, MAREK


def test_somebody_unknown_is_answered_politely_once_and_every_message_is_kept(landlord: Landlord) -> None:
    assert landlord.talk(STRANGER, "Hello, is that the council?", "Anybody there?") == [system_text("unmatched")]

    messages = landlord.rows(InboundMessage)
    assert [(row.text, row.placement, row.conversation_id) for row in messages] == [
        ("Hello, is that the council?", Placement.UNMATCHED, None),
        ("Anybody there?", Placement.UNMATCHED, None),
    ]
    assert [(row.message_id, row.reason) for row in landlord.rows(InboxItem)] == [(1, UNMATCHED), (2, UNMATCHED)]
    assert row_classes(landlord.rows(OutboxMessage)) == [(UNMATCHED, RowClass.REPLY)]
    assert landlord.rows(Tenant) == []


def test_two_unknown_people_are_each_answered(landlord: Landlord) -> None:
    landlord.receive(STRANGER, "Hello?")
    landlord.receive("+447700900043", "Hello?")
    assert [to for to, _ in landlord.deliver()] == [STRANGER, "+447700900043"]


def test_a_repeat_from_somebody_unknown_changes_nothing(landlord: Landlord) -> None:
    landlord.receive(STRANGER, "Hello?", sid="SM1")
    before = landlord.count_rows()
    landlord.receive(STRANGER, "Hello?", sid="SM1")
    assert landlord.count_rows() == before


def test_yes_from_somebody_unknown_opts_nobody_in_and_goes_to_a_person(landlord: Landlord) -> None:
    assert landlord.talk(STRANGER, "YES") == [system_text("unmatched")]
    assert landlord.count_rows()["opt_out"] == 0


def test_a_hazard_from_somebody_unknown_is_answered_with_whom_to_ring_alone(landlord: Landlord) -> None:
    assert landlord.talk(STRANGER, "I can smell gas in the hall") == [system_text("emergency_hazard")]
    assert [row.kind for row in landlord.rows(Alert)] == ["emergency_hazard"]
    assert [row.reason for row in landlord.rows(InboxItem)] == [UNMATCHED]
    assert row_classes(landlord.texts_to(STRANGER)) == [("emergency_hazard", RowClass.SAFETY)]


def test_a_request_is_passed_on_and_answered(landlord: Landlord) -> None:
    assert landlord.talk(STRANGER, "please ring me") == [system_text("call_me")]
    assert [row.reason for row in landlord.rows(InboxItem)] == [Reason.CALL_ME]


def test_help_is_answered_and_needs_no_person(landlord: Landlord) -> None:
    assert landlord.talk(STRANGER, "HELP") == [system_text("help")]
    assert landlord.rows(InboxItem) == []


def test_help_that_twilio_has_answered_is_not_answered_again(landlord: Landlord) -> None:
    landlord.rules = rules(mode=OptOutMode.DEFAULT)
    assert landlord.talk(STRANGER, "HELP") == []
    assert landlord.talk(STRANGER, "who is this?") == [system_text("help")]


def test_start_by_somebody_who_never_stopped_changes_nothing_and_says_nothing(landlord: Landlord) -> None:
    assert landlord.talk(STRANGER, "START") == []
    assert landlord.rows(InboxItem) == []


@pytest.mark.parametrize("words", ["Sorry I can't talk right now. Please call me.", "who is this", "I can smell gas"])
def test_a_machine_that_answers_by_itself_is_answered_once_a_day(landlord: Landlord, words: str) -> None:
    assert len(landlord.talk(STRANGER, words, words, words)) == 1
    landlord.wait(days=1)
    assert len(landlord.talk(STRANGER, words)) == 1


def test_words_of_somebody_we_know_are_not_called_a_strangers(landlord: Landlord) -> None:
    landlord.tenant(ANN)
    landlord.receive(ANN, "when is the next one")
    assert [row.reason for row in landlord.rows(InboxItem)] == [OUTSIDE_SURVEY]


def test_whoever_texts_us_from_a_number_thought_dead_can_be_reached_again(landlord: Landlord) -> None:
    landlord.tenant(ANN)
    with landlord.database.work() as work:
        work.session.get_one(Address, landlord.address_of(ANN).id).state = AddressState.UNREACHABLE
    landlord.receive(ANN, "hello")
    assert landlord.address_of(ANN).state is AddressState.USABLE


def test_a_tenant_who_was_asked_nothing_is_answered_in_their_language_where_nobody_is_texted_live(
    landlord: Landlord,
) -> None:
    landlord.tenant(MAREK, language="pl")
    landlord.rules = rules(live=False)
    assert landlord.talk(MAREK, "dzień dobry") == [system_text("unmatched", "pl")]


def test_a_draft_language_is_never_used_live(landlord: Landlord) -> None:
    landlord.tenant(MAREK, language="pl")
    assert landlord.talk(MAREK, "dzień dobry") == [system_text("unmatched")]


def test_a_language_we_do_not_have_falls_back_to_english(landlord: Landlord) -> None:
    landlord.tenant(ANN, language="fr")
    landlord.rules = rules(live=False)
    assert landlord.talk(ANN, "bonjour") == [system_text("unmatched")]
