"""`sowhat rollups`: prove that what figures are read from is right, or make it anew."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from outcomes.rollups import Difference
    from storage.database import Database

MOST_LISTED = 20


@click.group()
def rollups() -> None:
    """The totals that figures are read from."""


@rollups.command()
def check() -> None:
    """Count every conversation from its answers, and compare with the totals.

    Reads only, and can be done while answers arrive. Exits with 1 where something is wrong.
    """
    from outcomes.rollups import check as check_rollups
    from service.wiring import open_database

    database = open_database()
    with _progress(database, "Counting") as on_progress:
        found = check_rollups(database, on_progress)
    for difference in found.differences[:MOST_LISTED]:
        click.echo(_in_words(difference))
    if len(found.differences) > MOST_LISTED:
        click.echo(f"… and {len(found.differences) - MOST_LISTED:,} more differences")
    if found.comments_out_of_place:
        click.echo(f"comments that are not where digests look for them: {found.comments_out_of_place:,}")
    if found.names_missing:
        click.echo(f"words of tenants' names that would not be taken out of comments: {found.names_missing:,}")
    if not found.is_right:
        click.echo("Put it right with: sowhat rollups rebuild")
        sys.exit(1)
    click.echo(f"Counted {found.conversations:,} conversations: the totals are right.")


@rollups.command()
def rebuild() -> None:
    """Drop the totals and count every conversation anew.

    Can be done while answers arrive, killed and done again; digests are right meanwhile, if slow.
    """
    from outcomes.rollups import rebuild as rebuild_rollups
    from service.wiring import open_database

    database = open_database()
    with _progress(database, "Counting") as on_progress:
        counted = rebuild_rollups(database, on_progress)
    click.echo(f"Counted {counted:,} conversations anew.")


@contextmanager
def _progress(database: "Database", what: str) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, that is told how many conversations more have been counted; elsewhere nothing."""
    from rich.console import Console
    from rich.progress import Progress

    from storage.rollups import number_of_conversations

    with database.reading() as work:
        total = number_of_conversations(work)
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=total)
        yield lambda conversations: bar.advance(task, conversations)


def _in_words(difference: "Difference") -> str:
    from outcomes.periods import QUARTER_SECONDS

    key = difference.key
    since = datetime.fromtimestamp(key.period * QUARTER_SECONDS, UTC)
    about = ", ".join(filter(None, (f"consultation {key.consultation_id}", key.question_id, key.figure, key.value)))
    figures = f"{difference.counted:+,} counted, {difference.tallied:+,} in the totals"
    return f"{about}, from {since:%Y-%m-%d %H:%M} UTC: {figures}"
