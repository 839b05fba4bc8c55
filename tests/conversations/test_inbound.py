"""A message on its way through: kept, answered and stored together, and harmless when it comes twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from conversations.inbound import NOT_HANDLED, Taken
from flows.conversation import Reason
from flows.system_texts import SystemTexts
from storage.database import DatabaseUnavailableError
from storage.models import Answer, FlowVersion, InboundMessage, InboxItem, OutboxMessage
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.messages import Placement
from storage.models.outbox import OutboxState, RowClass
from tests.away import away
from tests.conversations.landlord import Landlord, flow_file, row_classes, rules
from tests.rows import ANN, JOE, MAREK


def test_a_whole_conversation_is_stored_row_by_row(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    first, second, third = landlord.talk(ANN, "Yes, lovely company", "A and B", "I feel less lonely on Fridays")

    assert first.startswith("What difference did it make to you")
    assert second.startswith("Last question.")
    assert third.startswith("Thank you. That was the last question.")
    assert [(row.text, row.question_id, row.placement) for row in landlord.rows(InboundMessage)] == [
        ("Yes, lovely company", "worth", Placement.REPLY),
        ("A and B", "difference", Placement.REPLY),
        ("I feel less lonely on Fridays", "words", Placement.REPLY),
    ]
    assert [(row.question_id, row.measure, row.status, row.value, row.comment) for row in landlord.rows(Answer)] == [
        ("worth", "worth_attending", AnswerStatus.UNDERSTOOD, True, "lovely company"),
        ("difference", "difference_made", AnswerStatus.UNDERSTOOD, ["skill", "people"], None),
        ("words", "in_own_words", AnswerStatus.UNDERSTOOD, "I feel less lonely on Fridays", None),
    ]
    assert row_classes(landlord.rows(OutboxMessage)) == [
        ("opening", RowClass.BULK),
        ("ask:difference", RowClass.REPLY),
        ("ask:words", RowClass.REPLY),
        ("thanks", RowClass.REPLY),
    ]
    conversation = landlord.conversation_with(ANN)
    assert conversation.progress is Progress.COMPLETED
    assert conversation.ended_at is not None
    assert conversation.question_id is None
    assert landlord.rows(InboxItem) == []


def test_a_conversation_moves_on_with_each_reply(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    assert landlord.conversation_with(ANN).progress is Progress.DELIVERED
    landlord.talk(ANN, "eh?")
    assert landlord.conversation_with(ANN).progress is Progress.STARTED
    landlord.talk(ANN, "Yes")
    assert landlord.conversation_with(ANN).progress is Progress.PARTIAL


def test_everything_that_came_of_a_message_points_at_it(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.receive(ANN, "Yes")
    message, answer = landlord.rows(InboundMessage)[0], landlord.rows(Answer)[0]
    assert answer.message_id == message.id
    assert message.conversation_id == answer.conversation_id == landlord.conversation_with(ANN).id


def test_a_repeated_message_changes_nothing(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.receive(ANN, "Yes", sid="SM1")
    landlord.deliver()
    before, revision = landlord.count_rows(), landlord.conversation_with(ANN).revision

    assert landlord.receive(ANN, "Yes", sid="SM1") == Taken(None, None)
    assert landlord.count_rows() == before
    assert landlord.conversation_with(ANN).revision == revision


def test_a_repeat_that_comes_when_the_conversation_is_over_changes_nothing(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.receive(ANN, "Yes", sid="SM1")
    landlord.deliver()
    landlord.talk(ANN, "A", "Nothing else")
    before = landlord.count_rows()
    landlord.receive(ANN, "Yes", sid="SM1")
    assert landlord.count_rows() == before


def test_a_message_posted_twice_at_the_same_moment_is_kept_once(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: landlord.receive(ANN, "Yes", sid="SM1"), range(4)))
    assert [item.message_id for item in taken if item.message_id is not None] == [1]
    assert len(landlord.rows(Answer)) == 1


def test_two_replies_at_the_same_moment_are_both_kept_and_one_question_follows(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda text: landlord.receive(ANN, text), ["Yes", "yes"]))
    assert {row.placement for row in landlord.rows(InboundMessage)} == {Placement.REPLY, Placement.EARLIER}
    assert [row.text_id for row in landlord.texts_to(ANN, OutboxState.QUEUED)] == ["ask:difference"]


def test_an_unclear_reply_is_asked_once_more_and_then_goes_to_a_person(landlord: Landlord) -> None:
    landlord.survey_of(JOE)
    again, following = landlord.talk(JOE, "banana", "purple")

    assert again.startswith("Sorry, we did not follow that.")
    assert following.startswith("What difference")
    assert [(row.reason, row.question_id, row.message_id) for row in landlord.rows(InboxItem)] == [
        (Reason.UNCLEAR, "worth", 2)
    ]
    assert [(row.question_id, row.status, row.value) for row in landlord.rows(Answer)] == [
        ("worth", AnswerStatus.NOT_UNDERSTOOD, None)
    ]
    landlord.talk(JOE, "A", "Nothing much")
    assert landlord.conversation_with(JOE).progress is Progress.COMPLETED


def test_a_draft_language_may_be_switched_to_where_nobody_is_texted_live(landlord: Landlord) -> None:
    landlord.rules = rules(live=False)
    landlord.survey_of(MAREK)
    (again,) = landlord.talk(MAREK, "Polski proszę")
    assert again == "Czy warto było poświęcić na to czas? Proszę odpisać tak lub nie"
    assert landlord.conversation_with(MAREK).language == "pl"
    (following,) = landlord.talk(MAREK, "tak")
    assert following.startswith("Co się zmieniło")


def test_a_draft_language_is_never_switched_to_live(landlord: Landlord) -> None:
    landlord.survey_of(MAREK)
    (said,) = landlord.talk(MAREK, "Polski proszę")
    assert said.startswith("Sorry, we do not have that language yet.")
    assert landlord.conversation_with(MAREK).language == "en"
    assert [row.reason for row in landlord.rows(InboxItem)] == [Reason.LANGUAGE]


@pytest.fixture
def broken(landlord: Landlord) -> Landlord:
    """Ann is in a survey whose pinned flow can no longer be read."""
    landlord.survey_of(ANN)
    with landlord.database.work() as work:
        work.session.get_one(FlowVersion, 1).source = "flow: [so-what"
    landlord.rules = rules()
    return landlord


def test_a_message_that_our_code_fails_on_is_kept_for_a_person(broken: Landlord) -> None:
    taken = broken.receive(ANN, "Yes")
    assert [(row.id, row.text) for row in broken.rows(InboundMessage)] == [(taken.message_id, "Yes")]
    assert [row.reason for row in broken.rows(InboxItem)] == [NOT_HANDLED]
    assert [row.text_id for row in broken.texts_to(ANN)] == ["opening"]
    assert broken.rows(Answer) == []


def test_the_next_message_works_after_one_that_our_code_failed_on(broken: Landlord) -> None:
    broken.receive(ANN, "Yes")
    broken.survey = flow_file(broken.survey.source.replace("So what? After an activity", "So what?"))
    broken.close("A2", [broken.tenant(JOE)])
    broken.launch()
    broken.deliver()
    (following,) = broken.talk(JOE, "Yes")
    assert following.startswith("What difference")


def test_a_repeat_of_a_message_that_our_code_failed_on_changes_nothing(broken: Landlord) -> None:
    broken.receive(ANN, "Yes", sid="SM1")
    before = broken.count_rows()
    assert broken.receive(ANN, "Yes", sid="SM1") == Taken(None, None)
    assert broken.count_rows() == before


@pytest.fixture
def speechless(broken: Landlord) -> Landlord:
    """Besides, the system texts are gone, so that not even STOP can be confirmed."""
    broken.rules = replace(broken.rules, texts=SystemTexts({}))
    return broken


def test_where_nothing_works_the_message_is_kept_for_a_person(speechless: Landlord) -> None:
    speechless.receive(ANN, "STOP")
    assert [row.text for row in speechless.rows(InboundMessage)] == ["STOP"]
    assert [row.reason for row in speechless.rows(InboxItem)] == [NOT_HANDLED]


def test_where_nothing_works_no_text_leaves_after_a_message_that_nobody_has_read(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.receive(ANN, "Yes")
    working, landlord.rules = landlord.rules, replace(landlord.rules, texts=SystemTexts({}))
    landlord.receive(ANN, "STOP")
    assert [row.ended_reason for row in landlord.texts_to(ANN)][1:] == ["a message from there waits to be read"]
    landlord.rules = working
    landlord.wait(days=3)
    assert landlord.tick() == (0, 0, 0)
    assert landlord.deliver() == []


def test_a_failed_message_says_in_the_log_which_one_and_nothing_of_what_it_says(
    broken: Landlord, capsys: pytest.CaptureFixture[str]
) -> None:
    broken.receive(ANN, "Yes, says Ann Beech", sid="SM1")
    logged = capsys.readouterr()
    assert "SM1" in logged.out + logged.err
    assert "Beech" not in logged.out + logged.err
    assert ANN not in logged.out + logged.err


def test_stop_is_heeded_in_a_message_that_our_code_fails_on(broken: Landlord) -> None:
    broken.receive(ANN, "stop texting me")
    assert row_classes(broken.texts_to(ANN))[-1] == ("stop_confirmation", RowClass.SAFETY)
    assert broken.conversation_with(ANN).progress is Progress.REFUSED
    assert [row.reason for row in broken.rows(InboxItem)] == [NOT_HANDLED]


def test_a_hazard_is_answered_in_a_message_that_our_code_fails_on(broken: Landlord) -> None:
    broken.receive(ANN, "I can smell gas")
    assert row_classes(broken.texts_to(ANN))[-1] == ("emergency_hazard", RowClass.SAFETY)
    assert [row.reason for row in broken.rows(InboxItem)] == [NOT_HANDLED]


def test_where_the_database_is_away_nothing_is_kept_and_the_carrier_has_it_still(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.deliver()
    with away(landlord.database), pytest.raises(DatabaseUnavailableError):
        landlord.receive(ANN, "Yes", sid="SM1")
    assert landlord.rows(InboxItem) == []
    assert landlord.receive(ANN, "Yes", sid="SM1").placement is Placement.REPLY
