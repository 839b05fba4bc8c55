"""Who counts as asked and as replied, case by case."""

from datetime import UTC, datetime, timedelta

import pytest

from outcomes.response import Moments, Response, count_response
from storage.figures import ConversationRow, QuestionPut
from storage.models.consultations import Progress

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
WEEK_LATER = MONDAY + timedelta(days=7)


def response(
    progress: Progress,
    *,
    put: bool = True,
    undelivered: bool = False,
    replied_at: datetime | None = None,
    ended_at: datetime | None = None,
    closes: datetime = WEEK_LATER + timedelta(days=1),
) -> Response:
    """What one conversation alone is counted as, in the week from Monday."""
    rows = [QuestionPut(1, "worth", MONDAY, undelivered)] if put else []
    replies = {1: replied_at} if replied_at else {}
    moments = Moments(since=MONDAY, until=WEEK_LATER, closes=closes)
    return count_response([ConversationRow(1, 1, progress, ended_at)], rows, replies, moments)


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
    rows = [
        ConversationRow(1, 1, Progress.COMPLETED, TUESDAY),
        ConversationRow(2, 1, Progress.REFUSED, TUESDAY),
        ConversationRow(3, 1, Progress.DELIVERED, None),
        ConversationRow(4, 1, Progress.WAITING, None),
    ]
    put = [QuestionPut(number, "worth", MONDAY, False) for number in (1, 2, 3)]
    moments = Moments(MONDAY, WEEK_LATER, WEEK_LATER + timedelta(days=1))
    counted = count_response(rows, put, {1: TUESDAY}, moments)
    assert counted == Response(asked=3, replied=1, refused=1, open=1, new=1, to_ask=1)
    assert (counted.rate.count, counted.rate.base) == (1, 3)


def test_a_conversation_is_reachable_when_one_of_its_texts_arrived() -> None:
    put = [QuestionPut(1, "worth", MONDAY, True), QuestionPut(1, "words", TUESDAY, False)]
    moments = Moments(MONDAY, WEEK_LATER, WEEK_LATER + timedelta(days=1))
    rows = [ConversationRow(1, 1, Progress.DELIVERED, None)]
    assert count_response(rows, put, {}, moments) == Response(asked=1, open=1)
