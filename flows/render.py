"""What a tenant reads: texts filled in, with lettered options and numbered steps below the question."""

from collections.abc import Mapping

from flows.answers import LETTERS, Choice, Choices, Scale
from flows.flow import Flow, Question
from flows.placeholders import fill
from flows.system_texts import SystemTexts

Facts = Mapping[str, str]
"""What placeholders stand for: first_name, activity, landlord and phone."""


def render_opening(flow: Flow, language: str, facts: Facts, *, by_chat: bool = False) -> str:
    """The first message: who we are and how to stop, and the first question.

    `by_chat` takes the flow's own words for a chat, where it has some.

    Raises:
        KeyError: a text in this language, or a fact, is missing; so for all functions here.
    """
    texts = flow.chat_opening if by_chat and flow.chat_opening is not None else flow.opening
    opening = fill(texts[language], facts)
    return f"{opening}\n{render_question(flow.questions[0], language, facts)}"


def render_question(question: Question, language: str, facts: Facts) -> str:
    """The question with its options, one a line: "A I learned something", or "1 Not at all" for a scale."""
    return "\n".join((fill(question.ask[language], facts), *_choices_to_read(question, language)))


def render_again(question: Question, language: str, facts: Facts) -> str:
    """The question in the flow's other words for a second asking, with its options.

    Raises:
        KeyError: also when the flow has no other words for this question.
    """
    if question.again is None:
        raise KeyError(f"question {question.id} has no text for asking again")
    return "\n".join((fill(question.again[language], facts), *_choices_to_read(question, language)))


def render_reask(question: Question, texts: SystemTexts, language: str, facts: Facts) -> str:
    """What is said after an unclear reply: the flow's own words, or else a line that says how to reply."""
    if question.again is not None:
        return render_again(question, language, facts)
    hint = texts.text(language, f"hint_{question.answer.type}", _hint_facts(question))
    return texts.text(language, "reask", {**facts, "hint": hint})


def render_thanks(flow: Flow, language: str, facts: Facts) -> str:
    """The closing message."""
    return fill(flow.thanks[language], facts)


def _choices_to_read(question: Question, language: str) -> list[str]:
    answer = question.answer
    if isinstance(answer, Choice | Choices):
        labels = [option.label[language] for option in answer.options]
        return [f"{letter} {label}" for letter, label in zip(LETTERS, labels, strict=False)]
    if isinstance(answer, Scale) and answer.labels is not None:
        return [f"{step} {label}" for step, label in enumerate(answer.labels[language], start=answer.min)]
    return []


def _hint_facts(question: Question) -> Facts:
    """What a hint may name: the letters of the options, or the ends of the scale."""
    answer = question.answer
    if isinstance(answer, Choice | Choices):
        return {"letters": f"{LETTERS[0]}-{LETTERS[len(answer.options) - 1]}"}
    if isinstance(answer, Scale):
        return {"min": str(answer.min), "max": str(answer.max)}
    return {}
