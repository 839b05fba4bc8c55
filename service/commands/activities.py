"""`sowhat activities`: what was held, and closing it so that those who came are asked about it."""

from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from service.commands.file_import import import_argument, import_file

if TYPE_CHECKING:
    from storage.database import Work
    from storage.models import Activity


@click.group("activities")
def activities() -> None:
    """Activities: what was held, for whom, at what cost."""


@activities.command("import")
@import_argument
def import_activities_file(file: Path) -> None:
    """Import activities from FILE (CSV in UTF-8, or .xlsx), all or none; it can be repeated.

    Columns: activity_ref and title, and any of type, held_on, aim, method, customers_involved, customer_hours,
    staff_hours, total_cost_pounds, properties_affected, outcomes and evidence.
    """
    from outcomes.activity_import import import_activities
    from service.wiring import open_database, system_clock

    database, now = open_database(), system_clock()
    counts = import_file(file, lambda content: import_activities(database, content, now))
    click.echo(
        f"{file.name}: activities: {counts.rows:,} ({counts.new:,} new, {counts.changed:,} changed, "
        f"{counts.unchanged:,} unchanged)."
    )
    if counts.unchanged == counts.rows:
        click.echo("Nothing has changed since the last import.")


@activities.command("close")
@click.argument("ref")
@click.option("--undo", is_flag=True, help="Open it again, as long as its survey has not gone out.")
def close(ref: str, undo: bool) -> None:
    """Close the activity REF: those who came are asked about it after 15 minutes, unless that is undone."""
    from service.wiring import open_database, system_clock

    now = system_clock()
    with open_database().work() as work:
        activity = _find(work, ref)
        click.echo(_undo(work, activity, now) if undo else _close(work, activity, now))


def _find(work: "Work", ref: str) -> "Activity":
    from storage.activities import activity_ids, by_ref

    activity = by_ref(work, ref)
    if activity is None:
        nearest = get_close_matches(ref, activity_ids(work), n=1, cutoff=0)
        hint = f" Did you mean {nearest[0]}?" if nearest else " Import activities first: sowhat activities import FILE."
        raise click.ClickException(f"There is no activity {ref}.{hint}")
    return activity


def _close(work: "Work", activity: "Activity", now: datetime) -> str:
    from storage import activities
    from storage.policy import current_policy

    policy = current_policy(work)
    due = now + timedelta(minutes=policy.undo_minutes)
    if not activities.close(work, activity, now, due):
        raise click.ClickException(f"{activity.activity_ref} is closed already.")
    at = f"{due.astimezone(ZoneInfo(policy.time_zone)):%H:%M}"
    people = activities.attendance_count(work, activity.id)
    return "\n".join(
        (
            f"{activity.activity_ref} is closed. Its survey goes out at {at} to those of {people:,} who can be asked."
            if people
            else f"{activity.activity_ref} is closed, but nobody is recorded as having come, so nobody can be asked. "
            f"Before {at} import who came: sowhat attendance import FILE",
            f"Until then you can undo this: sowhat activities close {activity.activity_ref} --undo",
        )
    )


def _undo(work: "Work", activity: "Activity", now: datetime) -> str:
    from storage import activities

    if activity.closed_at is None:
        raise click.ClickException(f"{activity.activity_ref} is not closed, so there is nothing to undo.")
    if not activities.undo_close(work, activity, now):
        raise click.ClickException(
            f"The survey of {activity.activity_ref} has gone out or is just going out, and cannot be taken back."
        )
    return f"{activity.activity_ref} is open again. Nobody was asked."
