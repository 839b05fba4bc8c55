"""The jobs that the clock starts: each asks the database what is due and does it. Run twice, they do nothing more."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from consultations.fallback import ask_elsewhere
from consultations.invitations import expire_closed, invite_waiting, remind_silent
from consultations.launch import launch_due_surveys
from delivery.reconciliation import expire_leases, settle_unknown
from outcomes.digest import send_due_digests
from outcomes.rollups import compact
from service.missed import FETCH_EVERY, fetch_missed
from service.wiring import Application, open_sms
from storage import job_runs

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """Something to look after every so many seconds. `at_most_one`: a second worker does not begin meanwhile."""

    name: str
    every_seconds: int
    run: Callable[[Application], None]
    at_most_one: bool = True


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
        async with open_sms(application.settings) as sms:
            await settle_unknown(application.database, {sms.name: sms}, application.now())

    expire_leases(application.database, application.now())
    asyncio.run(settle())
    application.wake.set()


def compact_rollups(application: Application) -> None:
    """Bring the totals that figures are read from up to date."""
    compact(application.database)


def send_digests(application: Application) -> None:
    """Queue the weekly digests that are due."""
    send_due_digests(application.database, application.now())
    application.wake.set()


FETCH_MISSED = Job("fetch_missed", int(FETCH_EVERY.total_seconds()), fetch_missed)

JOBS = (
    Job("start_surveys", 10, start_surveys),
    Job("keep_time", 30, keep_time),
    Job("settle_sends", 30, settle_sends),
    Job("compact_rollups", 60, compact_rollups),
    Job("send_digests", 60, send_digests),
    FETCH_MISSED,
)


def run_job(application: Application, job: Job) -> None:
    """Do a job, and write down when it began and when it was done. A fault is logged; its next turn tries again."""
    with structlog.contextvars.bound_contextvars(job=job.name):
        try:
            with application.database.work() as work:
                job_runs.note_start(work, job.name, application.now())
            job.run(application)
            with application.database.work() as work:
                job_runs.note_end(work, job.name, application.now())
        except Exception as fault:
            logger.error("job_failed", fault=type(fault).__name__)
