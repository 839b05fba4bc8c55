from datetime import datetime, timedelta

from sqlalchemy import select

from storage import answers
from storage.database import Database
from storage.models import Answer, Conversation
from storage.models.answers import AnswerStatus
from tests.clock import NOON
from tests.rows import ANN, JOE, add_address, add_conversation, add_inbound


def answer(conversation: Conversation, message_id: int, value: object, at: datetime = NOON) -> Answer:
    return Answer(
        conversation_id=conversation.id,
        question_id="worth",
        measure="worth_attending",
        message_id=message_id,
        status=AnswerStatus.UNDERSTOOD,
        value=value,
        rule="yes_no.word",
        recorded_at=at,
    )


def test_a_corrected_answer_takes_the_place_of_the_earlier_one_which_stays_as_history(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        conversation = add_conversation(work, address)
        message = add_inbound(work, address, conversation)
        wrong = answer(conversation, message.id, False)
        answers.record_answer(work, wrong)
        right = answer(conversation, message.id, True, NOON + timedelta(minutes=1))
        answers.record_answer(work, right)
        assert [found.value for found in answers.answers_of(work, conversation.id)] == [True]
        earlier, later = work.session.scalars(select(Answer).order_by(Answer.id)).all()
        assert (earlier.value, earlier.replaced_at) == (False, NOON + timedelta(minutes=1))
        assert (later.value, later.replaced_at) == (True, None)


def test_an_answer_to_another_question_or_in_another_conversation_is_left_alone(database: Database) -> None:
    with database.work() as work:
        ann, joe = add_address(work, ANN), add_address(work, JOE)
        anns, joes = add_conversation(work, ann), add_conversation(work, joe)
        message = add_inbound(work, ann, anns)
        why = answer(anns, message.id, "the cake")
        why.question_id = "why"
        for each in (why, answer(joes, message.id, False), answer(anns, message.id, True)):
            answers.record_answer(work, each)
        assert [found.value for found in answers.answers_of(work, anns.id)] == ["the cake", True]
        assert [found.value for found in answers.answers_of(work, joes.id)] == [False]
