"""The policy in force: what staff may change without a restart, with its defaults and who changed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from storage.database import Work
from storage.models import PolicyChange


@dataclass(frozen=True)
class Policy:
    """Policy values, every one with a default a landlord can start from.

    `quiet_from` to `quiet_until` are local times between which we start no conversation, nor on a weekday of
    `quiet_weekdays` (0 is Monday). `spending_cap_pence` holds for a calendar month and is reckoned with
    `segment_price_pence`, the carrier's price of one SMS segment. The digest goes out on `digest_weekday` at
    `digest_time`. An activity's survey can be undone for `undo_minutes`. `team_numbers` are the only numbers
    texted in trial mode. `telegram` lets tenants be written to there, who have linked their chat.
    """

    landlord: str = "Your landlord"
    landlord_phone: str = ""
    time_zone: str = "Europe/London"
    quiet_from: time = time(20, 0)
    quiet_until: time = time(9, 0)
    quiet_weekdays: tuple[int, ...] = (6,)
    spending_cap_pence: int = 5_000
    segment_price_pence: Decimal = Decimal("4.0")
    digest_recipients: tuple[str, ...] = ()
    digest_weekday: int = 0
    digest_time: time = time(8, 0)
    alert_recipients: tuple[str, ...] = ()
    undo_minutes: int = 15
    team_numbers: tuple[str, ...] = ()
    telegram: bool = False


def policy_names() -> tuple[str, ...]:
    """The names of all policy values, in the order they are shown."""
    return tuple(field.name for field in fields(Policy))


def current_policy(work: Work) -> Policy:
    """The policy in force: the newest change of each name over the defaults."""
    changes = newest_changes(work).values()
    return replace(Policy(), **{change.name: _from_json(change.name, change.value) for change in changes})


def newest_changes(work: Work) -> Mapping[str, PolicyChange]:
    """The change that is in force of each policy value, by name; a value that keeps its default has none."""
    newest = select(func.max(PolicyChange.id)).group_by(PolicyChange.name)
    changes = work.session.scalars(select(PolicyChange).where(PolicyChange.id.in_(newest)))
    return {change.name: change for change in changes}


def segment_prices_since(work: Work, since: datetime) -> Sequence[tuple[datetime, Decimal]]:
    """Every price of a segment in force since `since`, in pence with the moment from which it held, oldest first."""
    changes = select(PolicyChange).where(PolicyChange.name == "segment_price_pence").order_by(PolicyChange.id)
    prices = [(since, Policy.segment_price_pence)]
    for change in work.session.scalars(changes):
        price = Decimal(change.value)
        if change.changed_at <= since:
            prices = [(since, price)]
        else:
            prices.append((change.changed_at, price))
    return prices


def change_policy(work: Work, values: Mapping[str, Any], changed_by: str, now: datetime) -> None:
    """Record changed values, given as `Policy` holds them.

    Raises:
        ValueError: a name is unknown; the message names it.
    """
    unknown = set(values) - set(policy_names())
    if unknown:
        raise ValueError(f"there is no policy value called {', '.join(sorted(unknown))}")
    work.session.add_all(
        PolicyChange(name=name, value=_to_json(value), changed_at=now, changed_by=changed_by)
        for name, value in values.items()
    )
    work.session.flush()


def _to_json(value: Any) -> Any:
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _from_json(name: str, value: Any) -> Any:
    default = getattr(Policy, name)
    if isinstance(default, time):
        return time.fromisoformat(value)
    if isinstance(default, Decimal):
        return Decimal(value)
    return tuple(value) if isinstance(default, tuple) else value
