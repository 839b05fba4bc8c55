"""What a check finds, by the part of the flow it stands in; the line is looked up by whoever read the file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.answers import Choice, Choices, Scale
from flows.document import Where
from flows.flow import Flow, Question


@dataclass(frozen=True)
class Finding:
    """One thing to mend in a flow: where, and a sentence that says what to do.

    `at_key` points at the key of that part (what is missing below it) rather than at its value.
    """

    where: Where
    sentence: str
    at_key: bool = False


def texts_by_language(flow: Flow) -> Iterator[tuple[Where, Mapping[str, str]]]:
    """Every sentence of the flow that a tenant reads, each in all its languages; labels are not among them."""
    yield from openings(flow)
    for index, question in enumerate(flow.questions):
        yield ("questions", index, "ask"), question.ask
        if question.again is not None:
            yield ("questions", index, "again"), question.again
    yield ("thanks",), flow.thanks


def openings(flow: Flow) -> Iterator[tuple[Where, Mapping[str, str]]]:
    """The first words, by SMS and where they differ by chat, in all their languages."""
    yield ("opening",), flow.opening
    if flow.chat_opening is not None:
        yield ("chat_opening",), flow.chat_opening


def labels_by_language(flow: Flow) -> Iterator[tuple[Where, Mapping[str, tuple[str, ...]]]]:
    """Every option's label (a tuple of one) and every scale's labels, each in all its languages."""
    for index, question in enumerate(flow.questions):
        yield from _labels(question, ("questions", index, "answer"))


def _labels(question: Question, where: Where) -> Iterator[tuple[Where, Mapping[str, tuple[str, ...]]]]:
    answer = question.answer
    if isinstance(answer, Choice | Choices):
        for index, option in enumerate(answer.options):
            labels = {language: (label,) for language, label in option.label.items()}
            yield (*where, "options", index, "label"), labels
    elif isinstance(answer, Scale) and answer.labels is not None:
        yield (*where, "labels"), answer.labels
