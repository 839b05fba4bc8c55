"""What one conversation adds to the figures, cell by cell."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.answers import Answer, Choices, Date, Number, Text, YesNo
from outcomes.fates import Fate
from outcomes.periods import period_of
from outcomes.shares import Cell, as_json, from_json, share_of
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.rollups import Figure
from storage.recorded import Put, Reading, Recorded

SUNDAY = datetime(2026, 11, 15, 20, tzinfo=UTC)
"""Evening in the hours in which each quarter of an hour is a period."""

HOUR = timedelta(hours=1)
P0, P1, P2, P3 = (period_of(SUNDAY + hours * HOUR) for hours in range(4))
OPTIONS: Any = [{"id": "skill", "label": {"en": "A skill"}}, {"id": "people", "label": {"en": "People"}}]
ANSWERS: dict[str, Answer] = {
    "worth": YesNo(type="yes_no"),
    "difference": Choices(type="choices", options=OPTIONS),
    "hours": Number(type="number"),
    "since": Date(type="date"),
    "words": Text(type="text"),
}


def reading(
    question_id: str,
    value: Any,
    at: datetime,
    *,
    status: AnswerStatus = AnswerStatus.UNDERSTOOD,
    comment: str | None = None,
    replaced_at: datetime | None = None,
) -> Reading:
    return Reading(1, question_id, status, value, comment, at, replaced_at)


def share(
    *readings: Reading,
    puts: tuple[Put, ...] = (Put("worth", SUNDAY, False),),
    progress: Progress = Progress.DELIVERED,
    ended_at: datetime | None = None,
) -> dict[Cell, int]:
    """The share of a conversation begun on Sunday evening."""
    recorded = Recorded(1, 1, SUNDAY, progress, ended_at, puts=puts, readings=readings)
    return dict(share_of(recorded, ANSWERS))


def fate(value: Fate, period: int, first: int = 0) -> Cell:
    return Cell("", Figure.FATE, value, first, period)


def of(question_id: str, found: dict[Cell, int]) -> dict[Cell, int]:
    """The part of a share that is about one question."""
    return {cell: count for cell, count in found.items() if cell.question_id == question_id}


def test_who_has_been_asked_is_open_and_asked() -> None:
    assert share() == {fate(Fate.OPEN, P0): 1, Cell("worth", Figure.ASKED, "", 0, P0): 1}


def test_who_waits_is_nothing_else() -> None:
    assert share(puts=()) == {fate(Fate.WAITING, P0): 1}


def test_a_fate_is_left_when_another_comes() -> None:
    """Asked at once, silent for an hour, replied, and said STOP an hour later."""
    found = share(reading("worth", True, SUNDAY + HOUR), progress=Progress.REFUSED, ended_at=SUNDAY + 2 * HOUR)
    assert of("", found) == {
        fate(Fate.OPEN, P0): 1,
        fate(Fate.OPEN, P1): -1,
        fate(Fate.REPLIED, P1, first=P1): 1,
        fate(Fate.REPLIED, P2, first=P1): -1,
        fate(Fate.REPLIED_AND_STOPPED, P2, first=P1): 1,
    }


def test_what_changes_within_a_period_leaves_no_trace() -> None:
    found = share(progress=Progress.REFUSED, ended_at=SUNDAY + timedelta(minutes=14))
    assert of("", found) == {fate(Fate.REFUSED, P0): 1}


def test_a_text_put_before_the_conversation_was_stored_counts_from_then() -> None:
    found = share(puts=(Put("worth", SUNDAY - HOUR, False),))
    assert found == {fate(Fate.OPEN, P0): 1, Cell("worth", Figure.ASKED, "", 0, P0): 1}


def test_a_question_put_twice_is_asked_once_and_from_the_first_time() -> None:
    found = share(puts=(Put("worth", SUNDAY + HOUR, False), Put("worth", SUNDAY, True)))
    assert of("worth", found) == {Cell("worth", Figure.ASKED, "", 0, P0): 1}


def test_a_reply_shows_that_the_question_was_put() -> None:
    found = share(reading("worth", True, SUNDAY + HOUR), puts=())
    assert of("worth", found)[Cell("worth", Figure.ASKED, "", 0, P1)] == 1


@pytest.mark.parametrize(
    ("read", "figure", "value"),
    [
        pytest.param(reading("worth", True, SUNDAY), Figure.UNDERSTOOD, "true", id="yes"),
        pytest.param(reading("worth", False, SUNDAY), Figure.UNDERSTOOD, "false", id="no"),
        pytest.param(reading("hours", 7.5, SUNDAY), Figure.UNDERSTOOD, "7.5", id="a number"),
        pytest.param(
            reading("difference", ["skill", "people"], SUNDAY), Figure.UNDERSTOOD, '["skill", "people"]', id="several"
        ),
        pytest.param(reading("since", "2026-11-03", SUNDAY), Figure.UNDERSTOOD, "", id="a day is not told apart"),
        pytest.param(reading("words", "7", SUNDAY), Figure.UNDERSTOOD, "", id="nor are words"),
        pytest.param(reading("worth", None, SUNDAY, status=AnswerStatus.DECLINED), Figure.DECLINED, "", id="declined"),
        pytest.param(reading("worth", None, SUNDAY, status=AnswerStatus.UNCLEAR), Figure.UNCLEAR, "", id="unclear"),
        pytest.param(
            reading("worth", None, SUNDAY, status=AnswerStatus.NOT_UNDERSTOOD),
            Figure.NOT_UNDERSTOOD,
            "",
            id="gibberish",
        ),
    ],
)
def test_a_reply_is_counted_as_it_is_read(read: Reading, figure: Figure, value: str) -> None:
    found = of(read.question_id, share(read, puts=()))
    assert found == {
        Cell(read.question_id, Figure.ASKED, "", 0, P0): 1,
        Cell(read.question_id, figure, value, P0, P0): 1,
    }


def test_a_corrected_reply_counts_as_corrected_from_then_on_and_as_new_when_it_first_came() -> None:
    found = share(
        reading("hours", 9, SUNDAY, replaced_at=SUNDAY + 2 * HOUR), reading("hours", 8, SUNDAY + 2 * HOUR), puts=()
    )
    assert of("hours", found) == {
        Cell("hours", Figure.ASKED, "", 0, P0): 1,
        Cell("hours", Figure.UNDERSTOOD, "9", P0, P0): 1,
        Cell("hours", Figure.UNDERSTOOD, "9", P0, P2): -1,
        Cell("hours", Figure.UNDERSTOOD, "8", P0, P2): 1,
    }


def test_a_reply_that_another_machines_clock_replaced_before_it_came_never_stood() -> None:
    found = share(reading("hours", 9, SUNDAY + 2 * HOUR, replaced_at=SUNDAY), reading("hours", 8, SUNDAY), puts=())
    assert {cell.value: count for cell, count in of("hours", found).items() if cell.value} == {"8": 1}


@pytest.mark.parametrize(
    ("read", "comments"),
    [
        pytest.param(reading("worth", True, SUNDAY, comment="lovely tea"), 1, id="words beside an answer"),
        pytest.param(reading("worth", None, SUNDAY, status=AnswerStatus.UNCLEAR, comment="well"), 1, id="unclear"),
        pytest.param(reading("worth", True, SUNDAY), 0, id="no words"),
        pytest.param(reading("worth", True, SUNDAY, comment="👍 7"), 0, id="nothing that is a word"),
        pytest.param(reading("words", "Made new friends", SUNDAY), 1, id="the answer itself"),
        pytest.param(reading("words", "7", SUNDAY, comment="seven"), 0, id="an answer without a word"),
        pytest.param(reading("words", None, SUNDAY, status=AnswerStatus.DECLINED), 0, id="no answer"),
    ],
)
def test_words_that_could_be_shown_are_comments(read: Reading, comments: int) -> None:
    found = share(read, puts=())
    assert sum(count for cell, count in found.items() if cell.figure is Figure.COMMENT) == comments


def test_a_reply_to_a_question_that_the_flow_does_not_have_is_a_reply_to_nothing() -> None:
    found = share(reading("gone", True, SUNDAY), puts=())
    assert found == {
        fate(Fate.REPLIED, P0, first=P0): 1,
        Cell("gone", Figure.ASKED, "", 0, P0): 1,
    }


def test_a_share_is_stored_and_read_as_it_was() -> None:
    found = share(reading("worth", True, SUNDAY + HOUR, comment="lovely tea"))
    assert from_json(as_json(found)) == found
