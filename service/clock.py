"""The clock: it only ticks. The database says which clock is the one that counts, and what is due."""

import os
import secrets
import socket
from datetime import datetime, timedelta

import structlog

from service.jobs import Job
from service.starting import StartJob
from service.wiring import Application
from storage import job_runs, leases
from storage.models import JobRun

TICK_SECONDS = 5.0

LEASE_NAME = "clock"
LEASE = timedelta(seconds=20)
"""How long an elected clock counts as alive after its last tick; then another takes over at its next."""

logger = structlog.get_logger(__name__)


class Clock:
    """Starts each job when it is due, if this clock is the elected one. `pace` scales the intervals of the jobs."""

    def __init__(self, application: Application, jobs: tuple[Job, ...], start: StartJob, pace: float = 1.0) -> None:
        self._application = application
        self._jobs = jobs
        self._start = start
        self._pace = pace
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._elected = False

    def tick(self) -> None:
        """Take or renew the lease, and start what is due. The next tick tries again what fails now."""
        try:
            runs = self._runs_if_elected()
            if runs is not None:
                self._start_due(runs)
        except Exception as fault:
            logger.error("tick_failed", fault=type(fault).__name__)

    def resign(self) -> None:
        """Let another clock take over at once."""
        try:
            with self._application.database.work() as work:
                leases.give_back(work, LEASE_NAME, self._holder, self._application.now())
        except Exception as fault:
            # The lease ends by itself.
            logger.warning("lease_not_given_back", fault=type(fault).__name__)

    def _runs_if_elected(self) -> dict[str, JobRun] | None:
        with self._application.database.work() as work:
            elected = leases.take(work, LEASE_NAME, self._holder, self._application.now(), LEASE)
            runs = {run.name: run for run in job_runs.all_runs(work)} if elected else None
        if elected != self._elected:
            logger.info("clock_elected" if elected else "clock_not_elected", holder=self._holder)
            self._elected = elected
        return runs

    def _start_due(self, runs: dict[str, JobRun]) -> None:
        for job in self._jobs:
            run = runs.get(job.name)
            if run is None or self._is_due(job, run.started_at):
                self._start(job)

    def _is_due(self, job: Job, started_at: datetime) -> bool:
        """Whether its interval is over, to half a tick. A start in the future was written by a wrong clock."""
        since = self._application.now() - started_at
        return not timedelta() <= since < timedelta(seconds=(job.every_seconds - TICK_SECONDS / 2) * self._pace)
