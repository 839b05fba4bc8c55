"""What a flow file may write for an answer."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from flows.answers import READERS, Answer

ANSWERS: TypeAdapter[Answer] = TypeAdapter(Answer)
YES_AND_NO = [{"id": "yes", "label": {"en": "Yes"}}, {"id": "no", "label": {"en": "No"}}]


@pytest.mark.parametrize(
    "written",
    [
        {"type": "yes_no"},
        {"type": "scale", "min": 0, "max": 10},
        {"type": "scale", "min": 1, "max": 2, "labels": {"en": ["Bad", "Good"]}},
        {"type": "choice", "options": YES_AND_NO},
        {"type": "choices", "options": YES_AND_NO},
        {"type": "number", "min": 0},
        {"type": "number"},
        {"type": "date"},
        {"type": "text"},
    ],
)
def test_every_answer_type_has_a_model_and_a_reader(written: dict[str, Any]) -> None:
    assert ANSWERS.validate_python(written).type in READERS


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"type": "stars"}, "does not match any of the expected tags"),
        ({"type": "yes_no", "colour": "red"}, "Extra inputs are not permitted"),
        ({"type": "scale", "min": 5, "max": 1}, "max .1. must be greater than min .5."),
        ({"type": "scale", "min": 0, "max": 1000}, "use the answer type number"),
        ({"type": "scale", "min": 1, "max": 3, "labels": {"en": ["Bad", "Good"]}}, "write 3, one for each step"),
        ({"type": "scale", "min": 1, "max": 2, "labels": {"en": ["Good", "good"]}}, "every step needs its own label"),
        ({"type": "choice", "options": YES_AND_NO[:1]}, "at least 2 items"),
        ({"type": "choice", "options": [YES_AND_NO[0], YES_AND_NO[0]]}, "'yes' is used twice"),
        (
            {"type": "choices", "options": [YES_AND_NO[0], {"id": "aye", "label": {"en": "yes"}}]},
            "two options have the label 'yes'",
        ),
        ({"type": "choice", "options": [{"id": "a b", "label": {"en": "x"}}, YES_AND_NO[0]]}, "match pattern"),
        ({"type": "number", "min": 2, "max": 1}, "min .2. must not be greater than max .1."),
    ],
)
def test_an_answer_that_cannot_be_asked_is_refused_with_what_to_do(written: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        ANSWERS.validate_python(written)
