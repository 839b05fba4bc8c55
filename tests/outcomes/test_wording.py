"""The sentences of a digest, which claim no more than the figures hold."""

import pytest

from outcomes import wording
from outcomes.distributions import Bar, Change, Distribution, Estimate
from outcomes.response import Response
from outcomes.statistics import Interval, wilson_interval
from outcomes.verbatims import Verbatims
from storage.figures import WaitingRows


@pytest.mark.parametrize(
    ("response", "line"),
    [
        (Response(asked=140, replied=83), "83 of 140 people replied (59%, 95% interval 51–67%)"),
        (Response(asked=1088, replied=1088), "1,088 of 1,088 people replied (100%, 95% interval 100–100%)"),
        (Response(asked=9, replied=4), "4 of 9 people replied"),
        (Response(asked=1, replied=0), "0 of 1 person replied"),
        (Response(), "Nobody has been asked yet"),
    ],
)
def test_response_is_given_with_its_interval_and_below_ten_as_counts(response: Response, line: str) -> None:
    assert wording.response_line(response) == line


def test_everybody_asked_is_accounted_for() -> None:
    response = Response(
        asked=20, replied=6, refused=1, unreachable=2, open=4, silent=7, stopped_after_reply=1, to_ask=3, never_asked=2
    )
    assert wording.fates_lines(response) == [
        "The rest: 1 texted STOP, 2 could not be reached (not delivered, or a wrong number), 4 may still reply, "
        "7 did not reply.",
        "1 of those who replied texted STOP afterwards.",
        "Not counted as asked: 3 still to be asked, 2 could not be asked.",
    ]


def test_nobody_missing_needs_no_sentence() -> None:
    assert wording.fates_lines(Response(asked=6, replied=6)) == []


def test_an_average_has_an_interval_or_is_not_given() -> None:
    steps = (Bar("7", 5), Bar("8", 6))
    enough = Distribution(11, steps, steps=True, mean=7.545, mean_interval=Interval(7.25, 7.95))
    assert wording.mean_line(enough) == "Average 7.5 (95% interval 7.3 to 8.0)."
    assert wording.mean_line(Distribution(9, steps, mean=7.5)) == "Fewer than 10 answers: too few for an average."
    assert wording.mean_line(Distribution(30)) is None


def test_the_steps_of_a_scale_are_told_in_one_line() -> None:
    few = Distribution(3, (Bar("0", 0), Bar("1", 1), Bar("2", 2)), steps=True)
    many = Distribution(10, (Bar("0", 5), Bar("1", 5)), steps=True)
    assert wording.steps_line(few) == "Chosen: 1 by 1, 2 by 2; by nobody: 0."
    assert wording.steps_line(many) == "Chosen: 0 by 5 (50%), 1 by 5 (50%)."


def share_change(before: tuple[int, int], now: tuple[int, int]) -> Change:
    last, this = (
        Estimate(count, base, wilson_interval(count, base) if base >= 10 else None) for count, base in (before, now)
    )
    return Change("Yes", last, this)


@pytest.mark.parametrize(
    ("before", "now", "line"),
    [
        (
            (10, 22),
            (103, 122),
            "Higher than last week: “Yes” 103 of 122 (84%, 95% interval 77–90%) this week, "
            "10 of 22 (45%, 95% interval 27–65%) last week.",
        ),
        (
            (6, 10),
            (9, 10),
            "No change since last week that these numbers can show (10 answers this week, 10 last week).",
        ),
        (
            (1, 9),
            (9, 10),
            "Too few to say whether anything changed since last week (10 answers this week, 9 last week).",
        ),
    ],
)
def test_a_change_is_claimed_only_where_the_figures_carry_it(
    before: tuple[int, int], now: tuple[int, int], line: str
) -> None:
    assert wording.change_lines([share_change(before, now)]) == [line]


def test_a_change_of_an_average_names_both_averages() -> None:
    change = Change(None, Estimate(50, 20, Interval(2.2, 2.8)), Estimate(160, 20, Interval(7.7, 8.3)))
    assert wording.change_lines([change]) == [
        "Higher than last week: an average of 8.0 (of 20 answers, 95% interval 7.7 to 8.3) this week, "
        "2.5 (of 20 answers, 95% interval 2.2 to 2.8) last week."
    ]


def test_without_a_week_to_compare_nothing_is_said_of_change() -> None:
    assert wording.change_lines([]) == []


def test_comments_not_shown_are_owned_up_to() -> None:
    assert wording.verbatims_line(Verbatims((), 2, 1)) == (
        "2 more comments not shown; 1 comment kept back to protect somebody's privacy."
    )
    assert wording.verbatims_line(Verbatims((), 0, 1, 1204)) == (
        "1 comment kept back to protect somebody's privacy; 1,204 comments left out by lot."
    )
    assert wording.verbatims_line(Verbatims((), 0, 0)) is None


def test_what_waits_is_told_by_kind_and_an_unknown_kind_by_its_name() -> None:
    waiting = WaitingRows({"call_me": 1, "brand_new": 2}, {"damp_mould": 1}, parked=1)
    assert wording.waiting_lines(waiting) == [
        "1 open alert: 1 about damp or mould.",
        "3 messages to read: 1 asking for a call, 2 brand new.",
        "1 text set aside, perhaps not sent.",
    ]
