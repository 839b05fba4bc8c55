"""What one conversation adds to the figures, and since when: its share.

A share is a number for each cell of the tally (see `storage.models.rollups`): 1 where the conversation came to be
counted, -1 where it ceased to be. It depends on nothing but what was recorded of the conversation, so that it can be
counted anew at any time; what it was before, taken away, and what it is now, added, keep every total right.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flows.answers import Answer, Date, Text
from outcomes.fates import fate_at
from outcomes.periods import period_of
from storage.models.answers import AnswerStatus
from storage.models.rollups import Figure
from storage.recorded import Reading, Recorded

_WORD = re.compile(r"[^\W\d_]{2,}")


class Cell(NamedTuple):
    """A cell of the tally of one consultation."""

    question_id: str
    figure: Figure
    value: str
    first_period: int
    period: int


Share = Mapping[Cell, int]


def share_of(conversation: Recorded, answers: Mapping[str, Answer]) -> Share:
    """The share of a conversation; cells that come to nothing are left out.

    Args:
        conversation: all that was recorded of it.
        answers: what each question of its flow asks for, by question id.
    """
    first = first_replies(conversation)
    share: Counter[Cell] = Counter()
    for cell, count in (*_fates(conversation, first), *_asked(conversation, first)):
        share[cell] += count
    for reading in conversation.readings:
        if reading.question_id in answers:
            for cell, count in _reading(reading, answers[reading.question_id], first[reading.question_id]):
                share[cell] += count
    return {cell: count for cell, count in share.items() if count}


def first_replies(conversation: Recorded) -> dict[str, datetime]:
    """When each question that got a reply first got one."""
    first: dict[str, datetime] = {}
    for reading in conversation.readings:
        at = reading.recorded_at
        first[reading.question_id] = min(at, first.get(reading.question_id, at))
    return first


def comment_of(reading: Reading, answer: Answer) -> str | None:
    """What was written that could be shown: the answer itself where words were asked for, else the words beside it."""
    words = reading.value if isinstance(answer, Text) else reading.comment
    return str(words) if words is not None and _WORD.search(str(words)) else None


def _fates(conversation: Recorded, first: Mapping[str, datetime]) -> Iterator[tuple[Cell, int]]:
    """Into each fate when it comes, and out of it when another does."""
    replied_at = min(first.values(), default=None)
    before: Cell | None = None
    for moment in _moments(conversation, replied_at):
        cell = _fate(conversation, replied_at, moment)
        if cell != before:
            period = period_of(moment)
            if before is not None:
                yield before._replace(period=period), -1
            yield cell._replace(period=period), 1
        before = cell


def _moments(conversation: Recorded, replied_at: datetime | None) -> list[datetime]:
    """When what became of a conversation may have changed; nothing became of it before it was stored."""
    begins = conversation.created_at
    changes = (replied_at, conversation.ended_at, *(put.put_at for put in conversation.puts))
    return sorted({begins, *(max(begins, change) for change in changes if change is not None)})


def _fate(conversation: Recorded, replied_at: datetime | None, moment: datetime) -> Cell:
    """The cell of what had become of it by a moment, without the period in which that came."""
    if replied_at is None or replied_at > moment:
        return Cell("", Figure.FATE, fate_at(conversation, moment, replied=False), 0, 0)
    return Cell("", Figure.FATE, fate_at(conversation, moment, replied=True), period_of(replied_at), 0)


def _asked(conversation: Recorded, first: Mapping[str, datetime]) -> Iterator[tuple[Cell, int]]:
    """A reply shows that a question was put, even where the carrier never confirmed our text."""
    put = dict(first)
    for each in conversation.puts:
        put[each.question_id] = min(each.put_at, put.get(each.question_id, each.put_at))
    for question_id, at in put.items():
        yield Cell(question_id, Figure.ASKED, "", 0, period_of(max(at, conversation.created_at))), 1


def _reading(reading: Reading, answer: Answer, first_at: datetime) -> Iterator[tuple[Cell, int]]:
    figures = [(Figure(reading.status), value_of(reading, answer))]
    if comment_of(reading, answer) is not None:
        figures.append((Figure.COMMENT, ""))
    for figure, value in figures:
        cell = Cell(reading.question_id, figure, value, period_of(first_at), period_of(reading.recorded_at))
        yield cell, 1
        if reading.replaced_at is not None:
            yield cell._replace(period=period_of(max(reading.replaced_at, reading.recorded_at))), -1


def value_of(reading: Reading, answer: Answer) -> str:
    """The value as JSON; empty where values are not counted one by one, as words and days are not."""
    if reading.status is not AnswerStatus.UNDERSTOOD or isinstance(answer, Text | Date):
        return ""
    return json.dumps(reading.value)


def as_json(share: Share) -> list[list[Any]]:
    """A share as it is stored."""
    return [[*cell, count] for cell, count in share.items()]


def from_json(stored: list[list[Any]]) -> Share:
    """A share as `as_json` gave it."""
    return {
        Cell(question_id, Figure(figure), value, first_period, period): count
        for question_id, figure, value, first_period, period, count in stored
    }
