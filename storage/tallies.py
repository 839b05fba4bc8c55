"""Reading the tally: what a digest's figures are counted from, however many answers there are."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, exists, func, or_, select

from storage.database import Work
from storage.insert_once import table_of
from storage.models import Alert, Answer, PlacedComment, Tally
from storage.models.answers import AnswerStatus
from storage.models.rollups import Figure

_TALLY = table_of(Tally)


class Came(IntEnum):
    """When a question got its first reply."""

    BEFORE = 0
    LAST_WEEK = 1
    THIS_WEEK = 2


class Periods(NamedTuple):
    """Two weeks side by side: the periods in which each begins, and the first that is not counted any more."""

    last_week: int
    this_week: int
    end: int

    def came(self, first_period: int) -> Came:
        """When a question got its first reply."""
        if first_period >= self.this_week:
            return Came.THIS_WEEK
        return Came.LAST_WEEK if first_period >= self.last_week else Came.BEFORE


class Total(NamedTuple):
    """How many were counted alike, by when the question got its first reply."""

    consultation_id: int
    question_id: str
    figure: Figure
    value: str
    came: Came
    number: int


class Written(NamedTuple):
    """How many comments there are whose question got its first reply in a period."""

    consultation_id: int
    question_id: str
    first_period: int
    number: int


class CommentRow(NamedTuple):
    """A reading with words to show; `alarming` when an alert was raised over the message it came in."""

    id: int
    status: AnswerStatus
    value: Any
    comment: str | None
    alarming: bool


def replied_to_since(work: Work, period: int) -> set[int]:
    """The consultations in which a question got its first reply in this period or a later one."""
    return set(work.session.scalars(select(Tally.consultation_id).where(Tally.first_period >= period).distinct()))


def totals(work: Work, consultation_ids: Collection[int], periods: Periods) -> list[Total]:
    """Everything counted in these consultations, as it was at the end of the periods."""
    first = _TALLY.c.first_period
    came = case(
        (first >= periods.this_week, Came.THIS_WEEK), (first >= periods.last_week, Came.LAST_WEEK), else_=Came.BEFORE
    )
    counted = (_TALLY.c.consultation_id, _TALLY.c.question_id, _TALLY.c.figure, _TALLY.c.value)
    rows = work.session.execute(
        select(*counted, came, func.sum(_TALLY.c["count"]))
        .where(_TALLY.c.consultation_id.in_(consultation_ids), _TALLY.c.period < periods.end)
        .group_by(*counted, came)
    )
    return [
        Total(consultation_id, question_id, figure, value, Came(when), int(number))
        for consultation_id, question_id, figure, value, when, number in rows
    ]


def written(work: Work, consultation_ids: Collection[int], periods: Periods) -> list[Written]:
    """How many comments of this week there are, by period, as it was at the end of the periods."""
    place = (_TALLY.c.consultation_id, _TALLY.c.question_id, _TALLY.c.first_period)
    rows = work.session.execute(
        select(*place, func.sum(_TALLY.c["count"]))
        .where(
            _TALLY.c.consultation_id.in_(consultation_ids),
            _TALLY.c.figure == Figure.COMMENT,
            _TALLY.c.first_period >= periods.this_week,
            _TALLY.c.period < periods.end,
        )
        .group_by(*place)
    )
    return [
        Written(consultation_id, question_id, first_period, int(number))
        for consultation_id, question_id, first_period, number in rows
    ]


def drawn(work: Work, place: Written, until: datetime, most: int) -> list[tuple[int, int]]:
    """The comments of a place with the lowest lots that were in force at `until` (UTC), each as its lot and id."""
    rows = work.session.execute(_DRAWN, {**place._asdict(), "until": until, "most": most})
    return [(lot, answer_id) for lot, answer_id in rows]


# Built once: it is asked for every period of every question.
_PLACED, _ANSWER = table_of(PlacedComment), table_of(Answer)
_DRAWN = (
    select(_PLACED.c.lot, _PLACED.c.answer_id)
    .join(_ANSWER, _ANSWER.c.id == _PLACED.c.answer_id)
    .where(
        _PLACED.c.consultation_id == bindparam("consultation_id"),
        _PLACED.c.question_id == bindparam("question_id"),
        _PLACED.c.first_period == bindparam("first_period"),
        _ANSWER.c.recorded_at < bindparam("until"),
        or_(_ANSWER.c.replaced_at.is_(None), _ANSWER.c.replaced_at >= bindparam("until")),
    )
    .order_by(_PLACED.c.lot, _PLACED.c.answer_id)
    .limit(bindparam("most"))
)


def comments(work: Work, answer_ids: Collection[int]) -> Sequence[CommentRow]:
    """These comments, in the order in which they were recorded."""
    alarming = exists().where(Alert.message_id == Answer.message_id)
    rows = work.session.execute(
        select(Answer.id, Answer.status, Answer.value, Answer.comment, alarming)
        .where(Answer.id.in_(answer_ids))
        .order_by(Answer.id)
    )
    return [CommentRow(*row) for row in rows]
