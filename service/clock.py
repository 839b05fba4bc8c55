"""The clock: APScheduler ticks, and the jobs ask the database what is due."""

from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from service.jobs import JOBS, Job
from service.wiring import Application

logger = structlog.get_logger(__name__)


def start_clock(application: Application, pace: float = 1.0) -> BackgroundScheduler:
    """Run every job now and then at its interval times `pace`, each at most once at a time.

    A tick that comes late, after sleep or a pause of the machine, is still run, once (`coalesce`, no
    `misfire_grace_time`): APScheduler drops ticks more than a second late otherwise.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    for job in JOBS:
        scheduler.add_job(
            _run,
            "interval",
            [job, application],
            id=job.name,
            seconds=job.every_seconds * pace,
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
            next_run_time=datetime.now(UTC),
        )
    scheduler.start()
    return scheduler


def _run(job: Job, application: Application) -> None:
    try:
        job.run(application)
    except Exception as fault:
        # The next tick tries again; one job's fault must not stop the others.
        logger.error("job_failed", job=job.name, fault=type(fault).__name__)
