"""How the answers to one question are spread, and whether that changed from one week to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flows.answers import Answer, Choice, Choices, Number, Scale, YesNo
from outcomes.statistics import SMALLEST_BASE, Interval, mean, mean_interval, wilson_interval

Counts = Mapping[Any, int]
"""How many gave each value, as `flows.understanding` gives values; several choices are a tuple."""

MOST_STEPS_SHOWN = 11
"""A scale from 0 to 10 is shown step by step; of a longer one only the steps somebody chose."""


@dataclass(frozen=True)
class Bar:
    """One possible answer and how many gave it."""

    label: str
    count: int


@dataclass(frozen=True)
class Distribution:
    """The answers understood: how many (`base`), how they are spread, and their mean where they are numbers.

    With `several` one person could give several of the answers, so the counts add up to more than the base.
    `steps` says that the bars are the bare numbers of a scale. The mean has a 95% interval from ten answers on.
    """

    base: int
    bars: tuple[Bar, ...] = ()
    several: bool = False
    steps: bool = False
    mean: float | None = None
    mean_interval: Interval | None = None


class Verdict(StrEnum):
    """What may be said about two weeks."""

    HIGHER = "higher"
    LOWER = "lower"
    NOT_CERTAIN = "not certain"
    TOO_FEW = "too few"


@dataclass(frozen=True)
class Estimate:
    """A share or a mean: `total` (how many, or the sum of the values) over `base`, with its 95% interval.

    There is no interval below ten answers.
    """

    total: float
    base: int
    interval: Interval | None


@dataclass(frozen=True)
class Change:
    """One figure in two weeks: the share who gave an answer, or the mean (`answer` is None)."""

    answer: str | None
    last_week: Estimate
    this_week: Estimate

    @property
    def verdict(self) -> Verdict:
        """A change is called one only when the two intervals do not overlap."""
        before, now = self.last_week.interval, self.this_week.interval
        if before is None or now is None:
            return Verdict.TOO_FEW
        if before.overlaps(now):
            return Verdict.NOT_CERTAIN
        return Verdict.HIGHER if now.low > before.high else Verdict.LOWER


def distribution(answer: Answer, values: Counts, language: str) -> Distribution:
    """Spread the understood values of one question over its possible answers.

    Args:
        answer: the question's answer type.
        values: how many gave each value.
        language: of the labels; another is taken where it has none.
    """
    numbers = values if isinstance(answer, Scale | Number) else {}
    return Distribution(
        base=sum(values.values()),
        bars=tuple(Bar(label, _count(values, wanted)) for wanted, label in _possible(answer, values, language)),
        several=isinstance(answer, Choices),
        steps=isinstance(answer, Scale) and answer.labels is None,
        mean=mean(numbers),
        mean_interval=mean_interval(numbers),
    )


def changes(answer: Answer, last_week: Counts, this_week: Counts, language: str) -> tuple[Change, ...]:
    """Compare the values of two weeks: the mean of numbers, the share of yes, the share of each option.

    Empty where one of the weeks has no values, or where nothing is counted (words, dates).
    """
    if not last_week or not this_week:
        return ()
    if isinstance(answer, Scale | Number):
        return (Change(None, _mean_estimate(last_week), _mean_estimate(this_week)),)
    if isinstance(answer, YesNo | Choice | Choices):
        possible = _possible(answer, {}, language)[: 1 if isinstance(answer, YesNo) else None]
        return tuple(
            Change(label, _share_estimate(last_week, wanted), _share_estimate(this_week, wanted))
            for wanted, label in possible
        )
    return ()


def in_language(texts: Any, language: str) -> Any:
    """The entry of a text (or list of labels) in `language`, else in the first language it has."""
    return texts.get(language) or next(iter(texts.values()))


def _possible(answer: Answer, values: Counts, language: str) -> list[tuple[Any, str]]:
    """Each possible value with its label, in the order it is shown."""
    if isinstance(answer, YesNo):
        return [(True, "Yes"), (False, "No")]
    if isinstance(answer, Choice | Choices):
        return [(option.id, in_language(option.label, language)) for option in answer.options]
    if isinstance(answer, Scale):
        return _steps(answer, values, language)
    return []


def _steps(scale: Scale, values: Counts, language: str) -> list[tuple[Any, str]]:
    steps = range(scale.min, scale.max + 1)
    labels = in_language(scale.labels, language) if scale.labels else [""] * len(steps)
    named = [(step, f"{step} {label}".strip()) for step, label in zip(steps, labels, strict=True)]
    return named if len(named) <= MOST_STEPS_SHOWN else [(step, name) for step, name in named if step in values]


def _count(values: Counts, wanted: Any) -> int:
    return sum(
        count for value, count in values.items() if (wanted in value if isinstance(value, tuple) else wanted == value)
    )


def _share_estimate(values: Counts, wanted: Any) -> Estimate:
    count, base = _count(values, wanted), sum(values.values())
    interval = wilson_interval(count, base) if base >= SMALLEST_BASE else None
    return Estimate(count, base, interval)


def _mean_estimate(values: Counts) -> Estimate:
    total = sum(value * count for value, count in values.items())
    return Estimate(total, sum(values.values()), mean_interval(values))
