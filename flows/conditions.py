"""Whether a question is asked, given the answers so far."""

from collections.abc import Mapping

from flows.flow import Condition, ConditionValue, Flow, Question
from flows.reading import Value


def applies(question: Question, answers: Mapping[str, Value]) -> bool:
    """Whether the question's condition holds; one without a condition always applies."""
    return question.when is None or holds(question.when, answers)


def holds(condition: Condition, answers: Mapping[str, Value]) -> bool:
    """Whether a condition holds. Of an unanswered question only `answered: false` does."""
    value = answers.get(condition.question)
    if condition.answered is not None:
        return (value is not None) == condition.answered
    if condition.is_ is not None:
        given = value if isinstance(value, list) else [value]
        return any(_same(accepted, one) for accepted in condition.accepted for one in given)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if condition.at_least is not None:
        return value >= condition.at_least
    return condition.at_most is not None and value <= condition.at_most


def next_question(flow: Flow, after: str, answers: Mapping[str, Value]) -> Question | None:
    """The first question below `after` that applies and has no answer yet (after a step back some have one)."""
    for question in flow.questions[_place(flow, after) + 1 :]:
        if question.id not in answers and applies(question, answers):
            return question
    return None


def previous_question(flow: Flow, before: str, answers: Mapping[str, Value]) -> Question | None:
    """The last question above `before` that applies, answered or not."""
    for question in reversed(flow.questions[: _place(flow, before)]):
        if applies(question, answers):
            return question
    return None


def last_answered(flow: Flow, before: str | None, answers: Mapping[str, Value]) -> Question | None:
    """The last question with an answer above `before`, or in the whole flow where `before` is None."""
    asked = flow.questions if before is None else flow.questions[: _place(flow, before)]
    for question in reversed(asked):
        if question.id in answers:
            return question
    return None


def _place(flow: Flow, question_id: str) -> int:
    return flow.questions.index(flow.question(question_id))


def _same(accepted: ConditionValue, given: ConditionValue | None) -> bool:
    # True equals 1 in Python; a step of a scale must not be taken for yes.
    return isinstance(accepted, bool) == isinstance(given, bool) and accepted == given
