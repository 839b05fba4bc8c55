"""`sowhat run`, `web`, `worker` and `clock`, the processes of a Procfile, and `bot`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from service.wiring import Application

_NEEDED_LIVE = ("landlord", "landlord_phone", "alert_recipients")
"""The policy values without which no tenant may be texted for real."""


@click.command()
def run() -> None:
    """Run web, worker and clock in one process, until stopped."""
    from service.processes import run_all

    _start(run_all)


@click.command()
def web() -> None:
    """Run the web alone: what Twilio posts to us."""
    from service.processes import run_web

    _start(run_web)


@click.command()
def worker() -> None:
    """Run the worker alone: everything that leaves."""
    from service.processes import run_worker

    _start(run_worker)


@click.command()
def clock() -> None:
    """Run the clock alone: surveys, reminders and digests that are due."""
    from service.processes import run_clock

    _start(run_clock)


@click.command()
@click.option("--set-webhook", is_flag=True, help="Have Telegram post to PUBLIC_BASE_URL from now on, and end.")
@click.option("--delete-webhook", is_flag=True, help="Have Telegram post to nobody any more, and then ask it.")
def bot(set_webhook: bool, delete_webhook: bool) -> None:
    """Ask Telegram what people write to the bot, until stopped.

    For a machine that Telegram cannot reach. Where it can, have it post to the web process instead: run this once
    with --set-webhook.
    """
    from service import bot_webhook
    from service.bot_process import run_bot
    from service.logging import set_up_logging
    from service.settings import read_settings

    if set_webhook and delete_webhook:
        raise click.UsageError("Telegram either posts or is asked: give --set-webhook or --delete-webhook, not both.")
    set_up_logging(process="bot")
    if set_webhook:
        name = bot_webhook.set_our_webhook(read_settings())
        click.echo(f"Telegram posts what people write to {name} to us from now on: `sowhat run` or `web` must be up.")
        return
    if delete_webhook:
        name = bot_webhook.delete_webhook(read_settings())
        click.echo(f"Telegram posts what people write to {name} to nobody any more.")
    _start(run_bot)


def _start(process: Callable[["Application"], None]) -> None:
    from service.logging import set_up_logging
    from service.settings import read_settings
    from service.wiring import build_application

    set_up_logging(process=click.get_current_context().info_name or "sowhat")
    application = build_application(read_settings())
    _refuse_unfinished_policy(application)
    process(application)


def _refuse_unfinished_policy(application: "Application") -> None:
    """Raise SettingsError when tenants would be texted in nobody's name, or nobody told of what they report."""
    from service.doctor.policy_checks import MUST_BE_SET, what_to_do
    from service.settings import SettingsError
    from storage.policy import current_policy

    if application.settings.trial_mode:
        return
    with application.database.reading() as work:
        policy = current_policy(work)
    missing = [name for name in _NEEDED_LIVE if not MUST_BE_SET[name](policy)]
    if missing:
        lines = ["TRIAL_MODE is false, but the policy is not finished:"]
        raise SettingsError("\n".join(lines + [f"{name}: {what_to_do(name)}" for name in missing]))
