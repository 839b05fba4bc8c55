"""A question answered by a whole number on a scale, with or without a label for each step."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from flows.answers.labels import Wordings, label_mentions, mistyped_label, shares_words, wordings
from flows.answers.numerals import PROBLEMS, numeral
from flows.answers.options import LABEL
from flows.chunks import Reply
from flows.mentions import Mention, choose
from flows.quantities import Kind, Quantity, find_quantities
from flows.reading import Reading, Status, not_understood, unclear

LONGEST_SCALE = 101  # 0 to 100
_STARS = 5  # "4 stars" is 4 of 5, whatever else a scale goes to


class Scale(BaseModel):
    """A whole number from `min` to `max`; `labels`, where there are any, run from the lowest step up.

    `{type: scale, min: 1, max: 5, labels: {en: [Very dissatisfied, …, Very satisfied]}}`.
    The value is an integer from `min` to `max`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["scale"]
    min: int
    max: int
    labels: Mapping[str, Annotated[tuple[LABEL, ...], Field(min_length=1)]] | None = None

    @model_validator(mode="after")
    def _steps_make_sense(self) -> Self:
        steps = self.max - self.min + 1
        if steps < 2:
            raise ValueError(f"max ({self.max}) must be greater than min ({self.min})")
        if steps > LONGEST_SCALE:
            raise ValueError(f"a scale has at most {LONGEST_SCALE} steps: use the answer type number")
        for language, labels in (self.labels or {}).items():
            if len(labels) != steps:
                raise ValueError(
                    f"labels for '{language}' has {len(labels)} entries: "
                    f"write {steps}, one for each step from {self.min} to {self.max}, lowest first"
                )
            if len({label.casefold() for label in labels}) != steps:
                raise ValueError(f"labels for '{language}' repeat a word: every step needs its own label")
        return self


def read(answer: Scale, reply: Reply) -> Reading:
    """Read a reply as a step, by its number or its label; a number off the scale is never moved onto it."""
    labels = scale_wordings(answer, reply.languages)
    mentions = [_numeral(answer, reply, quantity) for quantity in find_quantities(reply)]
    mentions += [replace(mention, value=answer.min + int(mention.value)) for mention in label_mentions(reply)]
    if mentions:
        return choose(reply, mentions, lambda mention: _is_step(answer, mention))
    step = mistyped_label(reply, labels)
    if step is not None:
        return Reading(Status.UNDERSTOOD, "label_with_typing_error", answer.min + step)
    return unclear("part_of_a_label") if shares_words(reply, labels) else not_understood()


def scale_wordings(answer: Scale, languages: Sequence[str]) -> Wordings:
    """The labels of the steps, lowest first; none where the scale has only numbers."""
    if not answer.labels:
        return []
    steps = [
        {code: labels[step] for code, labels in answer.labels.items()} for step in range(answer.max - answer.min + 1)
    ]
    return wordings(steps, languages)


def _is_step(answer: Scale, mention: Mention) -> bool:
    return isinstance(mention.value, int) and answer.min <= mention.value <= answer.max


def _numeral(answer: Scale, reply: Reply, quantity: Quantity) -> Mention:
    on_this_scale = (
        quantity.kind in {Kind.PLAIN, Kind.ALONE}
        or (quantity.kind is Kind.OUT_OF and quantity.base == answer.max)
        or (quantity.kind is Kind.STARS and answer.max == _STARS and quantity.base in {None, _STARS})
        or (quantity.kind is Kind.PERCENT and (answer.min, answer.max) == (0, 100))
    )
    problem = None if on_this_scale else PROBLEMS.get(quantity.kind)
    says_itself = on_this_scale and quantity.kind in {Kind.OUT_OF, Kind.STARS, Kind.PERCENT}
    return numeral(reply, quantity, problem=problem, says_itself=says_itself)
