"""The outcome of reading a reply as the answer to a question."""

from dataclasses import dataclass
from enum import StrEnum

# Whether yes, a number, a scale step or count, an option's id, ids in the flow's order, an ISO date, or text.
Value = bool | int | float | str | list[str] | None


class Status(StrEnum):
    """What became of a reply. Only an understood one has a value."""

    UNDERSTOOD = "understood"
    UNCLEAR = "unclear"  # it says something of the kind that was asked, but not one thing: ask again
    NOT_UNDERSTOOD = "not_understood"  # nothing in it answers the question
    DECLINED = "declined"  # the tenant does not know or would rather not say
    COMMAND = "command"  # the message was only a command


@dataclass(frozen=True, slots=True)
class Reading:
    """How a reply was read: the status, the value if understood, what else was said, and the rule that fired."""

    status: Status
    rule: str
    value: Value = None
    comment: str | None = None


def unclear(rule: str) -> Reading:
    """A reading of a reply that could be taken in more than one way."""
    return Reading(Status.UNCLEAR, rule)


def not_understood(rule: str = "nothing_that_answers") -> Reading:
    """A reading of a reply that does not answer the question."""
    return Reading(Status.NOT_UNDERSTOOD, rule)
