"""`sowhat inbox`: what only a person can settle."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from service.commands.row_id import ROW_ID

if TYPE_CHECKING:
    from service.waiting import Waiting


@click.group("inbox", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_context
def inbox(context: click.Context, as_json: bool) -> None:
    """List what waits for a person, alerts first; the subcommands show and settle it."""
    if context.invoked_subcommand is not None:
        return
    from service.waiting import waiting_for_a_person
    from service.wiring import open_database, system_clock
    from storage.policy import current_policy

    now = system_clock()
    with open_database().reading() as work:
        waiting = waiting_for_a_person(work)
        time_zone = ZoneInfo(current_policy(work).time_zone)
    if as_json:
        rows = [
            {
                **vars(row),
                "raised_at": row.raised_at.isoformat(),
                "waiting_seconds": max(0, int((now - row.raised_at).total_seconds())),
            }
            for row in waiting
        ]
        click.echo(json.dumps(rows))
        return
    _print(waiting, now, time_zone)


def _print(waiting: list["Waiting"], now: datetime, time_zone: ZoneInfo) -> None:
    from service.received_message import words_of
    from service.waiting import duration_words

    if not waiting:
        click.echo("Nothing waits for a person.")
        return
    for row in waiting:
        name = f"{row.what.upper() if row.what == 'alert' else row.what} {row.id}"
        since = f"since {row.raised_at.astimezone(time_zone):%d %b %H:%M} ({duration_words(now - row.raised_at)})"
        click.echo(f"{name:<12}{words_of(row.reason):<22}message {row.message_id:<8}{since}")
    click.echo(f"\nRead one with: sowhat inbox show {waiting[0].message_id}")


@inbox.command("show")
@click.argument("message_id", type=ROW_ID)
def show(message_id: int) -> None:
    """Print the message MESSAGE_ID: a tenant's words, for staff only."""
    from service.received_message import message_lines
    from service.wiring import open_database
    from storage import messages
    from storage.policy import current_policy

    with open_database().reading() as work:
        message = messages.by_id(work, message_id)
        if message is None:
            raise click.ClickException(f"There is no message {message_id}. `sowhat inbox` lists those to read.")
        for line in message_lines(work, message, ZoneInfo(current_policy(work).time_zone)):
            click.echo(line)


@inbox.command("media")
@click.argument("message_id", type=ROW_ID)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def media(message_id: int, folder: Path) -> None:
    """Fetch the pictures and sounds that came with the message MESSAGE_ID into FOLDER: for staff only.

    They stay at Twilio or Telegram otherwise. Delete them when they have been seen. Exits with 1 where one could not
    be fetched.
    """
    import asyncio

    from service.media import Fetched, fetch_all, fetched_lines, open_media_source
    from service.settings import read_settings
    from service.wiring import open_database
    from storage import messages
    from storage.messages import attachments_of

    settings = read_settings()
    with open_database(settings).reading() as work:
        message = messages.by_id(work, message_id)
        if message is None:
            raise click.ClickException(f"There is no message {message_id}. `sowhat inbox` lists those to read.")
        channel, attachments = message.channel, attachments_of(work, message_id)
    if not attachments:
        click.echo(f"Nothing came with message {message_id}.")
        return

    async def fetch() -> list[Fetched]:
        async with open_media_source(settings, channel) as source:
            return await fetch_all(source, attachments, folder)

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fetched = asyncio.run(fetch())
    except OSError as fault:
        raise click.ClickException(f"{folder} cannot be written to ({fault.strerror}).") from None
    for line in fetched_lines(fetched):
        click.echo(line)
    if any(each.file is None for each in fetched):
        sys.exit(1)


@inbox.command("acknowledge")
@click.argument("alert_id", type=ROW_ID)
def acknowledge(alert_id: int) -> None:
    """Note that somebody has taken on the alert ALERT_ID."""
    from service.wiring import open_database, system_clock
    from storage.inbox import locked_alert

    with open_database().work() as work:
        alert = locked_alert(work, alert_id)
        if alert is None:
            raise click.ClickException(f"There is no alert {alert_id}. `sowhat inbox` lists those that are open.")
        if alert.acknowledged_at is not None:
            click.echo(f"Alert {alert_id} was acknowledged before. Nothing was changed.")
            return
        alert.acknowledged_at = system_clock()
    click.echo(f"Alert {alert_id} is acknowledged.")


@inbox.command("settle")
@click.argument("item_id", type=ROW_ID)
def settle(item_id: int) -> None:
    """Note that ITEM_ID has been settled."""
    from service.wiring import open_database, system_clock
    from storage.inbox import locked_inbox_item

    with open_database().work() as work:
        item = locked_inbox_item(work, item_id)
        if item is None:
            raise click.ClickException(f"There is no item {item_id}. `sowhat inbox` lists those to settle.")
        if item.settled_at is not None:
            click.echo(f"Item {item_id} was settled before. Nothing was changed.")
            return
        item.settled_at = system_clock()
    click.echo(f"Item {item_id} is settled.")
