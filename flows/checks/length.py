"""A flow is short: three questions, and messages of few segments."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Protocol

from flows.checks.finding import Finding
from flows.document import Where
from flows.flow import Flow
from flows.render import render_again, render_opening, render_question, render_thanks

MOST_QUESTIONS = 3
MOST_SEGMENTS: Mapping[str, int] = {"GSM-7": 3, "UCS-2": 6}
"""Segments of one message by its encoding; a UCS-2 segment holds under half as many characters as a GSM-7 one."""

LONGEST_FACTS: Mapping[str, str] = {
    "first_name": "Bartholomew-James",
    "activity": "the residents' healthy cooking afternoon",
    "landlord": "Derwent Living Homes Group",
    "phone": "01632 960 999",
}
"""Long but real-looking values, so that a message that fits with them fits for nearly everybody."""


class SegmentCount(Protocol):
    """How a channel counts a text; `sms.segments.SegmentCount` is one."""

    @property
    def encoding(self) -> str:
        """Either "GSM-7" or "UCS-2"."""

    @property
    def segments(self) -> int:
        """How many segments the text is billed as."""


CountSegments = Callable[[str], SegmentCount]


def too_many_questions(flow: Flow) -> Iterator[Finding]:
    """More than three questions without a reason: every one more loses tenants and costs them a text."""
    if len(flow.questions) > MOST_QUESTIONS and flow.many_questions_because is None:
        sentence = (
            f"this flow has {len(flow.questions)} questions and {MOST_QUESTIONS} are allowed: remove some, or say why "
            "it needs them in many_questions_because"
        )
        yield Finding(("questions",), sentence, at_key=True)


def too_many_segments(flow: Flow, count_segments: CountSegments) -> Iterator[Finding]:
    """A message that takes more segments than `MOST_SEGMENTS` once long names are filled in.

    A message that cannot be put together is passed over: the checks of languages and placeholders have named it.
    """
    for where, language, render in _messages(flow):
        try:
            message = render(language, LONGEST_FACTS)
        except KeyError:
            continue
        count = count_segments(message)
        most = MOST_SEGMENTS[count.encoding]
        if count.segments > most:
            sentence = (
                f"with long names this message takes {count.segments} segments in {count.encoding} and {most} are "
                "allowed: shorten it"
            )
            yield Finding((*where, language), sentence)


def _messages(flow: Flow) -> Iterator[tuple[Where, str, Callable[[str, Mapping[str, str]], str]]]:
    """Every message the flow sends: where its text stands, its language, and how it is put together."""
    for language in flow.languages:
        yield ("opening",), language, partial(render_opening, flow)
        for index, question in enumerate(flow.questions):
            # The first question goes out with the opening.
            if index > 0:
                yield ("questions", index, "ask"), language, partial(render_question, question)
            if question.again is not None:
                yield ("questions", index, "again"), language, partial(render_again, question)
        yield ("thanks",), language, partial(render_thanks, flow)
