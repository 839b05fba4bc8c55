"""`sowhat outbox`: messages that wait or went wrong, and settling those that need a person."""

import json
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from service.commands.row_id import ROW_ID

if TYPE_CHECKING:
    from storage.database import Work
    from storage.models import OutboxMessage


@click.group("outbox", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_context
def outbox(context: click.Context, as_json: bool) -> None:
    """Count the messages by state and reason; the subcommands settle those that are parked."""
    if context.invoked_subcommand is not None:
        return
    from service.wiring import open_database
    from storage.outbox import counts_by_state

    with open_database().reading() as work:
        counts = counts_by_state(work)
    if as_json:
        click.echo(
            json.dumps([{"state": state, "reason": reason, "messages": count} for state, reason, count in counts])
        )
        return
    if not counts:
        click.echo("The outbox is empty.")
    for state, reason, count in counts:
        click.echo(f"{count:>9,}  {state}" + (f": {reason}" if reason else ""))
    if any(state == "parked" for state, _, _ in counts):
        click.echo("\nParked messages wait for you to decide: sowhat outbox unknown")


@outbox.command("unknown")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def unknown(as_json: bool) -> None:
    """List the messages of which nobody knows whether they arrived: those for you to settle, and how.

    Messages that the carrier is still being asked about come last; they settle by themselves.
    """
    from service.wiring import open_database
    from storage import outbox as messages
    from storage.policy import current_policy

    with open_database().reading() as work:
        found = [*messages.parked(work), *messages.unknown_messages(work)]
        time_zone = ZoneInfo(current_policy(work).time_zone)
    if as_json:
        click.echo(json.dumps([_row(message) for message in found], ensure_ascii=False))
        return
    if not found:
        click.echo("Of every message it is known what became of it.")
    for message in found:
        tried = _last_tried_at(message)
        when = "never tried" if tried is None else f"last tried {tried.astimezone(time_zone):%d %b %Y %H:%M:%S}"
        click.echo(f"{message.id}  {message.channel} to {message.recipient}, {message.row_class}, {when}")
        click.echo(f"    {_reason(message)}")
        click.echo(f"    {_what_to_do(message)}")


def _row(message: "OutboxMessage") -> dict[str, object]:
    tried = _last_tried_at(message)
    return {
        "id": message.id,
        "channel": message.channel,
        "recipient": message.recipient,
        "class": message.row_class,
        "last_tried_at": None if tried is None else tried.isoformat(),
        "state": message.state,
        "reason": _reason(message),
        "what_to_do": _what_to_do(message),
    }


def _last_tried_at(message: "OutboxMessage") -> datetime | None:
    return message.attempts[-1].started_at if message.attempts else None


def _reason(message: "OutboxMessage") -> str:
    last = message.attempts[-1] if message.attempts else None
    return message.ended_reason or (last and last.reason) or "no answer yet"


def _what_to_do(message: "OutboxMessage") -> str:
    if message.state == "unknown":
        return "The carrier is being asked what became of it. Nothing to do for the next twenty minutes."
    resend, drop = f"sowhat outbox resend {message.id}", f"sowhat outbox drop {message.id}"
    if not any(attempt.result == "unknown" for attempt in message.attempts):
        return f"It was certainly not sent. Mend the cause (sowhat doctor helps), then: {resend}"
    if message.channel == "telegram":
        return f"It may have been sent, and Telegram keeps no list to look in. So that nobody is asked twice: {drop}"
    place = "in the Twilio console's message log" if message.channel == "sms" else "with whoever it is addressed to"
    return f"It may have been sent: look {place}. If it is there: {drop}. If it is not: {resend}"


@outbox.command("resend")
@click.argument("message_id", type=ROW_ID)
def resend(message_id: int) -> None:
    """Send the parked message MESSAGE_ID once more; all that holds a message back is looked at again."""
    from service.wiring import open_database, system_clock
    from storage.outbox import send_again

    with open_database().work() as work:
        message = _find_parked(work, message_id)
        if _has_moved_on(work, message):
            raise click.ClickException(
                f"The conversation has gone on without message {message_id}, so it would only confuse: "
                f"sowhat outbox drop {message_id}"
            )
        send_again(message, system_clock())
    click.echo(f"Message {message_id} is queued again.")


@outbox.command("drop")
@click.argument("message_id", type=ROW_ID)
def drop(message_id: int) -> None:
    """Do not send the parked message MESSAGE_ID: it has arrived, or nobody needs it any more."""
    from service.wiring import open_database
    from storage.outbox import drop as cancel

    with open_database().work() as work:
        cancel(_find_parked(work, message_id))
    click.echo(f"Message {message_id} is dropped.")


def _find_parked(work: "Work", message_id: int) -> "OutboxMessage":
    from storage.models.outbox import OutboxState
    from storage.outbox import locked_if_there

    message = locked_if_there(work, message_id)
    if message is None:
        raise click.ClickException(f"There is no message {message_id}. `sowhat outbox unknown` lists those to settle.")
    if message.state is not OutboxState.PARKED:
        raise click.ClickException(f"Message {message_id} is {message.state} and not parked: leave it alone.")
    return message


def _has_moved_on(work: "Work", message: "OutboxMessage") -> bool:
    """Whether a question is no longer the one that waits for an answer."""
    from storage import conversations
    from storage.models.consultations import LIVE

    if message.conversation_id is None or message.question_id is None:
        return False
    conversation = conversations.by_id(work, message.conversation_id)
    return conversation.progress not in LIVE or conversation.question_id != message.question_id
