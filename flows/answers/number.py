"""A question answered by a number: how many, how often, how much."""

from dataclasses import replace
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from flows.answers.numerals import PROBLEMS, numeral
from flows.chunks import Reply
from flows.mentions import Mention, Role, choose
from flows.quantities import Kind, Quantity, find_quantities
from flows.reading import Reading, not_understood
from flows.vocabulary import Meaning


class Number(BaseModel):
    """A number, within `min` and `max` where they are given: `{type: number, min: 0, max: 99}`.

    The value is an integer, or a float where the tenant wrote a fraction.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["number"]
    min: int | None = None
    max: int | None = None

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min ({self.min}) must not be greater than max ({self.max})")
        return self


def read(answer: Number, reply: Reply) -> Reading:
    """Read a reply as a number. An amount of money counts, since a question may ask for pounds."""
    mentions = [_numeral(reply, quantity) for quantity in find_quantities(reply)]
    if mentions:
        return choose(reply, mentions, lambda mention: _is_within(answer, mention))
    bare = reply.bare
    if bare and all(reply.means(chunk, Meaning.NONE, Meaning.SMALL_WORD) for chunk in bare):
        if not any(reply.means(chunk, Meaning.NONE) for chunk in bare):
            return not_understood()
        none = Mention(0, bare[0], bare[-1] + 1, Role.ANSWER, "none")
        return choose(reply, [none], lambda mention: _is_within(answer, mention))
    return not_understood()


def _is_within(answer: Number, mention: Mention) -> bool:
    value = mention.value
    if isinstance(value, str):
        return False
    return (answer.min is None or value >= answer.min) and (answer.max is None or value <= answer.max)


def _numeral(reply: Reply, quantity: Quantity) -> Mention:
    if quantity.kind is Kind.MONEY:
        quantity = replace(quantity, kind=Kind.PLAIN)
    if reply.means(quantity.last, Meaning.COUNTED):
        quantity = replace(quantity, last=quantity.last + 1)
    problem = PROBLEMS.get(quantity.kind)
    if quantity.kind is Kind.HALF and quantity.value != 0.5:
        problem = None
    return numeral(reply, quantity, problem=problem)
