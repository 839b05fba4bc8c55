"""How a reply is understood: alerts and commands first, then the answer to the question.

A value is stored only where the reply says one thing; what could be two things is `unclear` and is asked again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flows.alerts import Alert, alerts_in
from flows.answers import Answer, Choice, Choices, Scale, Text, read_answer, wordings_of
from flows.answers.labels import Wordings, option_for
from flows.chunks import Reply, chunk
from flows.commands import Command, command_in
from flows.declines import declined, only_declines
from flows.languages import known_languages
from flows.reading import Reading, Status, Value, not_understood, unclear
from flows.reply_text import ReplyText, folded_words, read_text
from flows.vocabulary import vocabulary

__all__ = ["Alert", "Command", "Status", "Understanding", "Value", "understand"]

TIME_ZONE = ZoneInfo("Europe/London")  # "today" is the tenant's day


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a reply means for the question it answers.

    `value` is null unless `status` is understood; `comment` is what the tenant wrote beside the answer; `command`
    may stand beside an answer ("8, please ring me"); `rule` names what decided.
    """

    status: Status
    value: Value
    comment: str | None
    command: Command | None
    alerts: tuple[Alert, ...]
    rule: str


def understand(answer: Answer, languages: Sequence[str], reply: str, received: datetime | None = None) -> Understanding:
    """Understand a reply as the answer to a question.

    Args:
        answer: what the question asks for.
        languages: codes of the languages that the tenant may reply in; English is always understood.
        reply: the text as received; the first 2,000 characters are read.
        received: when it arrived, for "yesterday"; without a time zone it counts as UTC.
    """
    codes = known_languages(languages)
    said = read_text(reply)
    alerts = alerts_in(said, codes)
    given = command_in(said, codes)
    labels = wordings_of(answer, codes)
    day = _day_of(received) if received else None

    def reading_of(text: ReplyText) -> Reading:
        return _read(answer, chunk(text, vocabulary(codes), codes, day, labels), labels)

    if given is None or (given.command is not Command.OPT_OUT and _is_a_label(said, labels)):
        return _result(reading_of(said), None, alerts)
    if given.command is Command.AMEND:
        amended = reading_of(_after(said, given.last))
        if amended.status is Status.UNDERSTOOD and (given.certain or not isinstance(answer, Text)):
            return _result(amended, given.command, alerts)
        if not given.certain:
            reading = reading_of(said)
            if isinstance(answer, Text) or reading.status is Status.UNDERSTOOD:
                return _result(reading, None, alerts)
    elif not given.alone and given.command is not Command.OPT_OUT:
        reading = reading_of(said)
        if reading.status is Status.UNDERSTOOD:
            return _result(reading, given.command, alerts)
    return _result(Reading(Status.COMMAND, f"command_{given.command}"), given.command, alerts)


def _day_of(received: datetime) -> date | None:
    """The tenant's day; None at the edges of the calendar, where the day of another time zone does not exist."""
    try:
        return received.replace(tzinfo=received.tzinfo or UTC).astimezone(TIME_ZONE).date()
    except OverflowError:
        return None


def _result(reading: Reading, command: Command | None, alerts: tuple[Alert, ...]) -> Understanding:
    return Understanding(reading.status, reading.value, reading.comment, command, alerts, reading.rule)


def _read(answer: Answer, reply: Reply, labels: Wordings) -> Reading:
    if not reply.chunks:
        return not_understood("empty")
    if isinstance(answer, Text):
        if only_declines(reply):
            return Reading(Status.DECLINED, "declined")
        return read_answer(answer, reply)
    kind = declined(reply)
    if kind is None or any(item.options for item in reply.chunks):
        return read_answer(answer, reply)
    option = option_for(kind, reply.languages, labels)
    if option is not None and only_declines(reply):
        return Reading(Status.UNDERSTOOD, f"label_says_{kind}", _value_of_option(answer, option))
    reading = read_answer(answer, reply)
    if reading.status is Status.NOT_UNDERSTOOD:
        return Reading(Status.DECLINED, kind.value)
    return unclear("declined_and_more") if reading.status is Status.UNDERSTOOD else reading


def _value_of_option(answer: Answer, option: int) -> Value:
    match answer:
        case Scale():
            return answer.min + option
        case Choice():
            return answer.options[option].id
        case Choices():
            return [answer.options[option].id]
        case _:
            return None


def _is_a_label(said: ReplyText, labels: Wordings) -> bool:
    """Whether the reply is one of the labels word for word, so that "Polish" can be an answer."""
    return any(said.words == folded_words(label) for option in labels for label in option)


def _after(said: ReplyText, first: int) -> ReplyText:
    """The reply from its word `first` on."""
    if first >= len(said.words):
        return read_text("")
    return ReplyText(
        said.text, said.words[first:], said.starts[first:], said.ends[first:], ("", *said.gaps[first + 1 :])
    )
