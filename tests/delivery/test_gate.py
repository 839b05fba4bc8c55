from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from delivery.gate import LOOK_AGAIN, Cancel, Circumstances, Hold, Send, Verdict, decide
from storage.models.outbox import RowClass
from storage.models.people import AddressState
from storage.policy import Policy
from tests.clock import NOON

POLICY = Policy(spending_cap_pence=100)
MIDNIGHT = NOON.replace(hour=0)
BULK_TEXT = Circumstances(
    row_class=RowClass.BULK,
    is_team=False,
    nobody_left=False,
    switched_on=True,
    expires_at=None,
    opted_out=False,
    address_state=AddressState.USABLE,
    costs_money=True,
    spent_pence_with_this=Decimal(4),
    team_only=False,
)

SEND = Send()
OPTED_OUT = Cancel("opted out")
CLOSED = Cancel("closed before it could be sent")
TRIAL = Cancel("trial mode: not a team number")
QUIET = Hold(NOON.replace(hour=9), "quiet hours")
OVER_CAP = Hold(NOON + LOOK_AGAIN, "spending cap reached")
SAFETY, REPLY, BULK = RowClass.SAFETY, RowClass.REPLY, RowClass.BULK


def verdict(row_class: RowClass, now: datetime = NOON, policy: Policy = POLICY, **circumstances: Any) -> Verdict:
    return decide(replace(BULK_TEXT, row_class=row_class, **circumstances), policy, now)


@pytest.mark.parametrize("row_class", [SAFETY, REPLY, BULK])
def test_at_noon_with_nothing_against_it_any_text_leaves(row_class: RowClass) -> None:
    assert verdict(row_class) == SEND


@pytest.mark.parametrize(
    ("circumstances", "safety", "reply", "bulk"),
    [
        ({"opted_out": True}, SEND, OPTED_OUT, OPTED_OUT),
        ({"expires_at": NOON}, SEND, CLOSED, CLOSED),
        ({"expires_at": NOON + timedelta(microseconds=1)}, SEND, SEND, SEND),
        ({"spent_pence_with_this": Decimal(100)}, SEND, SEND, SEND),
        ({"spent_pence_with_this": Decimal("100.01")}, SEND, OVER_CAP, OVER_CAP),
        ({"nobody_left": True}, SEND, SEND, Cancel("no longer the address of anybody it is for")),
        ({"address_state": AddressState.UNREACHABLE}, SEND, SEND, Cancel("address unreachable")),
        ({"address_state": AddressState.QUARANTINED}, SEND, SEND, Cancel("address quarantined")),
        ({"team_only": True}, TRIAL, TRIAL, TRIAL),
        ({"team_only": True, "opted_out": True}, TRIAL, TRIAL, TRIAL),
        ({"opted_out": True, "spent_pence_with_this": Decimal(101)}, SEND, OPTED_OUT, OPTED_OUT),
    ],
)
def test_each_class_passes_its_own_barriers_and_no_others(
    circumstances: dict[str, Any], safety: Verdict, reply: Verdict, bulk: Verdict
) -> None:
    assert [verdict(each, **circumstances) for each in (SAFETY, REPLY, BULK)] == [safety, reply, bulk]


def test_at_night_only_what_we_start_ourselves_waits_for_the_morning() -> None:
    assert [verdict(each, now=MIDNIGHT) for each in (SAFETY, REPLY, BULK)] == [SEND, SEND, QUIET]


def test_on_a_sunday_bulk_waits_for_monday_and_a_reply_does_not() -> None:
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert verdict(BULK, now=sunday) == Hold(datetime(2026, 11, 23, 9, tzinfo=UTC), "quiet hours")
    assert verdict(REPLY, now=sunday) == SEND


def test_in_trial_mode_a_team_number_is_texted() -> None:
    assert [verdict(each, is_team=True, team_only=True) for each in (SAFETY, REPLY, BULK)] == [SEND] * 3


def test_a_cap_of_nothing_lets_nothing_through_but_safety() -> None:
    nothing = replace(POLICY, spending_cap_pence=0)
    assert [type(verdict(each, policy=nothing)) for each in (SAFETY, REPLY, BULK)] == [Send, Hold, Hold]


def test_quiet_hours_that_never_end_hold_bulk_and_nothing_else() -> None:
    endless = replace(POLICY, quiet_weekdays=tuple(range(7)))
    held = Hold(NOON + LOOK_AGAIN, "quiet hours leave no time to send")
    assert [verdict(each, policy=endless) for each in (SAFETY, REPLY, BULK)] == [SEND, SEND, held]
