"""The jobs that the clock starts: each asks the database what is due and does it. Run twice, they do nothing more."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from consultations.fallback import ask_elsewhere
from consultations.invitations import expire_closed, invite_waiting, remind_silent
from consultations.launch import launch_due_surveys
from delivery.reconciliation import expire_leases, settle_unknown
from outcomes.digest import send_due_digests
from service.wiring import Application, open_channels


@dataclass(frozen=True)
class Job:
    """Something to look after every so many seconds."""

    name: str
    every_seconds: int
    run: Callable[[Application], None]


def start_surveys(application: Application) -> None:
    """Ask about activities whose time to undo is over, whoever waited for that, and elsewhere who was not reached."""
    launch_due_surveys(application.database, application.survey, application.rules, application.now())
    invite_waiting(application.database, application.rules, application.now())
    ask_elsewhere(application.database, application.rules, application.now())
    application.wake.set()


def keep_time(application: Application) -> None:
    """End what has closed, and then remind those who are silent."""
    expire_closed(application.database, application.now())
    remind_silent(application.database, application.rules, application.now())
    application.wake.set()


def settle_sends(application: Application) -> None:
    """Find out about sends whose end nobody knows."""

    async def settle() -> None:
        async with open_channels(application) as channels:
            await settle_unknown(application.database, {"sms": channels.sms}, application.now())

    expire_leases(application.database, application.now())
    asyncio.run(settle())
    application.wake.set()


def send_digests(application: Application) -> None:
    """Queue the weekly digests that are due."""
    send_due_digests(application.database, application.now())
    application.wake.set()


JOBS = (
    Job("start_surveys", 10, start_surveys),
    Job("keep_time", 30, keep_time),
    Job("settle_sends", 30, settle_sends),
    Job("send_digests", 60, send_digests),
)
