"""Whether a message may leave now. A pure decision, taken when the message is claimed and not when it was queued."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from delivery.quiet_hours import opens_at
from storage.models.outbox import RowClass
from storage.models.people import AddressState
from storage.policy import Policy

LOOK_AGAIN = timedelta(minutes=15)
"""How long a message waits before it is looked at again when nothing says when it could leave."""


@dataclass(frozen=True)
class Send:
    """It may leave."""


@dataclass(frozen=True)
class Hold:
    """Not now: look again at `until` (UTC)."""

    until: datetime
    reason: str


@dataclass(frozen=True)
class Cancel:
    """Not ever."""

    reason: str


Verdict = Send | Hold | Cancel


@dataclass(frozen=True)
class Circumstances:
    """What is known of one text message at the moment of sending.

    `spent_pence_with_this` is what this month's messages cost, this one included; `costs_money` whether this one does.
    `team_only` is trial mode, and `is_team` whether this is for somebody on the team. `switched_on` is whether staff
    let messages leave on this channel. `nobody_left` is when the address is no longer that of anybody it is meant for.
    """

    row_class: RowClass
    is_team: bool
    nobody_left: bool
    switched_on: bool
    expires_at: datetime | None
    opted_out: bool
    address_state: AddressState
    costs_money: bool
    spent_pence_with_this: Decimal
    team_only: bool


def decide(message: Circumstances, policy: Policy, now: datetime) -> Verdict:
    """Whether an SMS or chat message may leave at `now` (UTC).

    `safety` passes everything but trial mode, in which nobody outside the team is ever texted. `reply` passes
    quiet hours. `bulk` passes nothing. What is not certainly within the cap is held.
    """
    if message.team_only and not message.is_team:
        return Cancel("trial mode: not a team number")
    if message.row_class is RowClass.SAFETY:
        return Send()
    if message.opted_out:
        return Cancel("opted out")
    if message.expires_at is not None and message.expires_at <= now:
        return Cancel("closed before it could be sent")
    if not message.switched_on:
        return Hold(now + LOOK_AGAIN, "chat is switched off")
    if message.costs_money and not message.spent_pence_with_this <= policy.spending_cap_pence:
        return Hold(now + LOOK_AGAIN, "spending cap reached")
    if message.row_class is RowClass.BULK:
        if message.nobody_left:
            return Cancel("no longer the address of anybody it is for")
        if message.address_state is not AddressState.USABLE:
            return Cancel(f"address {message.address_state}")
        opening = opens_at(now, policy)
        if opening is None:
            return Hold(now + LOOK_AGAIN, "quiet hours leave no time to send")
        if opening > now:
            return Hold(opening, "quiet hours")
    return Send()
