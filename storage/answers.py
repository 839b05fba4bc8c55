"""Queries on answers: one is in force for each question of a conversation, and those before it are kept."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from storage.database import Work
from storage.insert_once import given_values, table_of
from storage.models import Answer
from storage.models.answers import AnswerStatus


class AnswerInForce(NamedTuple):
    """The reading in force of the reply to a question."""

    question_id: str
    status: AnswerStatus
    value: Any


def answers_of(work: Work, conversation_id: int) -> Sequence[AnswerInForce]:
    """The readings in force of a conversation's replies."""
    rows = work.session.execute(_ANSWERS_OF, {"conversation": conversation_id})
    return [AnswerInForce(*row) for row in rows]


def record_answer(work: Work, answer: Answer) -> None:
    """Keep a reading; one in force for the same question is replaced and stays as history.

    The object passed in stays detached.
    """
    values = given_values(answer)
    replaced = {"conversation": answer.conversation_id, "question": answer.question_id, "now": answer.recorded_at}
    work.session.execute(_REPLACE_ANSWER, replaced)
    work.session.execute(_INSERT_ANSWER, values)


_ANSWER = table_of(Answer)


_ANSWERS_OF = (
    select(_ANSWER.c.question_id, _ANSWER.c.status, _ANSWER.c.value)
    .where(_ANSWER.c.conversation_id == bindparam("conversation"), _ANSWER.c.replaced_at.is_(None))
    .order_by(_ANSWER.c.id)
)


_REPLACE_ANSWER = (
    update(_ANSWER)
    .where(
        _ANSWER.c.conversation_id == bindparam("conversation"),
        _ANSWER.c.question_id == bindparam("question"),
        _ANSWER.c.replaced_at.is_(None),
    )
    .values(replaced_at=bindparam("now"))
)


_INSERT_ANSWER = insert(_ANSWER)
