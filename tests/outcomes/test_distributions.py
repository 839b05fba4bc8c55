"""How answers are spread, and when a change is called one."""

from collections import Counter
from typing import Any

import pytest

from flows.answers import Answer, Choices, Date, Number, Scale, Text, YesNo
from outcomes.distributions import Bar, Counts, Verdict, changes, distribution

OPTIONS: Any = [
    {"id": "skill", "label": {"en": "I learned something", "cy": "Dysgais rywbeth"}},
    {"id": "people", "label": {"en": "I met people", "cy": "Des i i nabod pobl"}},
]
CHOICES = Choices(type="choices", options=OPTIONS)
RATING = Scale(type="scale", min=1, max=3, labels={"en": ("Poor", "Fair", "Good")})


def counts(values: list[Any]) -> Counts:
    """How many gave each value, of as many people as there are values."""
    return Counter(tuple(value) if isinstance(value, list) else value for value in values)


def test_yes_and_no_are_counted() -> None:
    spread = distribution(YesNo(type="yes_no"), counts([True, False, True]), "en")
    assert (spread.base, spread.bars, spread.mean) == (3, (Bar("Yes", 2), Bar("No", 1)), None)


def test_of_several_choices_each_is_counted_over_the_people_who_chose() -> None:
    spread = distribution(CHOICES, counts([["skill", "people"], ["people"]]), "en")
    assert spread.several
    assert (spread.base, spread.bars) == (2, (Bar("I learned something", 1), Bar("I met people", 2)))


def test_a_label_is_taken_from_another_language_where_it_is_missing() -> None:
    assert distribution(CHOICES, {}, "pl").bars[0].label == "I learned something"
    assert distribution(CHOICES, {}, "cy").bars[0].label == "Dysgais rywbeth"


def test_a_scale_shows_every_step_and_its_mean() -> None:
    spread = distribution(RATING, counts([1, 3, 3]), "en")
    assert spread.bars == (Bar("1 Poor", 1), Bar("2 Fair", 0), Bar("3 Good", 2))
    assert spread.mean == pytest.approx(7 / 3)
    assert spread.mean_interval is None  # too few


def test_of_a_long_scale_only_the_chosen_steps_are_shown() -> None:
    spread = distribution(Scale(type="scale", min=0, max=100), counts([70, 5, 70]), "en")
    assert spread.bars == (Bar("5", 1), Bar("70", 2))


@pytest.mark.parametrize("answer", [Text(type="text"), Date(type="date")])
def test_words_and_dates_are_only_counted(answer: Answer) -> None:
    spread = distribution(answer, counts(["2026-11-20"]), "en")
    assert (spread.base, spread.bars, spread.mean) == (1, (), None)


def test_no_answers_have_no_mean() -> None:
    spread = distribution(Number(type="number"), counts([]), "en")
    assert (spread.base, spread.mean, spread.mean_interval) == (0, None, None)


@pytest.mark.parametrize(
    ("last_week", "this_week", "verdict"),
    [
        ([True] * 10 + [False] * 12, [True] * 103 + [False] * 19, Verdict.HIGHER),  # 45% (27–65), 84% (77–90)
        ([True] * 103 + [False] * 19, [True] * 10 + [False] * 12, Verdict.LOWER),
        ([True] * 6 + [False] * 4, [True] * 9 + [False] * 1, Verdict.NOT_CERTAIN),  # 60% (31–83), 90% (60–98)
        ([False] * 9, [True] * 200, Verdict.TOO_FEW),
    ],
)
def test_a_change_is_called_one_only_when_the_intervals_do_not_overlap(
    last_week: list[bool], this_week: list[bool], verdict: Verdict
) -> None:
    (change,) = changes(YesNo(type="yes_no"), counts(last_week), counts(this_week), "en")
    assert change.verdict is verdict


def test_means_are_compared_by_their_intervals() -> None:
    (change,) = changes(Scale(type="scale", min=0, max=10), counts([2, 3] * 10), counts([8, 9] * 10), "en")
    assert change.answer is None
    assert change.verdict is Verdict.HIGHER


def test_each_choice_is_compared_on_its_own() -> None:
    compared = changes(CHOICES, counts([["skill"]] * 20), counts([["skill", "people"]] * 20), "en")
    assert [(change.answer, change.verdict) for change in compared] == [
        ("I learned something", Verdict.NOT_CERTAIN),
        ("I met people", Verdict.HIGHER),
    ]


def test_nothing_is_compared_with_a_week_without_answers() -> None:
    assert changes(YesNo(type="yes_no"), {}, counts([True]), "en") == ()
    assert changes(YesNo(type="yes_no"), counts([True]), {}, "en") == ()
    assert changes(Text(type="text"), counts(["a"]), counts(["b"]), "en") == ()
