"""What we start ourselves after the launch: the second survey's turn, one reminder, and the end."""

from datetime import timedelta

import pytest

from storage import conversations
from storage.database import Database
from storage.models import Consultation
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState, RowClass
from tests.clock import Clock
from tests.conversations.landlord import Landlord, row_classes, system_text
from tests.rows import ANN, JOE

REMINDER = ("reminder", RowClass.BULK)


@pytest.fixture
def landlord(database: Database, clock: Clock) -> Landlord:
    return Landlord(database, clock)


@pytest.fixture
def queueing(landlord: Landlord) -> Landlord:
    """Ann is asked about the coffee morning, and is to be asked about the garden day."""
    ann = landlord.tenant(ANN)
    landlord.close("A1", [ann])
    landlord.launch()
    landlord.deliver()
    landlord.wait(hours=1)
    landlord.close("A2", [ann], "Garden day")
    landlord.launch()
    return landlord


def test_a_waiting_survey_begins_when_the_first_is_completed(queueing: Landlord) -> None:
    assert queueing.tick() == (0, 0, 0)
    queueing.talk(ANN, "Yes", "A", "It was warm")
    assert queueing.tick() == (0, 0, 1)
    ((to, body),) = queueing.deliver()
    assert to == ANN
    assert "about Garden day" in body
    assert queueing.conversation_with(ANN).progress is Progress.DELIVERED
    assert queueing.tick() == (0, 0, 0)


def test_a_waiting_survey_begins_when_the_first_has_expired(queueing: Landlord) -> None:
    queueing.wait(days=7, minutes=-30)
    assert queueing.tick() == (1, 0, 1)
    assert [row.progress for row in queueing.conversations()] == [Progress.EXPIRED, Progress.INVITED]


def test_a_waiting_survey_never_begins_after_a_stop(queueing: Landlord) -> None:
    queueing.talk(ANN, "STOP")
    assert queueing.tick() == (0, 0, 0)
    assert queueing.conversation_with(ANN).progress is Progress.REFUSED


def test_a_survey_that_had_to_wait_has_its_full_time_from_then_on(queueing: Landlord) -> None:
    queueing.wait(days=7, minutes=-30)
    assert queueing.tick() == (1, 0, 1)
    begun = queueing.now
    waited = queueing.conversation_with(ANN)
    assert waited.closes_at == begun + timedelta(days=7)
    assert waited.remind_at == begun + timedelta(days=2)
    assert queueing.rows(Consultation)[-1].closes_at == begun + timedelta(days=7)


def test_surveys_wait_in_line_and_begin_one_at_a_time(queueing: Landlord) -> None:
    queueing.close("A3", ["T001"], "Panel")
    queueing.launch()
    queueing.talk(ANN, "Yes", "A", "It was warm")
    assert queueing.tick() == (0, 0, 1)
    assert [row.progress for row in queueing.conversations()] == [
        Progress.COMPLETED,
        Progress.INVITED,
        Progress.WAITING,
    ]


def test_a_survey_that_had_to_wait_is_not_reminded_of_at_once(queueing: Landlord) -> None:
    queueing.wait(days=3)
    queueing.talk(ANN, "Yes", "A", "It was warm")
    queueing.tick()
    queueing.deliver()
    queueing.wait(minutes=1)
    assert queueing.tick() == (0, 0, 0)


def test_who_was_reached_and_is_silent_is_reminded_once(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.wait(days=2, minutes=-1)
    assert landlord.tick() == (0, 0, 0)
    landlord.wait(minutes=1)
    assert landlord.tick() == (0, 1, 0)

    (reminder,) = landlord.texts_to(ANN, OutboxState.QUEUED)
    assert (reminder.text_id, reminder.row_class, reminder.question_id) == (*REMINDER, "worth")
    assert reminder.body == f"{system_text('reminder')}\nWas it worth your time? Reply Y or N"
    for _ in range(3):
        landlord.wait(days=1)
        assert landlord.tick()[1] == 0
    assert row_classes(landlord.texts_to(ANN)) == [("opening", RowClass.BULK), REMINDER]


def test_a_reply_to_the_reminder_is_an_answer(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.wait(days=3)
    landlord.tick()
    landlord.deliver()
    assert landlord.talk(ANN, "Yes")[0].startswith("What difference")


def test_who_fell_silent_in_the_middle_is_reminded_of_the_question_that_waits(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, "Yes")
    landlord.wait(days=2)
    assert landlord.tick() == (0, 1, 0)
    (reminder,) = landlord.texts_to(ANN, OutboxState.QUEUED)
    assert reminder.question_id == "difference"
    assert "A I learned something" in reminder.body
    assert landlord.conversation_with(ANN).progress is Progress.PARTIAL


def test_who_is_answering_just_now_is_not_reminded(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.wait(days=2)
    landlord.talk(ANN, "Yes")
    assert landlord.tick() == (0, 0, 0)
    assert "reminder" not in [row.text_id for row in landlord.texts_to(ANN)]


def test_who_was_never_reached_is_not_reminded(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.launch()
    landlord.wait(days=3)
    assert landlord.tick() == (0, 0, 0)


@pytest.mark.parametrize("reply", ["STOP", "wrong number", "please dont text me no more"])
def test_who_has_refused_or_is_somebody_else_is_never_reminded(landlord: Landlord, reply: str) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, reply)
    for _ in range(4):
        landlord.wait(days=1)
        assert landlord.tick() == (0, 0, 0)


def test_who_has_finished_is_not_reminded(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, "Yes", "A", "It was warm")
    landlord.wait(days=3)
    assert landlord.tick() == (0, 0, 0)


def test_a_reminder_is_not_sent_after_a_stop_that_came_while_it_waited(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.wait(days=2)
    landlord.tick()
    landlord.receive(ANN, "STOP")
    assert [body for _, body in landlord.deliver()] == [system_text("stop_confirmation")]


def test_opening_and_reminder_wait_for_the_end_of_the_quiet_hours_and_a_reply_does_not(landlord: Landlord) -> None:
    landlord.survey_of(JOE)
    landlord.wait(hours=9)
    landlord.close("A2", [landlord.tenant(ANN)], "Garden day")
    landlord.launch()
    landlord.receive(JOE, "Yes")
    assert [to for to, _ in landlord.deliver()] == [JOE]
    landlord.wait(hours=12)
    assert [to for to, _ in landlord.deliver()] == [ANN]


def test_a_survey_ends_when_it_closes_and_the_question_that_waited_stays_named(landlord: Landlord) -> None:
    landlord.survey_of(ANN, JOE)
    landlord.talk(JOE, "Yes", "A", "It was warm")
    landlord.wait(days=7)
    assert landlord.tick() == (1, 0, 0)
    ann, joe = landlord.conversations()
    assert (ann.progress, ann.ended_at, ann.question_id) == (Progress.EXPIRED, landlord.now, "worth")
    assert joe.progress is Progress.COMPLETED


def test_nothing_of_a_closed_survey_leaves(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.launch()
    landlord.wait(days=7)
    landlord.tick()
    assert landlord.deliver() == []
    assert landlord.texts_to(ANN)[0].ended_reason == "closed before it could be sent"


def test_the_one_reminder_is_the_turn_after_the_last(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.wait(days=2)
    landlord.tick()
    with landlord.database.reading() as work:
        assert conversations.by_id(work, 1).turn == 2
