"""A tap on a ready answer: it says one thing, about the question it stands below, however old that is."""

from flows.flow import Question
from flows.taps import is_done, value_of
from flows.turn import Turn
from flows.understanding import Status, Understanding

RULE = "tapped"


def take_tap(turn: Turn, question: Question, choice: int) -> None:
    """Take one tap into a turn.

    Raises:
        ValueError: the question has no such choice.
    """
    is_open = question == turn.open_question()
    if is_done(question, choice):
        if is_open:
            _finish_choosing(turn, question)
        return
    known = turn.state.answers.get(question.id)
    value = value_of(question, choice, known)
    if value == known:
        return
    turn.record(question, Understanding(Status.UNDERSTOOD, value, None, None, (), RULE))
    if not is_open:
        turn.say("amended")
        turn.go_on_where_needed()
    elif isinstance(value, list):
        turn.say_picked(question, value)
    else:
        turn.go_on(question)


def _finish_choosing(turn: Turn, question: Question) -> None:
    if question.id in turn.state.answers:
        turn.go_on(question)
    else:
        turn.repeat(question)
