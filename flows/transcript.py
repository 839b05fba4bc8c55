"""A conversation as a page that a housing officer can read: who said what, and what was recorded of it."""

from collections.abc import Iterable

from flows.conversation import (
    AlertRaised,
    AnswerAmended,
    AnswerRecorded,
    Ended,
    Event,
    LanguageChanged,
    NeedsPerson,
    OptedIn,
    OptedOut,
    Say,
)
from flows.understanding import Status, Understanding, Value

SPEAKER = "sowhat"


def transcript_lines(events: Iterable[Event]) -> list[str]:
    """What happened in a step, a line each: "sowhat: …" for what is said, brackets for what is recorded."""
    return [_line(event) for event in events]


def spoken(speaker: str, text: str) -> str:
    """What somebody said; lines after the first are set in by two spaces."""
    return f"{speaker}: " + text.replace("\n", "\n  ")


def _line(event: Event) -> str:
    match event:
        case Say(text=text):
            return spoken(SPEAKER, text)
        case AnswerRecorded(question_id, _, understanding):
            return f"[recorded {question_id} {_reading(understanding)}]"
        case AnswerAmended(question_id, _, understanding):
            return f"[changed {question_id} to {_reading(understanding)}]"
        case NeedsPerson(reason):
            return f"[needs a person: {reason}]"
        case AlertRaised(alert):
            return f"[alert {alert}]"
        case LanguageChanged(language):
            return f"[language changed to {language}]"
        case OptedOut():
            return "[opted out]"
        case OptedIn():
            return "[opted in]"
        case Ended(progress):
            return f"[ended {progress}]"


def _reading(understanding: Understanding) -> str:
    if understanding.status is not Status.UNDERSTOOD:
        return f"as {understanding.status}".replace("_", " ")
    value = f"= {_value(understanding.value)}"
    return f"{value}, comment “{understanding.comment}”" if understanding.comment else value


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " + ".join(value)
    is_id = not isinstance(value, str) or (value.isascii() and " " not in value)
    return str(value) if is_id else f"“{value}”"
