"""Ready answers: which there are, and what a tap on each says."""

import pytest

from flows.flow import LANGUAGES, Flow, Question
from flows.load import load_library, read_flow
from flows.reading import Value
from flows.system_texts import load_system_texts
from flows.taps import MOST_TAPS, chosen_labels, is_done, taps_for, value_of
from tests.flows.flow_source import GOOD_FLOW

TEXTS = load_system_texts()
GARDEN_DAY = read_flow(GOOD_FLOW, "garden-day.yaml")
SO_WHAT = load_library()["so-what"]

WORTH, GAINED, SCORE = GARDEN_DAY.questions
DIFFERENCE, WORDS = SO_WHAT.question("difference"), SO_WHAT.question("words")

LONGEST_BUTTON = 60
"""Characters that a narrow phone shows of a button in two lines."""


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        (WORTH, ["Yes", "No"]),
        (GAINED, ["A skill", "New friends"]),
        (SCORE, ["1 Poor", "2 Fair", "3 Good"]),
        (
            DIFFERENCE,
            ["I learned something", "I met people", "I feel more confident", "I had a say", "No difference", "Done"],
        ),
        (WORDS, []),
    ],
)
def test_each_kind_of_question_has_its_ready_answers(question: Question, labels: list[str]) -> None:
    assert [tap.label for tap in taps_for(question, TEXTS, "en")] == labels


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", load_library().values(), ids=lambda flow: flow.flow)
def test_the_librarys_ready_answers_are_short_and_can_be_told_apart(flow: Flow, language: str) -> None:
    for question in flow.questions:
        labels = [tap.label for tap in taps_for(question, TEXTS, language)]
        assert len(set(labels)) == len(labels)
        assert all(0 < len(label) <= LONGEST_BUTTON for label in labels)


def test_a_scale_too_long_to_scroll_through_has_none() -> None:
    percent = GOOD_FLOW.replace("max: 3\n      labels: {en: [Poor, Fair, Good], cy: [Gwael, Gweddol, Da]}", "max: 100")
    question = read_flow(percent, "garden-day.yaml").question("score")
    assert MOST_TAPS < 100
    assert taps_for(question, TEXTS, "en") == ()


@pytest.mark.parametrize(
    ("question", "choice", "known", "value"),
    [
        (WORTH, 0, None, True),
        (WORTH, 1, True, False),
        (GAINED, 1, "skill", "people"),
        (SCORE, 0, None, 1),
        (SCORE, 2, 1, 3),
        (DIFFERENCE, 1, None, ["people"]),
        (DIFFERENCE, 0, ["people"], ["skill", "people"]),
        (DIFFERENCE, 1, ["skill", "people"], ["skill", "people"]),
    ],
)
def test_a_tap_says_one_thing(question: Question, choice: int, known: Value, value: Value) -> None:
    assert value_of(question, choice, known) == value


@pytest.mark.parametrize(
    ("question", "choice"),
    [(WORTH, 2), (WORTH, -1), (GAINED, 2), (SCORE, 3), (SCORE, -1), (DIFFERENCE, 5), (DIFFERENCE, -1), (WORDS, 0)],
)
def test_a_choice_that_is_not_there_is_refused(question: Question, choice: int) -> None:
    with pytest.raises(ValueError, match="has no choice"):
        value_of(question, choice, None)


def test_done_is_the_last_button_of_several_options_and_of_nothing_else() -> None:
    assert [is_done(DIFFERENCE, choice) for choice in range(6)] == [False] * 5 + [True]
    assert not is_done(GAINED, 2)


def test_what_was_chosen_is_read_back_in_the_flows_order() -> None:
    assert chosen_labels(DIFFERENCE, ["skill", "people"], "en") == "I learned something; I met people"
