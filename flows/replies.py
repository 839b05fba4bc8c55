"""What a reply leads to: alerts first, then STOP, other commands, and the answer to the open question."""

from collections.abc import Collection
from dataclasses import replace

from flows.alerts import find_alerts
from flows.answers import Text
from flows.commands import Command, find_command, requested_language
from flows.conditions import last_answered, previous_question
from flows.conversation import LanguageChanged, OptedIn, OptedOut, Progress, Reason, Reply
from flows.flow import Question
from flows.tapping import take_tap
from flows.translations import FALLBACK_LANGUAGE
from flows.turn import Turn
from flows.understanding import Status, Understanding, understand


def take_reply(turn: Turn, reply: Reply, fit: Collection[str]) -> None:
    """Take one reply into a turn; `fit` are the languages that may be switched to."""
    turn.begin()
    asked_about = _asked_about(turn, reply)
    if reply.choice is not None and asked_about is not None:
        take_tap(turn, asked_about, reply.choice)
        return
    reading = _read(turn, asked_about, reply)
    for alert in reading.alerts:
        turn.raise_alert(alert)
    if reading.command is Command.OPT_OUT:
        _opt_out(turn)
        return
    for alert in reading.alerts:
        turn.say_safety(alert)
    _follow(turn, asked_about, reading, reply, fit)


def _asked_about(turn: Turn, reply: Reply) -> Question | None:
    """The question that the tenant pointed at, or else the open one."""
    return turn.open_question() if reply.question_id is None else turn.flow.question(reply.question_id)


def _read(turn: Turn, question: Question | None, reply: Reply) -> Understanding:
    """Read a reply to `question`, or only for alerts and commands where no question is open."""
    languages = tuple(dict.fromkeys((turn.state.language, FALLBACK_LANGUAGE)))
    if question is not None:
        return understand(question.answer, languages, reply.text, reply.received)
    command = find_command(reply.text, languages)
    alerts = find_alerts(reply.text, languages)
    return Understanding(Status.NOT_UNDERSTOOD, None, None, command, alerts, "no_question_open")


def _follow(
    turn: Turn, asked_about: Question | None, reading: Understanding, reply: Reply, fit: Collection[str]
) -> None:
    """Do what the reply asks for, then take in its answer where it has one."""
    is_to_open_question = asked_about is turn.open_question()
    if reading.command is Command.AMEND and is_to_open_question and _amend(turn, reading, reply):
        return
    match reading.command:
        case Command.BACK if is_to_open_question:
            _go_back(turn)
            return
        case Command.BACK:
            turn.needs_person(Reason.AMEND)
            return
        case Command.WRONG_PERSON:
            turn.say("wrong_person")
            turn.needs_person(Reason.WRONG_PERSON)
            turn.end(Progress.UNREACHABLE)
            return
        case Command.CALL_ME | Command.DATA_REQUEST | Command.DELETE_REQUEST as command:
            turn.say(command)
            turn.needs_person(Reason(command))
        case Command.HELP:
            turn.say("help")
        case Command.OPT_IN:
            turn.note(OptedIn())
            turn.say("start_confirmation")
        case Command.LANGUAGE:
            _change_language(turn, reading, reply, fit)
        case Command.SKIP if reading.status is Status.COMMAND:
            reading = replace(reading, status=Status.DECLINED, value=None)
    if asked_about is None or is_to_open_question:
        _answer(turn, reading)
    else:
        _correct(turn, asked_about, reading)


def _answer(turn: Turn, reading: Understanding) -> None:
    question = turn.open_question()
    if question is None:
        if reading.command is None and not reading.alerts:
            turn.needs_person(Reason.AFTER_THE_END)
    elif turn.state.asked == 0:
        # It was held back, so this reply cannot be to it.
        if reading.status is not Status.COMMAND:
            turn.put(question)
    elif reading.status in (Status.UNDERSTOOD, Status.DECLINED):
        turn.record(question, reading)
        turn.go_on(question)
    elif reading.status is not Status.COMMAND and not reading.alerts:
        # What only reports a hazard is no failed answer: nobody is told then that we did not follow.
        _unclear(turn, question, reading)


def _unclear(turn: Turn, question: Question, reading: Understanding) -> None:
    """Ask again as often as the flow allows, then pass the reply to a person and go on."""
    if turn.state.asked <= turn.flow.reasks:
        turn.ask_again(question)
        return
    # After a step back, an earlier answer that was clear is worth more than a new one that is not.
    if question.id not in turn.state.answers:
        turn.record(question, reading)
    turn.needs_person(Reason.UNCLEAR)
    turn.go_on(question)


def _opt_out(turn: Turn) -> None:
    """STOP wins over everything else in the reply, and is confirmed once."""
    turn.note(OptedOut())
    if turn.state.progress is not Progress.REFUSED:
        turn.say_safety("stop_confirmation")
    turn.end(Progress.REFUSED)


def _go_back(turn: Turn) -> None:
    """Put the question before the open one again; the first one is repeated."""
    question = turn.open_question()
    if question is None:
        turn.needs_person(Reason.AFTER_THE_END)
        return
    turn.put(previous_question(turn.flow, question.id, turn.state.answers) or question)


def _change_language(turn: Turn, reading: Understanding, reply: Reply, fit: Collection[str]) -> None:
    """Go on in the language asked for, with the open question in it; a language we cannot send needs a person."""
    wanted = requested_language(reply.text)
    if wanted is None or wanted not in fit:
        turn.say("language_unknown")
        turn.needs_person(Reason.LANGUAGE)
        return
    turn.note(LanguageChanged(wanted))
    turn.change_language(wanted)
    question = turn.open_question()
    if question is None or reading.status is not Status.COMMAND:
        return
    if turn.state.asked == 0:
        turn.put(question)
    else:
        turn.repeat(question)


def _correct(turn: Turn, question: Question, reading: Understanding) -> None:
    """Take in a reply that the tenant has edited after the conversation went on."""
    if reading.status is Status.COMMAND:
        return
    if reading.status not in (Status.UNDERSTOOD, Status.DECLINED):
        if not reading.alerts:
            turn.needs_person(Reason.AMEND)
        return
    is_news = turn.state.answers.get(question.id) != reading.value
    turn.record(question, reading)
    if is_news:
        turn.say("amended")
        turn.go_on_where_needed()


def _amend(turn: Turn, reading: Understanding, reply: Reply) -> bool:
    """Correct the last answer from the same text, as in "sorry, meant 8".

    Returns:
        False where the text is rather an answer to the open question.
    """
    last = last_answered(turn.flow, turn.state.question_id, turn.state.answers)
    if last is not None and not _is_for_open_question(turn, last, reading):
        corrected = _read(turn, last, reply)
        if corrected.status is Status.UNDERSTOOD:
            turn.record(last, corrected)
            turn.say("amended")
            turn.go_on_where_needed()
            return True
    if reading.status is Status.UNDERSTOOD:
        return False
    turn.needs_person(Reason.AMEND)
    return True


def _is_for_open_question(turn: Turn, last: Question, reading: Understanding) -> bool:
    """Whether a correction is meant for the open question and not for the last answer.

    It is when the open question was just asked again. And any words at all could correct a text, so where the open
    question can take them, they are for that one.
    """
    return turn.state.asked > 1 or (isinstance(last.answer, Text) and reading.status is Status.UNDERSTOOD)
