"""The formulas, against scipy and statsmodels as a second implementation and against figures worked by hand."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]  # scipy ships no types
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]  # nor does statsmodels

from outcomes.statistics import (
    Interval,
    mean,
    mean_interval,
    percentage,
    round_half_up,
    t_quantile,
    wilson_interval,
)

BASES = st.integers(1, 20_000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


@given(BASES)
def test_the_wilson_interval_is_that_of_statsmodels(part: tuple[int, int]) -> None:
    count, base = part
    interval = wilson_interval(count, base)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(proportion_confint(count, base, method="wilson"), abs=1e-9)


@given(BASES)
def test_the_wilson_interval_holds_the_share_and_stays_between_none_and_all(part: tuple[int, int]) -> None:
    count, base = part
    interval = wilson_interval(count, base)
    assert interval is not None
    assert 0 <= interval.low <= count / base <= interval.high <= 1


def test_83_per_cent_of_1088_readers_is_81_to_85() -> None:
    interval = wilson_interval(903, 1088)
    assert interval is not None
    assert percentage(903, 1088) == 83
    assert [int(round_half_up(end * 100)) for end in (interval.low, interval.high)] == [81, 85]


def test_83_of_140_is_59_per_cent_and_the_interval_51_to_67() -> None:
    interval = wilson_interval(83, 140)
    assert interval is not None
    assert percentage(83, 140) == 59
    assert [int(round_half_up(end * 100)) for end in (interval.low, interval.high)] == [51, 67]


def test_nobody_asked_has_neither_percentage_nor_interval() -> None:
    assert wilson_interval(0, 0) is None
    assert percentage(0, 0) is None


@pytest.mark.parametrize(("count", "base"), [(-1, 5), (6, 5), (1, 0), (0, -1)])
def test_more_than_all_or_less_than_none_is_refused(count: int, base: int) -> None:
    with pytest.raises(ValueError, match="not a part of"):
        wilson_interval(count, base)
    with pytest.raises(ValueError, match="not a part of"):
        percentage(count, base)


@pytest.mark.parametrize(
    ("count", "base", "expected"),
    [(1, 8, 13), (1, 200, 1), (3, 200, 2), (1, 3, 33), (2, 3, 67), (0, 9, 0), (9, 9, 100)],
)
def test_a_half_per_cent_is_rounded_up(count: int, base: int, expected: int) -> None:
    assert percentage(count, base) == expected


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(2.675, 2, "2.68"), (0.5, 0, "1"), (-0.5, 0, "-1"), (6.25, 1, "6.3"), (Decimal("1.005"), 2, "1.01")],
)
def test_rounding_is_as_on_paper(value: Decimal | float, places: int, expected: str) -> None:
    assert round_half_up(value, places) == Decimal(expected)


@given(st.lists(st.integers(0, 10), min_size=10, max_size=300).filter(lambda values: len(set(values)) > 1))
def test_the_interval_of_a_mean_is_that_of_scipy(values: list[int]) -> None:
    interval = mean_interval(Counter(values))
    expected = stats.t.interval(0.95, len(values) - 1, loc=sum(values) / len(values), scale=stats.sem(values))
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-3)


@given(st.integers(9, 5_000))
def test_the_t_quantile_is_that_of_scipy(degrees_of_freedom: int) -> None:
    assert t_quantile(degrees_of_freedom) == pytest.approx(stats.t.ppf(0.975, degrees_of_freedom), abs=2e-4)


def test_the_t_quantile_is_refused_where_its_expansion_is_too_coarse() -> None:
    with pytest.raises(ValueError, match="at least 9"):
        t_quantile(8)


def test_no_answers_have_no_mean() -> None:
    assert mean({}) is None
    assert mean({7: 1, 8: 2}) == pytest.approx(7.6667, abs=1e-4)


def test_nine_answers_have_a_mean_but_no_interval() -> None:
    assert mean({5: 9}) == 5
    assert mean_interval({5: 9}) is None


def test_intervals_that_only_touch_overlap() -> None:
    assert Interval(0.1, 0.3).overlaps(Interval(0.3, 0.5))
    assert Interval(0.3, 0.5).overlaps(Interval(0.1, 0.3))
    assert not Interval(0.1, 0.29).overlaps(Interval(0.3, 0.5))
