"""Questions can be told apart, and the first message says who is asking."""

from collections.abc import Iterator

from flows.checks.finding import Finding, openings
from flows.flow import Flow
from flows.placeholders import placeholders


def duplicate_questions(flow: Flow) -> Iterator[Finding]:
    """Two questions with one id: their answers could not be told apart."""
    seen: set[str] = set()
    for index, question in enumerate(flow.questions):
        if question.id in seen:
            yield Finding(
                ("questions", index, "id"),
                f"the question id '{question.id}' is already used above: give this question another id",
            )
        seen.add(question.id)


def opening_introduces_us(flow: Flow) -> Iterator[Finding]:
    """The first text names the landlord and says how to stop.

    Source: the Privacy and Electronic Communications Regulations 2003, regulation 23: marketing by text does not
    conceal who sends it and gives a way to opt out. We hold surveys to the same.
    STOP stands in capitals in every language, since it is the word that the phone network itself obeys.
    """
    for where, texts in openings(flow):
        for language, text in texts.items():
            if "landlord" not in placeholders(text):
                yield Finding((*where, language), "the opening does not say who is asking: name {landlord} in it")
            if "STOP" not in text:
                sentence = "the opening does not say how to stop: add words such as Reply STOP to opt out"
                yield Finding((*where, language), sentence)
