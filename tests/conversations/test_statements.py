"""How many database statements one turn of a conversation takes, however much else there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from storage.database import Database
from storage.models import Answer
from tests.conversations.landlord import Landlord
from tests.rows import ANN, FARAH, GWEN, JOE, MAREK

MOST_STATEMENTS_IN_A_TURN = {"sqlite": 10, "postgresql": 11}
"""Four to know the sender, the conversation, when its question left and what was answered, one each to keep
the message and the answer, one to look for an answer that this one replaces, one to move the conversation on, one to
ask whether the person has opted out, one to queue the next question, and where
workers wait on other machines one to wake them.
"""


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements sent to the database inside the block, but for what begins and ends a transaction."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("others", [(), (JOE, FARAH, GWEN, MAREK)])
def test_an_answered_question_takes_the_same_few_statements_whatever_else_there_is(
    landlord: Landlord, others: tuple[str, ...]
) -> None:
    landlord.survey_of(ANN, *others)
    for reply in ("Yes", "A and B"):
        with statements(landlord.database) as sent:
            landlord.receive(ANN, reply)
        assert len(sent) <= MOST_STATEMENTS_IN_A_TURN[landlord.database.engine.dialect.name], "\n".join(sent)
        landlord.deliver()
    assert len(landlord.rows(Answer)) == 2


def test_a_repeat_takes_no_more_than_finding_out_that_it_is_one(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.receive(ANN, "Yes", sid="SM1")
    with statements(landlord.database) as sent:
        landlord.receive(ANN, "Yes", sid="SM1")
    assert len(sent) == 4, "\n".join(sent)
