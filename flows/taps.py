"""Ready answers that a chat shows below a question, and what a tap on one says."""

from flows.answers import Choice, Choices, Scale, YesNo
from flows.conversation import Tap
from flows.flow import Question
from flows.reading import Value
from flows.system_texts import SystemTexts

MOST_TAPS = 30
"""A longer list is quicker typed than scrolled through."""


def taps_for(question: Question, texts: SystemTexts, language: str) -> tuple[Tap, ...]:
    """The ready answers to a question, in the order they are shown; none where it is answered in words.

    Raises:
        KeyError: a text in this language is missing.
    """
    labels = _labels(question, texts, language)
    return tuple(Tap(label, choice) for choice, label in enumerate(labels)) if len(labels) <= MOST_TAPS else ()


def _labels(question: Question, texts: SystemTexts, language: str) -> list[str]:
    match question.answer:
        case YesNo():
            return [texts.text(language, key, {}) for key in ("button_yes", "button_no")]
        case Choice(options=options):
            return [option.label[language] for option in options]
        case Choices(options=options):
            return [*(option.label[language] for option in options), texts.text(language, "button_done", {})]
        case Scale(labels=None) as scale:
            return [str(step) for step in range(scale.min, scale.max + 1)]
        case Scale(labels=dict() as labels) as scale:
            return [f"{step} {label}" for step, label in enumerate(labels[language], start=scale.min)]
        case _:
            return []


def is_done(question: Question, choice: int) -> bool:
    """Whether the tap says that no more options are to come."""
    return isinstance(question.answer, Choices) and choice == len(question.answer.options)


def value_of(question: Question, choice: int, known: Value) -> Value:
    """What the answer is once this choice has been tapped; `known` is the answer so far.

    Of several options each tap adds one. Tapped again, it is there already: thumbs tap twice.

    Raises:
        ValueError: the question has no such choice.
    """
    match question.answer:
        case YesNo() if choice in (0, 1):
            return choice == 0
        case Choice(options=options) if 0 <= choice < len(options):
            return options[choice].id
        case Choices(options=options) if 0 <= choice < len(options):
            before = known if isinstance(known, list) else []
            tapped = options[choice].id
            return [option.id for option in options if option.id in before or option.id == tapped]
        case Scale() as scale if 0 <= choice <= scale.max - scale.min:
            return scale.min + choice
    raise ValueError(f"question {question.id} has no choice {choice}")


def chosen_labels(question: Question, value: Value, language: str) -> str:
    """What the options chosen say, as in "I met people; I had a say"."""
    assert isinstance(question.answer, Choices)
    assert isinstance(value, list)
    return "; ".join(option.label[language] for option in question.answer.options if option.id in value)
