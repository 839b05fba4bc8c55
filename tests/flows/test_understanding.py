"""How replies are understood, over the whole corpus and for any text whatever."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.alerts import Alert
from flows.answers import READERS, Answer, Choice, Choices, Date, Number, Scale, Text, YesNo
from flows.commands import Command
from flows.languages import language_codes
from flows.reply_text import LONGEST_READ
from flows.understanding import Status, understand
from tests.flows.labelled_replies import RECEIVED, LabelledReply, labelled_replies

CORPUS = list(labelled_replies())
OPTIONS = [
    {"id": "skill", "label": {"en": "I learned something", "pl": "Nauczyłem się czegoś"}},
    {"id": "friends", "label": {"en": "I met people", "pl": "Poznałem ludzi"}},
    {"id": "unsure", "label": {"en": "Don't know", "pl": "Nie wiem"}},
]
TEN = Scale(type="scale", min=0, max=10)
ANSWERS: list[Answer] = [
    YesNo(type="yes_no"),
    Choice.model_validate({"type": "choice", "options": OPTIONS}),
    Choices.model_validate({"type": "choices", "options": OPTIONS}),
    TEN,
    Scale.model_validate({"type": "scale", "min": 1, "max": 3, "labels": {"en": ["Poor", "Good", "Excellent"]}}),
    Number(type="number", min=0, max=99),
    Date(type="date"),
    Text(type="text"),
]
FRAGMENTS = st.sampled_from(
    [
        "7",
        "8",
        "10",
        "11",
        "7.5",
        "07700",
        "900123",
        "/",
        "-",
        ",",
        ".",
        "?",
        "!",
        "+",
        "%",
        "£",
        "⭐",
        "★",
        "☆",
        "👍",
        "👎",
        "7️⃣",
        "½",
        "८",
        "۷",
        "八",
        "十",
        "yes",
        "no",
        "not",
        "A",
        "b",
        "option",
        "and",
        "or",
        "to",
        "between",
        "half",
        "today",
        "3 May",
        "31/2/26",
        "STOP",
        "stop",
        "help",
        "don't know",
        "I would say",
        "would have been",
        "mould",
        "gas",
        "die",
        "people",
        "x\x00",
        "\ud800",
        "3/5/26",
        "all of them",
        "I met people",
        "very",
        "2026-05-03",
        "point",
        "\u200e",
    ]
)
ANY_TEXT = st.one_of(st.text(alphabet=st.characters(), max_size=200), st.lists(FRAGMENTS, max_size=12).map(" ".join))


@pytest.mark.parametrize("labelled", CORPUS, ids=str)
def test_each_labelled_reply_means_what_a_careful_person_says(labelled: LabelledReply) -> None:
    outcome = understand(labelled.answer, labelled.languages, labelled.reply, RECEIVED)
    assert (outcome.status, outcome.value) == (labelled.status, labelled.value)
    assert type(outcome.value) is type(labelled.value)


@pytest.mark.parametrize(("code", "answer_type"), list(product(language_codes(), READERS)))
def test_every_language_has_labelled_replies_for_every_answer_type(code: str, answer_type: str) -> None:
    assert any(labelled.languages[0] == code and labelled.answer.type == answer_type for labelled in CORPUS)


@pytest.mark.parametrize("languages", [(), ("pl",), ("ur", "en"), ("so",), ("zh",), ("xx",)])
def test_english_is_understood_beside_every_language(languages: tuple[str, ...]) -> None:
    assert understand(YesNo(type="yes_no"), languages, "yes please").value is True
    assert understand(TEN, languages, "eight out of ten").value == 8


@pytest.mark.parametrize(
    ("reply", "value", "comment"),
    [
        ("8, would have been 10 but no parking", 8, "would have been 10 but no parking"),
        ("7 but theres mould in my sons room", 7, "but theres mould in my sons room"),
        ("2 kids, I would say 9", 9, "2 kids"),
        ("7 it was lovely", 7, "it was lovely"),
        ("Great day out, 9 from me, well done Ann", 9, "Great day out, 9 from me, well done Ann"),
        ("7/10 ta", 7, None),
        ("I'd give it a solid 8 xx", 8, None),
        ("9 😊", 9, None),
        ("8\nSent from my iPhone", 8, None),
    ],
)
def test_what_is_said_beside_the_answer_is_kept_as_a_comment(reply: str, value: int, comment: str | None) -> None:
    outcome = understand(TEN, ["en"], reply)
    assert (outcome.value, outcome.comment) == (value, comment)


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        ("7", "number"),
        ("seven", "number_word"),
        ("7/10", "out_of"),
        ("11", "out_of_range"),
        ("7.5", "half"),
        ("8/5", "another_scale"),
        ("80%", "percentage"),
        ("not 7", "negated"),
        ("less than 5", "not_exactly"),
        ("3 hours late", "means_something_else"),
        ("7, 8", "two_answers"),
        ("5 for the food", "answers_a_part"),
        ("flat 7", "not_clearly_the_answer"),
        ("dunno", "dont_know"),
        ("stop", "command_opt_out"),
        ("!", "empty"),
    ],
)
def test_every_outcome_names_the_rule_that_decided(reply: str, rule: str) -> None:
    assert understand(TEN, ["en"], reply).rule == rule


def test_an_alert_stands_beside_an_answer_and_beside_a_stop() -> None:
    answered = understand(TEN, ["en"], "7 but theres mould in my sons room")
    stopped = understand(TEN, ["en"], "stop texting me and fix the gas leak")
    assert (answered.status, answered.alerts) == (Status.UNDERSTOOD, (Alert.DAMP_MOULD,))
    assert (stopped.command, stopped.alerts) == (Command.OPT_OUT, (Alert.EMERGENCY_HAZARD,))


def test_opting_out_wins_over_an_answer_in_the_same_message() -> None:
    outcome = understand(TEN, ["en"], "8. Please stop texting me")
    assert (outcome.status, outcome.command, outcome.value) == (Status.COMMAND, Command.OPT_OUT, None)


def test_a_request_for_a_call_does_not_lose_the_answer_beside_it() -> None:
    outcome = understand(TEN, ["en"], "8 please ring me about my boiler")
    assert (outcome.status, outcome.value, outcome.command) == (Status.UNDERSTOOD, 8, Command.CALL_ME)


@pytest.mark.parametrize(("reply", "value"), [("sorry, meant 8", 8), ("I meant 4 not 5", 4), ("oops meant 7", 7)])
def test_an_amendment_carries_the_new_value(reply: str, value: int) -> None:
    outcome = understand(TEN, ["en"], reply)
    assert (outcome.status, outcome.value, outcome.command) == (Status.UNDERSTOOD, value, Command.AMEND)


def test_an_amendment_of_another_answer_is_a_command() -> None:
    outcome = understand(YesNo(type="yes_no"), ["en"], "sorry, meant 8")
    assert (outcome.status, outcome.command) == (Status.COMMAND, Command.AMEND)


def test_words_about_meaning_something_are_no_amendment_of_free_text() -> None:
    outcome = understand(Text(type="text"), ["en"], "It meant a lot to me")
    assert (outcome.status, outcome.value, outcome.command) == (Status.UNDERSTOOD, "It meant a lot to me", None)


def test_today_is_the_day_in_london_when_the_reply_arrived() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight, British Summer Time
    assert understand(Date(type="date"), ["en"], "today", late).value == "2026-07-01"


def test_a_day_without_a_known_today_is_unclear() -> None:
    assert understand(Date(type="date"), ["en"], "yesterday").status is Status.UNCLEAR


def test_only_the_beginning_of_a_very_long_reply_is_read() -> None:
    outcome = understand(Text(type="text"), ["en"], "a" * (LONGEST_READ * 5))
    assert outcome.value == "a" * LONGEST_READ


@given(reply=ANY_TEXT, answer=st.sampled_from(ANSWERS), code=st.sampled_from(["en", "pl", "ur", "zh", "xx"]))
def test_any_text_has_an_outcome_and_a_value_only_of_the_kind_that_was_asked(
    reply: str, answer: Answer, code: str
) -> None:
    outcome = understand(answer, [code], reply, RECEIVED)
    assert outcome.rule
    if outcome.status is not Status.UNDERSTOOD:
        assert outcome.value is None
        assert outcome.comment is None
    else:
        assert is_a_value_of(answer, outcome.value)
    assert outcome.comment is None or outcome.comment.strip()
    for text in (outcome.comment, outcome.value):
        assert not isinstance(text, str) or ("\x00" not in text and text.encode())


@given(reply=ANY_TEXT)
def test_the_same_reply_is_always_understood_alike(reply: str) -> None:
    assert understand(TEN, ["en"], reply, RECEIVED) == understand(TEN, ["en"], reply, RECEIVED)


@given(number=st.integers(-200, 200))
def test_a_number_off_the_scale_is_never_moved_onto_it(number: int) -> None:
    outcome = understand(TEN, ["en"], str(number))
    if 0 <= number <= 10:
        assert outcome.value == number
    else:
        assert outcome.status is Status.NOT_UNDERSTOOD


def is_a_value_of(answer: Answer, value: object) -> bool:
    match answer:
        case YesNo():
            return isinstance(value, bool)
        case Scale():
            return type(value) is int and answer.min <= value <= answer.max
        case Number():
            return isinstance(value, int | float) and 0 <= value <= 99
        case Choice():
            return value in {option.id for option in answer.options}
        case Choices():
            ids = [option.id for option in answer.options]
            return isinstance(value, list) and bool(value) and value == [an_id for an_id in ids if an_id in value]
        case Date():
            return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
        case _:
            return isinstance(value, str) and bool(value.strip())


@pytest.mark.parametrize(
    "received",
    [
        datetime(1, 1, 1),  # noqa: DTZ001 (one without a time zone counts as UTC)
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=3))),
    ],
)
@pytest.mark.parametrize("reply", ["yesterday", "tomorrow", "3/5", "3 May", "3/5/26", "28 December"])
def test_a_day_beyond_the_calendar_is_no_answer_and_no_error(received: datetime, reply: str) -> None:
    outcome = understand(Date(type="date"), ["en"], reply, received)
    assert outcome.status in {Status.UNDERSTOOD, Status.UNCLEAR, Status.NOT_UNDERSTOOD}


def test_the_day_before_the_first_day_of_the_calendar_is_unclear() -> None:
    first_day = datetime(1, 1, 1, 12, tzinfo=UTC)
    outcome = understand(Date(type="date"), ["en"], "yesterday", first_day)
    assert (outcome.status, outcome.value) == (Status.UNCLEAR, None)
