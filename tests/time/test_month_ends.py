"""The spending cap at the ends of months: a month is the one on the landlord's calendar, not the one in UTC.

Ten pence a month allow two texts of one segment at four pence each.
"""

from decimal import Decimal

import pytest

from delivery.claim import spent_pence
from storage.database import Database
from storage.models import OutboxMessage
from storage.models.outbox import RowClass
from storage.policy import current_policy
from tests.delivery.sending import claim_all
from tests.rows import ANN, FARAH, JOE, add_address, add_text
from tests.time.digests import set_policy, ticks
from tests.time.zones import HAVANA, LONDON, LORD_HOWE, utc


@pytest.fixture
def capped(database: Database) -> Database:
    set_policy(database, utc("2026-01-01 00:00"), spending_cap_pence=10, segment_price_pence=Decimal(4))
    return database


def answer(database: Database, now: str, phone: str) -> None:
    """A reply to a tenant, which may leave at any hour, leaves now."""
    with database.work() as work:
        add_text(work, add_address(work, phone), row_class=RowClass.REPLY, due_at=utc(now))
    claim_all(database, utc(now))


def spent(database: Database, now: str) -> Decimal:
    with database.reading() as work:
        return spent_pence(work, current_policy(work), utc(now))


@pytest.mark.parametrize(
    ("zone", "last_of_month", "first_of_month"),
    [
        pytest.param(LONDON, "2026-06-30 22:30", "2026-06-30 23:30", id="July begins at 23:00 in UTC"),
        pytest.param(LONDON, "2026-03-31 22:30", "2026-03-31 23:30", id="the month whose clocks went forward"),
        pytest.param(LONDON, "2026-09-30 22:30", "2026-09-30 23:30", id="October begins in summer time"),
        pytest.param(LONDON, "2026-10-31 23:30", "2026-11-01 00:30", id="and ends in winter time"),
        pytest.param(LONDON, "2026-12-31 23:30", "2027-01-01 00:30", id="New Year"),
        pytest.param(LONDON, "2028-02-29 23:30", "2028-03-01 00:30", id="after a leap day"),
        pytest.param(LONDON, "2027-02-28 23:30", "2027-03-01 00:30", id="after a February without one"),
        pytest.param(LORD_HOWE, "2026-06-30 13:00", "2026-06-30 14:00", id="Lord Howe: ten and a half hours ahead"),
        pytest.param(HAVANA, "2026-11-01 03:30", "2026-11-01 04:30", id="Havana: the first 00:30 of November"),
        pytest.param(HAVANA, "2026-11-01 03:30", "2026-11-01 05:30", id="Havana: the second"),
    ],
)
def test_a_text_half_an_hour_after_midnight_on_the_first_is_paid_from_the_new_months_money(
    capped: Database, zone: str, last_of_month: str, first_of_month: str
) -> None:
    set_policy(capped, utc("2026-01-01 00:00"), time_zone=zone)
    answer(capped, last_of_month, ANN)
    answer(capped, last_of_month, JOE)
    assert spent(capped, last_of_month) == 8
    assert spent(capped, first_of_month) == 0
    answer(capped, first_of_month, FARAH)
    assert spent(capped, first_of_month) == 4


def test_a_text_held_for_want_of_money_leaves_when_the_new_month_begins_on_the_wall(capped: Database) -> None:
    """At half past eleven on 30 June the money is used up; what waits is looked at again every quarter of an hour."""
    for phone in (ANN, JOE, FARAH):
        answer(capped, "2026-06-30 22:30", phone)
    left = []
    for now in ticks(utc("2026-06-30 22:45"), utc("2026-07-01 00:30"), minutes=15):
        left += [(f"{now:%d %H:%M}", claimed.message.to) for claimed in claim_all(capped, now)]
    assert left == [("30 23:00", FARAH)]


def test_a_survey_held_for_want_of_money_leaves_on_the_first_when_quiet_hours_end(capped: Database) -> None:
    """1 August 2026 is a Saturday."""
    answer(capped, "2026-07-31 10:00", ANN)
    answer(capped, "2026-07-31 10:00", JOE)
    with capped.work() as work:
        bulk = add_text(work, add_address(work, FARAH), due_at=utc("2026-07-31 10:00")).id
    left = []
    for now in ticks(utc("2026-07-31 10:00"), utc("2026-08-01 12:00"), minutes=15):
        left += [(f"{now:%d %H:%M}", claimed.message.to) for claimed in claim_all(capped, now)]
    assert left == [("01 08:00", FARAH)]
    with capped.reading() as work:
        assert work.session.get_one(OutboxMessage, bulk).held_reason is None


def test_a_price_that_changes_at_midnight_on_the_first_is_reckoned_for_the_month_it_changes_in(
    capped: Database,
) -> None:
    """On 30 June a segment costs 4p and from 1 July 5p; July's text costs 5p, and June's never counts in July."""
    answer(capped, "2026-06-30 22:30", ANN)
    set_policy(capped, utc("2026-06-30 23:00"), segment_price_pence=Decimal(5))
    answer(capped, "2026-06-30 23:00", JOE)
    assert spent(capped, "2026-06-30 23:30") == 5
