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
    from storage.policy import Policy


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
    """Close the activity REF: those who came are asked about it, unless this is undone in time.

    The policy undo_minutes says how long that is; nobody is texted in quiet hours.
    """
    from service.settings import read_settings
    from service.wiring import open_database, system_clock

    settings, now = read_settings(), system_clock()
    with open_database(settings).work() as work:
        activity = _find(work, ref)
        lines = [_undo(work, activity, now)] if undo else _close(work, activity, now)
    if settings.trial_mode and not undo:
        lines.append(
            "TRIAL_MODE is on: only the numbers in the policy team_numbers are texted, and this survey then counts "
            "as sent; nobody else is asked about this activity later."
        )
    click.echo("\n".join(lines))


def _find(work: "Work", ref: str) -> "Activity":
    from storage.activities import activity_ids, by_ref

    activity = by_ref(work, ref)
    if activity is None:
        nearest = get_close_matches(ref, activity_ids(work), n=1, cutoff=0)
        hint = f" Did you mean {nearest[0]}?" if nearest else " Import activities first: sowhat activities import FILE."
        raise click.ClickException(f"There is no activity {ref}.{hint}")
    return activity


def _close(work: "Work", activity: "Activity", now: datetime) -> list[str]:
    from storage import activities
    from storage.policy import current_policy

    policy = current_policy(work)
    due = now + timedelta(minutes=policy.undo_minutes)
    if not activities.close(work, activity, now, due):
        raise click.ClickException(_closed_before(activity, now, policy.time_zone))
    ref, undo_until = activity.activity_ref, _when(due, now, policy.time_zone)
    people = activities.attendance_count(work, activity.id)
    if people:
        came = "1 person" if people == 1 else f"{people:,} people"
        lines = [
            f"{ref} is closed. {came} came; each of them who may be texted is asked about it.",
            _first_texts(due, now, policy),
        ]
    else:
        lines = [f"{ref} is closed, but nobody is recorded as having come, so nobody can be asked."]
    if due > now:
        if not people:
            lines.append(f"Import who came before the survey goes out {undo_until}: sowhat attendance import FILE")
        lines.append(f"This can be undone until the survey is due {undo_until}: {_undo_command(ref)}")
    return lines


def _first_texts(due: datetime, now: datetime, policy: "Policy") -> str:
    """When the survey that is `due` really begins to reach people."""
    from delivery.quiet_hours import opens_at

    leaves = opens_at(due, policy)
    if leaves is None:
        return "Quiet hours never end, so no text leaves: change them with sowhat policy set quiet_weekdays sunday"
    waits = " (when quiet hours end)" if leaves > due else ""
    return f"Its survey goes out {_when(leaves, now, policy.time_zone)}{waits}."


def _closed_before(activity: "Activity", now: datetime, time_zone: str) -> str:
    """What is said of an activity that somebody closes again."""
    assert activity.closed_at is not None
    assert activity.survey_due_at is not None
    ref, due = activity.activity_ref, _when(activity.survey_due_at, now, time_zone)
    closed = f"{ref} is closed already: it was closed {_when(activity.closed_at, now, time_zone)}"
    if activity.survey_due_at > now:
        return f"{closed}, and its survey is due {due}. To undo this: {_undo_command(ref)}"
    return f"{closed}. Its survey was due {due}, so this can no longer be undone."


def _undo_command(ref: str) -> str:
    return f"sowhat activities close {ref} --undo"


def _when(moment: datetime, now: datetime, time_zone: str) -> str:
    """`at 12:15` for today, else `on Monday 23 November at 09:00`, in local time."""
    zone = ZoneInfo(time_zone)
    local = moment.astimezone(zone)
    at = f"at {local:%H:%M}"
    return at if local.date() == now.astimezone(zone).date() else f"on {local:%A} {local.day} {local:%B} {at}"


def _undo(work: "Work", activity: "Activity", now: datetime) -> str:
    from storage import activities

    if activity.closed_at is None:
        raise click.ClickException(f"{activity.activity_ref} is not closed, so there is nothing to undo.")
    if not activities.undo_close(work, activity, now):
        raise click.ClickException(
            f"The survey of {activity.activity_ref} has gone out or is just going out, and cannot be taken back."
        )
    return f"{activity.activity_ref} is open again. Nobody was asked."
