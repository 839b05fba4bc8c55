"""A question answered by a day."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from flows.answers.calendar import IMPOSSIBLE, day_mentions
from flows.chunks import Reply
from flows.mentions import choose
from flows.reading import Reading, not_understood, unclear


class Date(BaseModel):
    """A day: `{type: date}`. The value is an ISO 8601 date (`2026-05-03`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["date"]


def read(answer: Date, reply: Reply) -> Reading:
    """Read a reply as a day, figures day first as they are written in Britain."""
    mentions = day_mentions(reply)
    if not mentions:
        numbers = any(reply.word(chunk)[:1].isdigit() for chunk in range(len(reply.chunks)))
        return unclear("no_whole_date") if numbers else not_understood()
    reading = choose(reply, mentions, lambda mention: True)
    return not_understood(IMPOSSIBLE) if reading.value == IMPOSSIBLE else reading
