"""What a month may cost. Ten pence allow two texts of one segment at four pence each."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from delivery.channel import Rejected, Retry, SendResult, Sent, Unknown
from delivery.claim import spent_pence
from storage import outbox
from storage.database import Database
from storage.models.outbox import OutboxState, RowClass
from storage.policy import change_policy, current_policy
from tests.clock import NOON
from tests.delivery.sending import claim_all, claim_one, record
from tests.rows import ANN, FARAH, JOE, add_address, add_text


def queue(database: Database, phone: str = ANN, **details: Any) -> int:
    """Put one text into the outbox; its id."""
    with database.work() as work:
        return add_text(work, add_address(work, phone), **details).id


def set_policy(database: Database, now: datetime = NOON, **values: Any) -> None:
    with database.work() as work:
        change_policy(work, values, "Gwen Pugh", now)


@pytest.fixture
def capped(database: Database) -> Database:
    set_policy(database, spending_cap_pence=10, segment_price_pence=Decimal(4))
    return database


def test_one_batch_counts_its_own_messages(capped: Database) -> None:
    for phone in (ANN, JOE, FARAH):
        queue(capped, phone)
    assert len(claim_all(capped)) == 2


def test_a_smaller_message_may_pass_where_a_larger_one_is_held(capped: Database) -> None:
    queue(capped, ANN, segments=3, due_at=NOON - timedelta(minutes=1))
    queue(capped, JOE, segments=2)
    assert [one.message.to for one in claim_all(capped)] == [JOE]


def test_it_opens_again_when_the_cap_is_raised(capped: Database) -> None:
    queue(capped, segments=3)
    assert claim_all(capped) == []
    set_policy(capped, spending_cap_pence=12)
    assert len(claim_all(capped, NOON + timedelta(minutes=15))) == 1


@pytest.mark.parametrize(
    ("result", "spent"),
    [
        pytest.param(None, 8, id="under way"),
        pytest.param(Sent("SM1"), 8, id="accepted"),
        pytest.param(Unknown("no answer"), 8, id="perhaps accepted"),
        pytest.param(Retry("too many requests"), 0, id="not accepted"),
        pytest.param(Rejected("21211", "not a number"), 0, id="refused"),
    ],
)
def test_what_may_have_been_accepted_counts_and_what_was_not_does_not(
    capped: Database, result: SendResult | None, spent: int
) -> None:
    queue(capped, segments=2)
    token = claim_one(capped)
    if result is not None:
        record(capped, token, result)
    with capped.reading() as work:
        assert spent_pence(work, current_policy(work), NOON) == spent


def test_each_try_that_may_have_been_accepted_counts(capped: Database) -> None:
    message_id = queue(capped)
    first = claim_one(capped)
    record(capped, first, Unknown("no answer"))
    with capped.work() as work:
        outbox.locked(work, message_id).state = OutboxState.QUEUED
    claim_one(capped)
    with capped.reading() as work:
        assert spent_pence(work, current_policy(work), NOON) == 8


@pytest.mark.parametrize(
    ("price_then", "price_now", "spent"),
    [
        pytest.param(4, 4, 8, id="unchanged"),
        pytest.param(5, 4, 10, id="a price that falls makes nothing cheaper that was sent before"),
        pytest.param(4, 6, 12, id="a price may be put right after the carrier has raised it"),
    ],
)
def test_a_price_change_never_makes_room(capped: Database, price_then: int, price_now: int, spent: int) -> None:
    set_policy(capped, NOON - timedelta(days=40), segment_price_pence=Decimal(price_then))
    queue(capped, segments=2)
    claim_one(capped)
    later = NOON + timedelta(hours=1)
    set_policy(capped, later, segment_price_pence=Decimal(price_now))
    with capped.reading() as work:
        assert spent_pence(work, current_policy(work), later) == spent


def test_a_price_typed_wrong_and_put_right_does_not_close_the_month(capped: Database) -> None:
    queue(capped, segments=2)
    claim_one(capped)
    set_policy(capped, NOON + timedelta(minutes=1), segment_price_pence=Decimal(400))
    set_policy(capped, NOON + timedelta(minutes=2), segment_price_pence=Decimal(4))
    with capped.reading() as work:
        assert spent_pence(work, current_policy(work), NOON + timedelta(minutes=3)) == 8


@pytest.mark.parametrize(
    ("sent", "now", "spent"),
    [
        ("2026-09-30T22:59:59+00:00", "2026-10-25T00:30:00+00:00", 0),
        ("2026-09-30T23:00:00+00:00", "2026-10-25T00:30:00+00:00", 8),
        ("2026-09-30T23:00:00+00:00", "2026-10-31T23:59:59+00:00", 8),
        ("2026-10-31T23:59:59+00:00", "2026-11-01T00:00:00+00:00", 0),
        ("2026-03-01T00:00:00+00:00", "2026-03-29T01:00:00+00:00", 8),
        ("2026-03-31T22:59:59+00:00", "2026-03-31T23:00:00+00:00", 0),
    ],
)
def test_a_new_month_begins_at_nothing_by_the_landlords_clock(
    capped: Database, sent: str, now: str, spent: int
) -> None:
    sent_at = datetime.fromisoformat(sent)
    queue(capped, segments=2, row_class=RowClass.REPLY, due_at=sent_at)
    claim_one(capped, sent_at)
    with capped.reading() as work:
        assert spent_pence(work, current_policy(work), datetime.fromisoformat(now)) == spent
