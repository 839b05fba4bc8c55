"""The comments of a week to choose from: all where they are few, else some drawn by lot, spread as all are."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from outcomes.recount import Placed
from storage import tallies
from storage.database import Work
from storage.models.rollups import Figure
from storage.rollups import TallyKey
from storage.tallies import CommentRow, Periods, Written

MOST_READ = 50
"""So many comments on a question are looked at in a week. Taking names out takes time, and five are shown."""


@dataclass(frozen=True)
class Read:
    """Comments in the order they were recorded, and how many more there are."""

    comments: Sequence[CommentRow] = ()
    unread: int = 0


class WeekOfComments:
    """The comments on questions that got their first reply in a week, as they stood at `until` (UTC)."""

    def __init__(
        self,
        work: Work,
        consultation_ids: Collection[int],
        periods: Periods,
        until: datetime,
        still_noted: Mapping[TallyKey, int],
        noted_comments: Sequence[Placed],
    ) -> None:
        self._work, self._until = work, until
        self._noted: defaultdict[tuple[int, str, int], list[tuple[int, int]]] = defaultdict(list)
        for place, reading in noted_comments:
            if reading.was_in_force_at(until):
                at = (place.consultation_id, place.question_id, place.first_period)
                self._noted[at].append((place.lot, place.answer_id))
        self._written: dict[tuple[int, str], Counter[int]] = {}
        counted = [*tallies.written(work, consultation_ids, periods), *_noted(still_noted, periods)]
        for written in counted:
            question = self._written.setdefault((written.consultation_id, written.question_id), Counter())
            question[written.first_period] += written.number

    def on_question(self, consultation_id: int, question_id: str) -> Read:
        """The comments on one question to choose from."""
        written = +self._written.get((consultation_id, question_id), Counter())
        ids = [
            answer_id
            for period, most in evenly(written, MOST_READ).items()
            for answer_id in self._draw(Written(consultation_id, question_id, period, written[period]), most)
        ]
        return Read(tallies.comments(self._work, ids), written.total() - len(ids)) if ids else Read()

    def _draw(self, place: Written, most: int) -> list[int]:
        lots = {*tallies.drawn(self._work, place, self._until, most), *self._noted[place[:3]]}
        return [answer_id for _, answer_id in sorted(lots)[:most]]


def _noted(still_noted: Mapping[TallyKey, int], periods: Periods) -> list[Written]:
    return [
        Written(key.consultation_id, key.question_id, key.first_period, count)
        for key, count in still_noted.items()
        if key.figure is Figure.COMMENT and key.first_period >= periods.this_week and key.period < periods.end
    ]


def evenly(written: Mapping[int, int], most: int) -> Counter[int]:
    """How many comments to take of each period to have `most`, or all, spread over the periods as all of them are."""
    periods = sorted(written)
    ends = list(accumulate(written[period] for period in periods))
    total = ends[-1] if ends else 0
    if total <= most:
        return Counter(written)
    return Counter(periods[bisect_right(ends, place * total // most)] for place in range(most))
