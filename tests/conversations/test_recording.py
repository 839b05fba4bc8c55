"""What is stored of a step: readings with their history, what a person must settle, and each text once."""

from unicodedata import is_normalized

import pytest

from conversations.outgoing import queue_turn
from flows.conversation import Reason, Say
from flows.load import LIBRARY
from storage import conversations
from storage.models import Answer, InboxItem, OutboxMessage
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState, RowClass
from tests.conversations.landlord import Landlord, flow_file, system_text
from tests.rows import ANN, GWEN


@pytest.fixture
def readership(landlord: Landlord) -> Landlord:
    """A landlord who asks how useful the newsletter is."""
    landlord.survey = flow_file((LIBRARY / "readership.yaml").read_text(encoding="utf-8"))
    landlord.survey_of(ANN)
    return landlord


def test_a_corrected_answer_is_replaced_and_stays_as_history(readership: Landlord) -> None:
    readership.talk(ANN, "yes", "4")
    answered_at = readership.now
    assert readership.talk(ANN, "sorry, meant 5") == [system_text("amended")]

    useful = [row for row in readership.rows(Answer) if row.question_id == "useful"]
    assert [(row.value, row.message_id) for row in useful] == [(4, 2), (5, 3)]
    assert useful[0].replaced_at is not None
    assert useful[0].replaced_at > answered_at
    assert useful[0].replaced_at == useful[1].recorded_at
    assert useful[1].replaced_at is None
    assert readership.conversation_with(ANN).question_id == "more"


def test_an_answer_given_again_after_a_step_back_replaces_the_first(readership: Landlord) -> None:
    readership.talk(ANN, "yes", "4", "back", "2")
    assert [(row.value, row.replaced_at is None) for row in readership.rows(Answer) if row.question_id == "useful"] == [
        (4, False),
        (2, True),
    ]


def test_a_correction_of_nothing_goes_to_a_person(readership: Landlord) -> None:
    readership.talk(ANN, "sorry, meant 5")
    assert [row.reason for row in readership.rows(InboxItem)] == [Reason.AMEND]
    assert readership.rows(Answer) == []


def test_a_skipped_question_is_recorded_as_declined(landlord: Landlord) -> None:
    landlord.survey_of(GWEN)
    landlord.talk(GWEN, "skip")
    assert [(row.question_id, row.status, row.value) for row in landlord.rows(Answer)] == [
        ("worth", AnswerStatus.DECLINED, None)
    ]


def test_a_request_beside_an_answer_is_passed_on_and_the_answer_is_kept(landlord: Landlord) -> None:
    landlord.survey_of(GWEN)
    (said,) = landlord.talk(GWEN, "Yes. Please ring me")
    assert said.startswith(system_text("call_me"))
    assert [(row.reason, row.question_id) for row in landlord.rows(InboxItem)] == [(Reason.CALL_ME, "worth")]
    assert [row.value for row in landlord.rows(Answer)] == [True]
    assert landlord.conversation_with(GWEN).question_id == "difference"


def test_each_answer_holds_the_rule_that_read_it(landlord: Landlord) -> None:
    landlord.survey_of(GWEN)
    landlord.talk(GWEN, "Y", "A", "It was warm")
    assert all(row.rule for row in landlord.rows(Answer))


def test_the_same_turn_said_again_adds_no_text(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    with landlord.database.work() as work:
        conversation = conversations.by_id(work, 1)
        for _ in range(2):
            say = Say("Was it worth your time?", "ask:worth", question_id="worth")
            queue_turn(work, conversation, say, RowClass.REPLY, landlord.rules, landlord.now)
    assert len(landlord.texts_to(ANN, OutboxState.QUEUED)) == 1


def test_a_text_is_kept_as_the_carrier_will_list_it_with_its_segments(landlord: Landlord) -> None:
    decomposed = "Bore Can a Cha\u0302n"
    landlord.close("A1", [landlord.tenant(ANN)], title=decomposed)
    landlord.launch()
    (opening,) = landlord.rows(OutboxMessage)
    assert is_normalized("NFC", opening.body)
    assert "Chân" in opening.body
    assert opening.segments == landlord.rules.count_segments(opening.body) == 3


def test_a_question_may_not_leave_after_closing_and_thanks_may(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, "Yes", "A", "It was warm")
    opening, *questions, thanks = landlord.texts_to(ANN)
    closes_at = landlord.conversation_with(ANN).created_at.replace(day=27)
    assert [row.expires_at for row in (opening, *questions)] == [closes_at] * 3
    assert thanks.expires_at is None
    assert landlord.conversation_with(ANN).progress is Progress.COMPLETED
