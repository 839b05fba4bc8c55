"""Who counts as asked and as replied, case by case."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from outcomes.fates import Fate
from outcomes.periods import first_period_after
from outcomes.response import Response, count_response
from outcomes.shares import share_of
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.rollups import Figure
from storage.recorded import Put, Reading, Recorded

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
WEEK_LATER = MONDAY + timedelta(days=7)
THE_DAY_AFTER = WEEK_LATER + timedelta(days=1)
LAUNCHED = MONDAY - timedelta(days=2)


def conversation(
    progress: Progress,
    *,
    puts: Sequence[Put] = (Put("worth", LAUNCHED, False),),
    replied_at: datetime | None = None,
    ended_at: datetime | None = None,
) -> Recorded:
    """A conversation of a launch on the Saturday before, with one reply at most."""
    reply = Reading(1, "worth", AnswerStatus.UNDERSTOOD, True, None, replied_at, None) if replied_at else None
    return Recorded(1, 1, LAUNCHED, progress, ended_at, puts=puts, readings=[reply] if reply else [])


def counted(conversations: Sequence[Recorded], closes: datetime = THE_DAY_AFTER) -> Response:
    """What these are counted as in the week from Monday, by the sums of their shares."""
    since, until = first_period_after(MONDAY), first_period_after(WEEK_LATER)
    fates: Counter[Fate] = Counter()
    new = 0
    for each in conversations:
        for cell, count in share_of(each, {}).items():
            if cell.figure is Figure.FATE and cell.period < until:
                fates[Fate(cell.value)] += count
                new += count if cell.first_period >= since else 0
    return count_response(fates, new, closed=closes <= WEEK_LATER)


def response(
    progress: Progress,
    *,
    put: bool = True,
    undelivered: bool = False,
    replied_at: datetime | None = None,
    ended_at: datetime | None = None,
    closes: datetime = THE_DAY_AFTER,
) -> Response:
    """What one conversation alone is counted as, in the week from Monday."""
    puts = [Put("worth", LAUNCHED, undelivered)] if put else []
    return counted([conversation(progress, puts=puts, replied_at=replied_at, ended_at=ended_at)], closes)


def test_a_text_that_still_waits_is_not_counted_as_asked() -> None:
    assert response(Progress.WAITING, put=False) == Response(to_ask=1)


def test_a_number_that_the_carrier_refused_is_never_asked() -> None:
    assert response(Progress.UNREACHABLE, put=False, ended_at=TUESDAY) == Response(never_asked=1)


def test_a_text_accepted_and_not_delivered_is_asked_and_unreachable() -> None:
    assert response(Progress.UNREACHABLE, undelivered=True, ended_at=TUESDAY) == Response(asked=1, unreachable=1)


def test_a_wrong_person_is_asked_and_unreachable() -> None:
    assert response(Progress.UNREACHABLE, ended_at=TUESDAY) == Response(asked=1, unreachable=1)


def test_a_first_reply_of_this_week_is_new() -> None:
    assert response(Progress.PARTIAL, replied_at=TUESDAY) == Response(asked=1, replied=1, new=1)


def test_a_reply_of_the_week_before_is_not_new() -> None:
    last_week = MONDAY - timedelta(minutes=1)
    assert response(Progress.COMPLETED, replied_at=last_week, ended_at=TUESDAY) == Response(asked=1, replied=1)


def test_stop_alone_is_a_refusal_and_no_reply() -> None:
    assert response(Progress.REFUSED, ended_at=TUESDAY) == Response(asked=1, refused=1)


def test_stop_after_a_reply_is_a_reply() -> None:
    counted = response(Progress.REFUSED, replied_at=TUESDAY, ended_at=TUESDAY)
    assert counted == Response(asked=1, replied=1, new=1, stopped_after_reply=1)


def test_whoever_replied_was_asked_even_if_the_carrier_never_confirmed_our_text() -> None:
    assert response(Progress.STARTED, put=False, replied_at=TUESDAY) == Response(asked=1, replied=1, new=1)


def test_no_reply_yet_is_open_until_the_survey_closes() -> None:
    assert response(Progress.DELIVERED) == Response(asked=1, open=1)
    assert response(Progress.DELIVERED, closes=WEEK_LATER) == Response(asked=1, silent=1)
    assert response(Progress.EXPIRED, ended_at=TUESDAY) == Response(asked=1, silent=1)


@pytest.mark.parametrize("progress", [Progress.REFUSED, Progress.UNREACHABLE, Progress.EXPIRED])
def test_what_happened_after_the_week_is_not_in_its_figures(progress: Progress) -> None:
    assert response(progress, ended_at=WEEK_LATER) == Response(asked=1, open=1)


def test_the_fates_of_those_asked_add_up() -> None:
    launch = [
        conversation(Progress.COMPLETED, replied_at=TUESDAY, ended_at=TUESDAY),
        conversation(Progress.REFUSED, ended_at=TUESDAY),
        conversation(Progress.DELIVERED),
        conversation(Progress.WAITING, puts=[]),
    ]
    response = counted(launch)
    assert response == Response(asked=3, replied=1, refused=1, open=1, new=1, to_ask=1)
    assert (response.rate.count, response.rate.base) == (1, 3)


def test_a_conversation_is_reachable_when_one_of_its_texts_arrived() -> None:
    puts = [Put("worth", LAUNCHED, True), Put("words", TUESDAY, False)]
    assert counted([conversation(Progress.DELIVERED, puts=puts)]) == Response(asked=1, open=1)


def test_a_text_that_arrived_after_the_week_makes_nobody_reachable_in_it() -> None:
    puts = [Put("worth", LAUNCHED, True), Put("words", WEEK_LATER, False)]
    assert counted([conversation(Progress.DELIVERED, puts=puts)]) == Response(asked=1, unreachable=1)


def test_whoever_waits_when_the_survey_closes_is_never_asked() -> None:
    assert response(Progress.WAITING, put=False, closes=WEEK_LATER) == Response(never_asked=1)


def test_a_launch_after_the_week_is_not_in_its_figures() -> None:
    later = Recorded(1, 1, WEEK_LATER, Progress.DELIVERED, None, puts=[Put("worth", WEEK_LATER, False)])
    assert counted([later]) == Response()
