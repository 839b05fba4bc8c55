"""`sowhat policy`: what staff may change without a restart, and who changed it."""

import getpass
import json
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

import click


@click.group("policy")
def policy() -> None:
    """Quiet hours, caps, prices, recipients and the landlord's name."""


@policy.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print the values as JSON.")
def show(as_json: bool) -> None:
    """Print every value, since when it holds, who set it and what it means."""
    from service.policy_values import POLICY_VALUES
    from service.wiring import open_database
    from storage.policy import current_policy, newest_changes

    with open_database().reading() as work:
        in_force, changes = current_policy(work), newest_changes(work)
    if as_json:
        rows = [
            {
                "name": name,
                "value": kind.show(getattr(in_force, name)),
                "since": changes[name].changed_at.isoformat() if name in changes else None,
                "by": changes[name].changed_by if name in changes else None,
                "meaning": kind.meaning,
            }
            for name, kind in POLICY_VALUES.items()
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    time_zone = ZoneInfo(in_force.time_zone)
    for name, kind in POLICY_VALUES.items():
        click.echo(f"{name} = {kind.show(getattr(in_force, name))}")
        change = changes.get(name)
        since = "the default" if change is None else _since(change.changed_at, change.changed_by, time_zone)
        click.echo(f"    {kind.meaning} ({since})")


@policy.command("set")
@click.argument("name")
@click.argument("values", nargs=-1, required=True)
@click.option("--by", "changed_by", help="Who decided it; without, the name you are logged in with.")
def set_value(name: str, values: tuple[str, ...], changed_by: str | None) -> None:
    """Set the policy value NAME to VALUES; the word none empties a list.

    Amounts are written with their unit (£50, 4.2p), times as 08:30, weekdays by name. What is wrong is not stored.
    """
    from service.policy_values import POLICY_VALUES
    from service.wiring import open_database, system_clock
    from storage.policy import change_policy, current_policy

    if name not in POLICY_VALUES:
        nearest = get_close_matches(name, POLICY_VALUES, n=1)
        hint = f" Did you mean {nearest[0]}?" if nearest else " `sowhat policy show` lists them all."
        raise click.UsageError(f"There is no policy value {name}.{hint}")
    kind = POLICY_VALUES[name]
    with open_database().work() as work:
        in_force = current_policy(work)
        value = _read(name, values, in_force)
        if value == getattr(in_force, name):
            click.echo(f"{name} is {kind.show(value)} already. Nothing was changed.")
            return
        change_policy(work, {name: value}, changed_by or _logged_in_as(), system_clock())
    click.echo(f"{name} = {kind.show(value)} (until now {kind.show(getattr(in_force, name))})")


def _read(name: str, values: tuple[str, ...], in_force: Any) -> Any:
    from service.policy_readers import WrongPolicyValueError
    from service.policy_values import read_policy_value

    try:
        return read_policy_value(name, values, in_force)
    except WrongPolicyValueError as fault:
        raise click.UsageError(f"{name}: {fault} Nothing was changed.") from None


def _logged_in_as() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise click.UsageError("Nobody is logged in by name: say who decided it with --by NAME.") from None


def _since(moment: datetime, changed_by: str, time_zone: ZoneInfo) -> str:
    return f"since {moment.astimezone(time_zone):%d %b %Y %H:%M}, set by {changed_by}"
