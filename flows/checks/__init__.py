"""What is demanded of a flow beyond its structure: each check is one function, all of them in `CHECKS`."""

from collections.abc import Callable, Iterator

from flows.checks.characters import control_characters
from flows.checks.conditions import conditions_on_earlier_questions, unreachable_questions
from flows.checks.finding import Finding
from flows.checks.languages import missing_languages, unlisted_languages
from flows.checks.length import too_many_questions
from flows.checks.placeholders import stray_braces, unknown_placeholders
from flows.checks.questions import duplicate_questions, opening_introduces_us
from flows.checks.settings import reminder_after_expiry, reviewed_by_nobody
from flows.checks.words import command_words_in_labels, command_words_in_texts
from flows.flow import Flow

Check = Callable[[Flow], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    duplicate_questions,
    missing_languages,
    unlisted_languages,
    unknown_placeholders,
    stray_braces,
    opening_introduces_us,
    conditions_on_earlier_questions,
    unreachable_questions,
    command_words_in_labels,
    command_words_in_texts,
    too_many_questions,
    reviewed_by_nobody,
    reminder_after_expiry,
    control_characters,
)
"""Every check of a flow's content, in the order in which they are run.

How long messages are is checked by `flows.checks.length.too_many_segments`, which needs to be told how a channel
counts.
"""

__all__ = ["CHECKS", "Check", "Finding"]
