"""A launch of a flow with what was counted of it until a moment: what figures are made of."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flows.flow import Flow, Question
from flows.load import read_flow
from outcomes.distributions import Counts
from outcomes.fates import Fate
from storage import tallies
from storage.database import Work
from storage.models import Consultation
from storage.models.answers import AnswerStatus
from storage.models.rollups import Figure
from storage.rollups import TallyKey
from storage.tallies import Came, Periods, Total

T = TypeVar("T")

REPLIED = frozenset({Fate.REPLIED, Fate.REPLIED_AND_STOPPED})


@dataclass(frozen=True)
class QuestionTally:
    """What was counted of one question: how many it was put to, and how their replies are read.

    `replies` by status and by when the question got its first reply; `values` of those understood, by the same.
    """

    asked: int = 0
    replies: Mapping[tuple[AnswerStatus, Came], int] = field(default_factory=dict)
    values: Mapping[Came, Counts] = field(default_factory=dict)

    def replied(self, *statuses: AnswerStatus) -> int:
        """How many replies are read as one of these; without any named, as whatever."""
        return sum(count for (status, _), count in self.replies.items() if not statuses or status in statuses)

    @property
    def new(self) -> int:
        """How many got their first reply this week."""
        return sum(count for (_, came), count in self.replies.items() if came is Came.THIS_WEEK)

    @property
    def understood(self) -> Counts:
        """How many gave each value, whenever they did."""
        return added(self.values.values())

    def came(self, when: Came) -> Counts:
        """How many of those whose first reply came then gave each value."""
        return self.values.get(when, {})


@dataclass(frozen=True)
class Launch:
    """A consultation, the flow it is pinned to, and what was counted of it."""

    consultation: Consultation
    flow: Flow
    fates: Mapping[Fate, int]
    newly_replied: int
    questions: Mapping[str, QuestionTally]

    @property
    def title(self) -> str:
        """Of the activity, or of the flow where it is about none."""
        activity = self.consultation.activity
        return activity.title if activity is not None else self.flow.title

    def tally_of(self, question: Question) -> QuestionTally:
        """What was counted of a question."""
        return self.questions.get(question.id, QuestionTally())

    @property
    def got_replies_this_week(self) -> bool:
        """Whether some question got its first reply this week."""
        return any(tally.new for tally in self.questions.values())


def gather_launches(
    work: Work, consultations: Sequence[Consultation], periods: Periods, still_noted: Mapping[TallyKey, int]
) -> list[Launch]:
    """What was counted of these consultations, as it was at the end of the periods.

    `still_noted` is what the tally does not have yet.
    """
    ids = [consultation.id for consultation in consultations]
    counted: dict[int, Counter[_Kind]] = {consultation_id: Counter() for consultation_id in ids}
    for total in (*tallies.totals(work, ids, periods), *_noted(still_noted, ids, periods)):
        counted[total.consultation_id][total[1:-1]] += total.number
    # What came to nothing since, as an answer corrected later, must not look like an answer that was given.
    return [_launch(consultation, _without_zeros(counted[consultation.id])) for consultation in consultations]


_Kind = tuple[str, Figure, str, Came]
"""The question (none for a fate), the figure, the value as JSON, and when the question got its first reply."""


def _noted(still_noted: Mapping[TallyKey, int], ids: Collection[int], periods: Periods) -> Iterable[Total]:
    for key, count in still_noted.items():
        if key.consultation_id in ids and key.period < periods.end:
            yield Total(
                key.consultation_id, key.question_id, key.figure, key.value, periods.came(key.first_period), count
            )


def _launch(consultation: Consultation, counted: Mapping[_Kind, int]) -> Launch:
    fates: Counter[Fate] = Counter()
    newly_replied = 0
    of_questions: dict[str, dict[_Kind, int]] = {}
    for kind, count in counted.items():
        question_id, figure, value, came = kind
        if figure is Figure.FATE:
            fates[Fate(value)] += count
            newly_replied += count if came is Came.THIS_WEEK and value in REPLIED else 0
        else:
            of_questions.setdefault(question_id, {})[kind] = count
    return Launch(
        consultation,
        read_flow(consultation.flow_version.source, consultation.flow_version.flow),
        fates,
        newly_replied,
        {question_id: _question_tally(kinds) for question_id, kinds in of_questions.items()},
    )


def _question_tally(counted: Mapping[_Kind, int]) -> QuestionTally:
    replies: Counter[tuple[AnswerStatus, Came]] = Counter()
    values: dict[Came, Counter[Any]] = {came: Counter() for came in Came}
    asked = 0
    for (_, figure, value, came), count in counted.items():
        if figure is Figure.ASKED:
            asked += count
        elif figure is not Figure.COMMENT:
            replies[AnswerStatus(figure), came] += count
            if figure is Figure.UNDERSTOOD:
                values[came][_value(value)] += count
    return QuestionTally(asked, replies, values)


def _value(stored: str) -> Any:
    """A value as it is counted: several choices as a tuple, and None for all that are not told apart."""
    value = json.loads(stored) if stored else None
    return tuple(value) if isinstance(value, list) else value


def together(questions: Iterable[QuestionTally]) -> QuestionTally:
    """What was counted of several questions that ask the same, added up."""
    every = list(questions)
    return QuestionTally(
        sum(each.asked for each in every),
        added(each.replies for each in every),
        {came: added(each.came(came) for each in every) for came in Came},
    )


def added(counts: Iterable[Mapping[Any, int]]) -> Mapping[Any, int]:
    """Numbers of the same, added up."""
    total: Counter[Any] = Counter()
    for each in counts:
        total.update(each)
    return _without_zeros(total)


def _without_zeros(counts: Mapping[T, int]) -> Mapping[T, int]:
    return {what: count for what, count in counts.items() if count}
