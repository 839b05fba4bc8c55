from dataclasses import fields
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from storage.database import Database, Work
from storage.policy import Policy, change_policy, current_policy, newest_changes, policy_names, segment_prices_since
from tests.clock import NOON

DAY = timedelta(days=1)


def change(work: Work, at: datetime = NOON, **values: Any) -> None:
    change_policy(work, values, "Gwen Pugh", at)


def test_a_new_installation_has_every_default(database: Database) -> None:
    with database.reading() as work:
        assert current_policy(work) == Policy()
        assert newest_changes(work) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("landlord", "Derwent Living"),
        ("landlord_phone", "01632 960100"),
        ("time_zone", "Europe/Dublin"),
        ("quiet_from", time(19, 30)),
        ("quiet_until", time(8, 15)),
        ("quiet_weekdays", (5, 6)),
        ("quiet_weekdays", ()),
        ("spending_cap_pence", 0),
        ("segment_price_pence", Decimal("4.25")),
        ("digest_recipients", ("gwen.pugh@example.org",)),
        ("digest_weekday", 4),
        ("digest_time", time(7, 45)),
        ("alert_recipients", ("a@example.org", "b@example.org")),
        ("undo_minutes", 0),
        ("team_numbers", ("+447700900001",)),
    ],
)
def test_each_value_comes_back_as_it_was_set_and_the_others_stay(database: Database, name: str, value: Any) -> None:
    with database.work() as work:
        change(work, **{name: value})
    with database.reading() as work:
        policy = current_policy(work)
    assert getattr(policy, name) == value
    assert type(getattr(policy, name)) is type(getattr(Policy(), name))
    others = [field.name for field in fields(Policy) if field.name != name]
    assert all(getattr(policy, other) == getattr(Policy(), other) for other in others)


def test_the_newest_change_is_in_force_and_the_earlier_ones_are_kept(database: Database) -> None:
    with database.work() as work:
        change(work, spending_cap_pence=100)
        change(work, spending_cap_pence=200, undo_minutes=5)
        change(work, spending_cap_pence=300)
        assert current_policy(work).spending_cap_pence == 300
        newest = newest_changes(work)
    assert {name: row.value for name, row in newest.items()} == {"spending_cap_pence": 300, "undo_minutes": 5}
    assert (newest["undo_minutes"].changed_by, newest["undo_minutes"].changed_at) == ("Gwen Pugh", NOON)


def test_a_name_that_does_not_exist_is_refused_and_nothing_is_stored(database: Database) -> None:
    with database.work() as work:
        with pytest.raises(ValueError, match="there is no policy value called colour, smell"):
            change(work, smell="fine", colour="red", undo_minutes=5)
        assert current_policy(work) == Policy()


def test_the_names_are_shown_in_the_order_of_the_policy() -> None:
    assert policy_names()[:2] == ("landlord", "landlord_phone")
    assert len(policy_names()) == len(fields(Policy))


@pytest.mark.parametrize(
    ("changes", "prices"),
    [
        pytest.param([], [(NOON, Policy.segment_price_pence)], id="the default"),
        pytest.param([(NOON - DAY, 5)], [(NOON, 5)], id="set before"),
        pytest.param([(NOON, 5)], [(NOON, 5)], id="set at that moment"),
        pytest.param([(NOON - 2 * DAY, 5), (NOON - DAY, 6)], [(NOON, 6)], id="set twice before"),
        pytest.param([(NOON - DAY, 5), (NOON + DAY, 6)], [(NOON, 5), (NOON + DAY, 6)], id="before and since"),
        pytest.param([(NOON + DAY, 6)], [(NOON, Policy.segment_price_pence), (NOON + DAY, 6)], id="since"),
    ],
)
def test_every_price_since_a_moment_is_known_with_when_it_began(
    database: Database, changes: list[tuple[datetime, int]], prices: list[tuple[datetime, Decimal]]
) -> None:
    with database.work() as work:
        for at, price in changes:
            change(work, at, segment_price_pence=Decimal(price), undo_minutes=price)
        assert segment_prices_since(work, NOON) == prices
