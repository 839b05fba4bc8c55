"""A question answered in the tenant's own words."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from flows.chunks import Reply
from flows.reading import Reading, Status, not_understood


class Text(BaseModel):
    """Free words: `{type: text}`. The value is the reply, without spaces around it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["text"]


def read(answer: Text, reply: Reply) -> Reading:
    """Take any words as they are; marks without a word, number or emoji say nothing."""
    if not reply.chunks:
        return not_understood("empty")
    return Reading(Status.UNDERSTOOD, "words", reply.said.text)
