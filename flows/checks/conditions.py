"""A question with a condition can be reached: it looks back, and what it waits for can be answered."""

from collections.abc import Iterator

from flows.answers import Answer, Choice, Choices, Number, Scale, YesNo
from flows.checks.finding import Finding
from flows.document import Where
from flows.flow import Condition, ConditionValue, Flow
from flows.model_faults import closest


def conditions_on_earlier_questions(flow: Flow) -> Iterator[Finding]:
    """A condition names a question that is asked before, or it could never be decided."""
    ids = [question.id for question in flow.questions]
    for index, question in enumerate(flow.questions):
        if question.when is None or question.when.question in ids[:index]:
            continue
        name = question.when.question
        if name in ids:
            sentence = f"'{name}' is asked later, not before: move this question below it"
        else:
            sentence = f"there is no question '{name}'{closest(name, ids[:index])}: name an earlier one"
        yield Finding(("questions", index, "when", "question"), sentence)


def unreachable_questions(flow: Flow) -> Iterator[Finding]:
    """A condition that no answer can meet, so that the question would never be asked."""
    earlier: dict[str, Answer] = {}
    for index, question in enumerate(flow.questions):
        if question.when is not None and question.when.question in earlier:
            answer = earlier[question.when.question]
            yield from _impossible(question.when, answer, ("questions", index, "when"))
        earlier.setdefault(question.id, question.answer)


def _impossible(condition: Condition, answer: Answer, where: Where) -> Iterator[Finding]:
    never = "so this question would never be asked"
    if condition.is_ == ():
        yield Finding((*where, "is"), f"this list is empty, {never}: list at least one answer")
    for value in condition.accepted:
        if not _can_be(answer, value):
            shown = str(value).lower() if isinstance(value, bool) else value
            sentence = f"'{condition.question}' is never '{shown}', {never} for it: {_what_it_can_be(answer)}"
            yield Finding((*where, "is"), sentence)
    if condition.at_least is None and condition.at_most is None:
        return
    key = "at_least" if condition.at_least is not None else "at_most"
    if not isinstance(answer, Scale | Number):
        sentence = f"'{condition.question}' is not answered by a number, {never}: {_what_it_can_be(answer)}"
        yield Finding((*where, key), sentence)
    elif _out_of_reach(condition, answer):
        sentence = f"no answer to '{condition.question}' is {key.replace('_', ' ')} this, {never}: "
        yield Finding((*where, key), sentence + _what_it_can_be(answer))


def _can_be(answer: Answer, value: ConditionValue) -> bool:
    """Whether a reply to a question of this type can be understood as `value`."""
    if isinstance(answer, YesNo):
        return isinstance(value, bool)
    if isinstance(answer, Choice | Choices):
        return value in [option.id for option in answer.options]
    if isinstance(value, bool | str) or not isinstance(answer, Scale | Number):
        return False
    if isinstance(answer, Scale) and value != int(value):
        return False
    return (answer.min is None or value >= answer.min) and (answer.max is None or value <= answer.max)


def _out_of_reach(condition: Condition, answer: Scale | Number) -> bool:
    if condition.at_least is not None:
        return answer.max is not None and condition.at_least > answer.max
    return condition.at_most is not None and answer.min is not None and condition.at_most < answer.min


def _what_it_can_be(answer: Answer) -> str:
    """What to write instead, by the type of the earlier question."""
    if isinstance(answer, YesNo):
        return "write true or false"
    if isinstance(answer, Choice | Choices):
        return f"write one of {', '.join(option.id for option in answer.options)}"
    if isinstance(answer, Scale):
        return f"write a whole number from {answer.min} to {answer.max}"
    if isinstance(answer, Number):
        return "write a number within its min and max"
    return "write answered: true or answered: false"
