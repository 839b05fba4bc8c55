from datetime import datetime, timedelta
from typing import Any

import pytest

from storage import attempts
from storage.database import Database, Work
from storage.models import Attempt, OutboxMessage
from storage.models.outbox import AttemptResult
from tests.clock import NOON
from tests.rows import add_address, add_text

MINUTE = timedelta(minutes=1)


def try_it(work: Work, message: OutboxMessage, token: str = "a token", **details: Any) -> Attempt:
    """A try at noon, under way unless details say how it ended."""
    attempt = Attempt(
        token=token, message_id=message.id, **({"started_at": NOON, "lease_until": NOON + 3 * MINUTE} | details)
    )
    work.session.add(attempt)
    work.session.flush()
    return attempt


def test_a_try_is_found_by_its_token_or_by_the_carriers_id(database: Database) -> None:
    with database.work() as work:
        message = add_text(work, add_address(work))
        attempt = try_it(work, message, "a token", provider_id="SM1")
        assert attempts.by_token(work, "a token") is attempt
        assert attempts.by_provider_id(work, "SM1") is attempt
        assert attempts.by_token(work, "SM1") is None
        assert attempts.by_provider_id(work, "a token") is None
        assert attempts.known_provider_ids(work, ["SM1", "SM2"]) == {"SM1"}


@pytest.mark.parametrize("result", [None, *AttemptResult])
def test_a_try_is_abandoned_when_its_lease_is_over_and_it_never_ended(
    database: Database, result: AttemptResult | None
) -> None:
    with database.work() as work:
        attempt = try_it(work, add_text(work, add_address(work)), result=result)
        assert attempts.abandoned(work, attempt.lease_until - timedelta(microseconds=1)) == []
        assert len(attempts.abandoned(work, attempt.lease_until)) == (result is None)


@pytest.mark.parametrize(
    ("started_at", "counted"),
    [(NOON - MINUTE, 0), (NOON, 3), (NOON + MINUTE, 3), (NOON + 2 * MINUTE, 0)],
)
def test_segments_are_counted_from_a_moment_until_just_before_another(
    database: Database, started_at: datetime, counted: int
) -> None:
    with database.work() as work:
        try_it(work, add_text(work, add_address(work), segments=3), started_at=started_at)
        assert attempts.segments_handed_over(work, "sms", NOON, NOON + 2 * MINUTE) == counted


@pytest.mark.parametrize(
    ("result", "counted"),
    [
        (None, 3),
        (AttemptResult.SENT, 3),
        (AttemptResult.UNKNOWN, 3),
        (AttemptResult.RETRY, 0),
        (AttemptResult.REJECTED, 0),
    ],
)
def test_segments_that_may_have_been_taken_are_counted_by_channel(
    database: Database, result: AttemptResult | None, counted: int
) -> None:
    with database.work() as work:
        try_it(work, add_text(work, add_address(work), segments=3), result=result)
        assert attempts.segments_handed_over(work, "sms", NOON, NOON + MINUTE) == counted
        assert attempts.segments_handed_over(work, "telegram", NOON, NOON + MINUTE) == 0
