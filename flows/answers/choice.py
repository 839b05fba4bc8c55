"""A question answered by exactly one of several options."""

from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from flows.answers.labels import shares_words
from flows.answers.option_reading import option_mentions, option_wordings
from flows.answers.options import LETTERS, Option, check_options
from flows.chunks import Reply
from flows.mentions import choose
from flows.reading import Reading, Status, not_understood, unclear


class Choice(BaseModel):
    """One of several options: `{type: choice, options: [{id: skill, label: {en: I learned something}}, …]}`.

    The value is the option's id.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=len(LETTERS))]

    @model_validator(mode="after")
    def _options_differ(self) -> Self:
        check_options(self.options)
        return self


def read(answer: Choice, reply: Reply) -> Reading:
    """Read a reply as one option: by its label, letter or place."""
    labels = option_wordings(answer.options, reply.languages)
    mentions = option_mentions(reply, labels)
    if not mentions:
        return unclear("part_of_a_label") if shares_words(reply, labels) else not_understood()
    reading = choose(reply, mentions, lambda mention: 0 <= int(mention.value) < len(labels))
    if reading.status is not Status.UNDERSTOOD or not isinstance(reading.value, int):
        return reading
    return replace(reading, value=answer.options[reading.value].id)
