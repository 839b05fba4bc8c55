"""Starting jobs: on this machine, or on whichever machine of the fleet takes them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import structlog

from service.background import Background
from service.jobs import Job, run_job
from service.wiring import Application
from storage import wake_ups

LONGEST_GOODBYE_SECONDS = 10.0
"""How long jobs under way may take to end; one that asks Twilio for a list may take a minute, and is left behind."""

logger = structlog.get_logger(__name__)

StartJob = Callable[[Job], None]


@contextmanager
def starting_jobs(application: Application) -> Iterator[StartJob]:
    """How to have a job done: by the fleet where there is one, else here, in the background.

    Jobs that run here have so long to end when the block does. What is left behind is done again: all jobs bear that.
    """
    if application.database.is_for_a_fleet:
        yield partial(_defer, application)
        return
    background = Background()
    try:
        yield lambda job: _begin(background, application, job)
    finally:
        if not background.wait(LONGEST_GOODBYE_SECONDS):
            logger.warning("jobs_left_behind")


def _begin(background: Background, application: Application, job: Job) -> None:
    background.start(job.name, partial(run_job, application, job))


def _defer(application: Application, job: Job) -> None:
    with application.database.work() as work:
        wake_ups.defer(work, job.name, at_most_one=job.at_most_one)
