"""STOP wins over everything, is confirmed once, and ends only with START."""

import pytest

from sms.opt_out import OptOutMode
from storage.models import Alert, Answer, InboundMessage, InboxItem, OptOut, OutboxMessage
from storage.models.consultations import Progress
from storage.models.messages import Placement
from storage.models.outbox import OutboxState, RowClass
from storage.models.people import AddressState
from tests.conversations.landlord import STRANGER, Landlord, row_classes, rules, system_text
from tests.rows import ANN, FARAH, JOE

CONFIRMATION = ("stop_confirmation", RowClass.SAFETY)
OWN_WORDS = "please dont text me no more"


def test_stop_in_own_words_is_confirmed_once_and_ends_the_conversation(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.receive(ANN, "Yes")
    landlord.receive(ANN, OWN_WORDS)

    assert row_classes(landlord.texts_to(ANN, OutboxState.QUEUED)) == [CONFIRMATION]
    (cancelled,) = landlord.texts_to(ANN, OutboxState.CANCELLED)
    assert (cancelled.text_id, cancelled.ended_reason) == ("ask:difference", "opted out")
    conversation = landlord.conversation_with(ANN)
    assert conversation.progress is Progress.REFUSED
    assert conversation.ended_at == landlord.now
    assert [body for _, body in landlord.deliver()] == [system_text("stop_confirmation")]


def test_stop_in_reply_to_a_question_is_no_answer_and_needs_no_person(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    assert landlord.talk(ANN, "STOP") == [system_text("stop_confirmation")]
    assert landlord.rows(InboundMessage)[0].placement is Placement.REPLY
    assert landlord.count_rows()["answer"] == landlord.count_rows()["inbox_item"] == 0


def test_nothing_leaves_after_stop_whatever_is_queued_or_launched(landlord: Landlord) -> None:
    ann = landlord.tenant(ANN)
    landlord.close("A1", [ann])
    landlord.launch()
    landlord.deliver()
    landlord.close("A2", [ann], "Garden day")
    landlord.launch()
    landlord.talk(ANN, "Yes", "STOP")
    landlord.close("A3", [ann], "Panel")
    landlord.launch()
    for _ in range(10):
        landlord.wait(days=1)
        landlord.tick()
        assert landlord.deliver() == []
    assert [row.progress for row in landlord.conversations()] == [Progress.REFUSED, Progress.REFUSED]


def test_a_second_stop_is_answered_with_nothing(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    assert landlord.talk(ANN, "STOP", "STOP!!", OWN_WORDS) == [system_text("stop_confirmation")]
    assert len(landlord.rows(OptOut)) == 1
    assert len(landlord.texts_to(ANN)) == 2


@pytest.mark.parametrize("after", ["ok", "help", "who is this", "please ring me", "Yes", "skip"])
def test_no_text_is_even_queued_for_somebody_who_has_stopped(landlord: Landlord, after: str) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, "STOP", after)
    assert row_classes(landlord.texts_to(ANN)) == [("opening", RowClass.BULK), CONFIRMATION]


@pytest.mark.parametrize("end", ["completed", "expired"])
@pytest.mark.parametrize("after", ["ok", "help", "please ring me", "STOP"])
def test_no_text_is_queued_after_a_stop_that_came_when_the_survey_was_over(
    landlord: Landlord, end: str, after: str
) -> None:
    landlord.survey_of(ANN)
    if end == "completed":
        landlord.talk(ANN, "Yes", "A", "It was warm")
    else:
        landlord.wait(days=8)
        landlord.tick()
    texts_before = len(landlord.texts_to(ANN))
    assert landlord.talk(ANN, "STOP", after) == [system_text("stop_confirmation")]
    assert len(landlord.texts_to(ANN)) == texts_before + 1


def test_stop_by_somebody_never_asked_is_kept_and_confirmed_once(landlord: Landlord) -> None:
    assert landlord.talk(STRANGER, "STOP", "STOP") == [system_text("stop_confirmation")]
    assert row_classes(landlord.rows(OutboxMessage)) == [CONFIRMATION]
    assert len(landlord.rows(OptOut)) == 1
    assert landlord.rows(InboxItem) == []


def test_who_stopped_before_being_asked_is_not_asked(landlord: Landlord) -> None:
    landlord.talk(ANN, "STOP")
    landlord.survey_of(ANN)
    assert landlord.conversations() == []


@pytest.mark.parametrize("asked", [True, False])
def test_a_stop_that_twilio_has_confirmed_is_not_confirmed_again(landlord: Landlord, asked: bool) -> None:
    landlord.rules = rules(mode=OptOutMode.DEFAULT)
    if asked:
        landlord.survey_of(ANN)
    assert landlord.talk(ANN, "STOP") == []
    assert len(landlord.rows(OptOut)) == 1
    assert "stop_confirmation" not in [row.text_id for row in landlord.texts_to(ANN)]


def test_a_stop_that_twilio_does_not_know_is_confirmed_by_us(landlord: Landlord) -> None:
    landlord.rules = rules(mode=OptOutMode.DEFAULT)
    landlord.survey_of(ANN)
    assert landlord.talk(ANN, OWN_WORDS) == [system_text("stop_confirmation")]


def test_a_word_that_only_twilio_takes_for_stop_is_a_stop(landlord: Landlord) -> None:
    landlord.rules = rules(mode=OptOutMode.ADVANCED)
    landlord.survey_of(ANN)
    landlord.receive(ANN, "BASTA", opt_out_type="STOP")
    assert landlord.conversation_with(ANN).progress is Progress.REFUSED
    assert landlord.deliver() == []
    assert landlord.rows(InboundMessage)[0].text == "BASTA"


@pytest.mark.parametrize("asked", [True, False])
def test_stop_with_a_hazard_raises_the_alert_and_says_nothing_but_the_confirmation(
    landlord: Landlord, asked: bool
) -> None:
    if asked:
        landlord.survey_of(ANN)
    said = landlord.talk(ANN, "stop texting me and fix the black mould in my bedroom")
    assert said == [system_text("stop_confirmation")]
    assert [row.kind for row in landlord.rows(Alert)] == ["damp_mould"]
    (mail,) = landlord.texts_to("duty@derwent.example")
    assert "The tenant has been told nothing" in mail.body


def test_a_hazard_after_stop_raises_the_alert_and_is_answered(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    assert landlord.talk(ANN, "STOP", "I can smell gas") == [
        system_text("stop_confirmation"),
        system_text("emergency_hazard"),
    ]
    assert [row.kind for row in landlord.rows(Alert)] == ["emergency_hazard"]


def test_start_ends_the_opt_out_and_is_confirmed(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    assert landlord.talk(ANN, "STOP", "START") == [system_text("stop_confirmation"), system_text("start_confirmation")]
    assert [row.ended_at is None for row in landlord.rows(OptOut)] == [False]
    assert landlord.conversation_with(ANN).progress is Progress.REFUSED


def test_start_is_confirmed_even_where_twilio_may_have_answered_it(landlord: Landlord) -> None:
    landlord.rules = rules(mode=OptOutMode.DEFAULT)
    landlord.survey_of(ANN)
    assert landlord.talk(ANN, OWN_WORDS, "START")[-1] == system_text("start_confirmation")


def test_a_stop_after_a_start_is_confirmed_anew(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    assert landlord.talk(ANN, "STOP", "START", "STOP")[-1] == system_text("stop_confirmation")
    assert [row.ended_at is None for row in landlord.rows(OptOut)] == [False, True]


@pytest.mark.parametrize("yes", ["YES", "Yes", "yes", "Y"])
@pytest.mark.parametrize("opt_out_type", [None, "START"])
def test_yes_never_opts_in(landlord: Landlord, yes: str, opt_out_type: str | None) -> None:
    landlord.rules = rules(mode=OptOutMode.ADVANCED)
    landlord.survey_of(ANN)
    landlord.talk(ANN, OWN_WORDS)
    landlord.receive(ANN, yes, opt_out_type=opt_out_type)
    assert [row.ended_at for row in landlord.rows(OptOut)] == [None]
    assert landlord.deliver() == []


def test_yes_is_an_answer_even_where_twilio_takes_it_for_start(landlord: Landlord) -> None:
    landlord.rules = rules(mode=OptOutMode.ADVANCED)
    landlord.survey_of(ANN)
    landlord.receive(ANN, "YES", opt_out_type="START")
    assert [row.value for row in landlord.rows(Answer)] == [True]
    assert landlord.rows(OptOut) == []


def test_a_wrong_number_is_texted_no_more_until_staff_have_looked(landlord: Landlord) -> None:
    joe = landlord.tenant(JOE)
    landlord.close("A1", [joe])
    landlord.launch()
    landlord.deliver()
    landlord.close("A2", [joe], "Garden day")
    landlord.launch()
    assert landlord.talk(JOE, "wrong number mate") == [system_text("wrong_person")]

    assert landlord.address_of(JOE).state is AddressState.QUARANTINED
    assert [row.reason for row in landlord.rows(InboxItem)] == ["wrong_person"]
    assert [row.progress for row in landlord.conversations()] == [Progress.UNREACHABLE, Progress.UNREACHABLE]
    landlord.wait(days=3)
    landlord.tick()
    assert landlord.deliver() == []


def test_a_wrong_number_before_the_next_question_has_left_keeps_it_back(landlord: Landlord) -> None:
    landlord.survey_of(FARAH)
    landlord.receive(FARAH, "Yes")
    landlord.receive(FARAH, "sorry, you have the wrong number")
    assert [body for _, body in landlord.deliver()] == [system_text("wrong_person")]
    assert landlord.conversation_with(FARAH).progress is Progress.UNREACHABLE
    assert landlord.address_of(FARAH).state is AddressState.QUARANTINED
