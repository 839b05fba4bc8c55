"""Which question a message lands on: the one that had left when it was received, or none at all."""

from datetime import timedelta

from conversations.inbound import SENT_BEFORE_QUESTION
from conversations.outside import OUTSIDE_SURVEY, UNMATCHED
from flows.conversation import Reason
from flows.load import LIBRARY
from storage.models import Answer, InboundMessage, InboxItem
from storage.models.consultations import Progress
from storage.models.messages import Placement
from storage.models.outbox import OutboxState
from tests.conversations.landlord import Landlord, flow_file, system_text
from tests.rows import ANN


def test_a_message_received_before_the_question_left_goes_to_a_person(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.receive(ANN, "Yes")
    landlord.wait(seconds=2)
    taken = landlord.receive(ANN, "A lot, I met people")

    assert taken.placement is Placement.EARLIER
    assert [row.question_id for row in landlord.rows(InboundMessage)] == ["worth", None]
    assert [row.question_id for row in landlord.rows(Answer)] == ["worth"]
    assert [row.reason for row in landlord.rows(InboxItem)] == [SENT_BEFORE_QUESTION]
    assert landlord.conversation_with(ANN).question_id == "difference"


def test_a_message_that_reaches_us_late_is_no_reply_to_a_question_sent_since(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, "Yes")
    taken = landlord.receive(ANN, "A", received_at=landlord.now - timedelta(minutes=5))
    assert taken.placement is Placement.EARLIER
    assert [row.question_id for row in landlord.rows(Answer)] == ["worth"]


def test_a_message_within_the_second_in_which_the_question_left_is_a_reply_to_it(landlord: Landlord) -> None:
    landlord.clock.advance(timedelta(microseconds=700_000))
    landlord.survey_of(ANN)
    taken = landlord.receive(ANN, "Yes", received_at=landlord.now.replace(microsecond=0))
    assert taken.placement is Placement.REPLY
    assert [row.question_id for row in landlord.rows(Answer)] == ["worth"]


def test_a_message_while_the_first_question_still_waits_to_leave_is_no_answer(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.launch()
    taken = landlord.receive(ANN, "Yes")

    assert taken.placement is Placement.UNMATCHED
    assert landlord.rows(Answer) == []
    assert [row.reason for row in landlord.rows(InboxItem)] == [OUTSIDE_SURVEY]
    assert landlord.conversation_with(ANN).progress is Progress.INVITED
    assert [row.text_id for row in landlord.texts_to(ANN, OutboxState.QUEUED)] == ["opening", UNMATCHED]


def test_stop_while_the_first_question_still_waits_to_leave_keeps_it_back(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.launch()
    landlord.receive(ANN, "STOP")
    assert [body for _, body in landlord.deliver()] == [system_text("stop_confirmation")]
    assert landlord.conversation_with(ANN).progress is Progress.REFUSED


def test_words_before_a_second_survey_has_left_belong_to_the_first(landlord: Landlord) -> None:
    ann = landlord.tenant(ANN)
    landlord.close("A1", [ann])
    landlord.launch()
    landlord.deliver()
    landlord.talk(ANN, "Yes", "A", "It was warm")
    first = landlord.conversation_with(ANN)
    landlord.close("A2", [ann], "Garden day")
    landlord.launch()
    taken = landlord.receive(ANN, "And the cake was good")

    assert taken.placement is Placement.LATE
    assert landlord.rows(InboundMessage)[-1].conversation_id == first.id
    landlord.deliver()
    landlord.receive(ANN, "Yes")
    assert landlord.rows(InboundMessage)[-1].conversation_id == landlord.conversation_with(ANN).id != first.id


def test_a_reply_after_expiry_is_kept_as_late_and_told_once_that_the_survey_has_closed(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.wait(days=7)
    landlord.tick()
    answers = landlord.talk(ANN, "Yes", "Y")

    assert [row.placement for row in landlord.rows(InboundMessage)] == [Placement.LATE, Placement.LATE]
    assert landlord.rows(Answer) == []
    assert answers == [system_text("late")]
    assert landlord.conversation_with(ANN).progress is Progress.EXPIRED
    assert [row.reason for row in landlord.rows(InboxItem)] == [Reason.AFTER_THE_END, Reason.AFTER_THE_END]


def test_words_after_the_last_question_are_kept_for_a_person_and_answered_with_nothing(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, "Yes", "A", "It was warm")
    assert landlord.talk(ANN, "Oh and the tea was cold") == []
    assert landlord.rows(InboundMessage)[-1].placement is Placement.LATE
    assert landlord.rows(InboundMessage)[-1].question_id is None
    assert [row.reason for row in landlord.rows(InboxItem)] == [Reason.AFTER_THE_END]
    assert landlord.conversation_with(ANN).progress is Progress.COMPLETED


def test_every_request_after_the_end_is_answered(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, "Yes", "A", "It was warm")
    assert landlord.talk(ANN, "help", "who is this?") == [system_text("help")] * 2


def test_a_correction_after_the_end_changes_the_last_answer(landlord: Landlord) -> None:
    landlord.survey = flow_file((LIBRARY / "readership.yaml").read_text(encoding="utf-8"))
    landlord.survey_of(ANN)
    landlord.talk(ANN, "yes", "4", "skip")
    assert landlord.talk(ANN, "sorry, meant 5") == [system_text("amended")]
    assert [(row.value, row.replaced_at is None) for row in landlord.rows(Answer) if row.question_id == "useful"] == [
        (4, False),
        (5, True),
    ]
    assert landlord.rows(InboundMessage)[-1].placement is Placement.LATE
    assert landlord.conversation_with(ANN).progress is Progress.COMPLETED


def test_the_question_held_back_after_an_emergency_is_put_when_the_tenant_writes_again(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    assert landlord.talk(ANN, "yes but I can smell gas in the kitchen") == [system_text("emergency_hazard")]
    (following,) = landlord.talk(ANN, "ok rang them they are coming")

    assert following.startswith("What difference")
    assert landlord.rows(InboundMessage)[-1].question_id is None
    assert landlord.rows(InboxItem) == []
    landlord.talk(ANN, "A", "Made a friend")
    assert [row.question_id for row in landlord.rows(Answer)] == ["worth", "difference", "words"]
