"""When a question is asked, given the answers so far."""

import pytest

from flows.conditions import holds, last_answered, next_question, previous_question
from flows.flow import Condition
from flows.load import read_flow
from flows.reading import Value
from tests.flows.flow_source import GOOD_FLOW

FLOW = read_flow(GOOD_FLOW, "garden-day")


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        ({"is": True}, True, True),
        ({"is": True}, False, False),
        ({"is": True}, 1, False),
        ({"is": 1}, True, False),
        ({"is": 1}, 1, True),
        ({"is": [1, 2]}, 2, True),
        ({"is": [1, 2]}, 3, False),
        ({"is": "skill"}, "skill", True),
        ({"is": "skill"}, ["people", "skill"], True),
        ({"is": ["skill", "say"]}, ["people"], False),
        ({"is": True}, None, False),
        ({"at_least": 3}, 3, True),
        ({"at_least": 3}, 2, False),
        ({"at_most": 3}, 3, True),
        ({"at_most": 3}, 3.5, False),
        ({"at_least": 0}, None, False),
        ({"at_least": 0}, True, False),
        ({"answered": True}, False, True),
        ({"answered": True}, None, False),
        ({"answered": False}, None, True),
        ({"answered": False}, "", False),
    ],
)
def test_a_condition_holds_for_these_answers(test: dict[str, object], value: Value, expected: bool) -> None:
    condition = Condition.model_validate({"question": "worth", **test})
    answers = {} if value is None else {"worth": value}
    assert holds(condition, answers) is expected


def test_the_next_question_is_the_first_below_that_applies() -> None:
    following = next_question(FLOW, "worth", {"worth": True})
    assert following is not None
    assert following.id == "gained"
    following = next_question(FLOW, "worth", {"worth": False})
    assert following is not None
    assert following.id == "score"


def test_the_next_question_passes_over_those_answered_before_a_step_back() -> None:
    following = next_question(FLOW, "worth", {"worth": True, "gained": "skill"})
    assert following is not None
    assert following.id == "score"


def test_after_the_last_question_there_is_none() -> None:
    assert next_question(FLOW, "score", {}) is None


def test_a_step_back_passes_over_what_was_not_asked() -> None:
    before = previous_question(FLOW, "score", {"worth": False})
    assert before is not None
    assert before.id == "worth"
    assert previous_question(FLOW, "worth", {}) is None


def test_the_last_answer_is_the_one_nearest_above_the_open_question() -> None:
    last = last_answered(FLOW, "score", {"worth": True, "gained": "skill"})
    assert last is not None
    assert last.id == "gained"
    assert last_answered(FLOW, "worth", {}) is None
    last = last_answered(FLOW, None, {"worth": True})
    assert last is not None
    assert last.id == "worth"
