"""Answer types: one file each, with the model that a flow file writes and its reading of a reply."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from flows.answers import choice, choices, date, number, scale, text, yes_no
from flows.answers.choice import Choice
from flows.answers.choices import Choices
from flows.answers.date import Date
from flows.answers.labels import Wordings
from flows.answers.number import Number
from flows.answers.option_reading import option_wordings
from flows.answers.options import LETTERS, Option
from flows.answers.scale import Scale, scale_wordings
from flows.answers.text import Text
from flows.answers.yes_no import YesNo
from flows.chunks import Reply
from flows.reading import Reading

Answer = Annotated[
    YesNo | Choice | Choices | Scale | Number | Date | Text,
    Field(discriminator="type"),
]

# How each answer type reads a reply. A test demands examples for every type listed here.
READERS: Mapping[str, Callable[[Any, Reply], Reading]] = {
    "yes_no": yes_no.read,
    "choice": choice.read,
    "choices": choices.read,
    "scale": scale.read,
    "number": number.read,
    "date": date.read,
    "text": text.read,
}


def read_answer(answer: Answer, reply: Reply) -> Reading:
    """Read a reply as an answer of this type; commands and declines have been seen to."""
    return READERS[answer.type](answer, reply)


def wordings_of(answer: Answer, languages: Sequence[str]) -> Wordings:
    """The labels of an answer's options or steps in these languages; none where it has no labels."""
    if isinstance(answer, Choice | Choices):
        return option_wordings(answer.options, languages)
    return scale_wordings(answer, languages) if isinstance(answer, Scale) else []


__all__ = [
    "LETTERS",
    "READERS",
    "Answer",
    "Choice",
    "Choices",
    "Date",
    "Number",
    "Option",
    "Scale",
    "Text",
    "YesNo",
    "read_answer",
    "wordings_of",
]
