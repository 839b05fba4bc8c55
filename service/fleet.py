"""What the workers of a fleet do beside sending: the jobs of the clock, dealt out by Procrastinate on PostgreSQL.

Every worker process serves the engine's one queue. An engine job carries nothing but its name: what there is to do is
in our own tables, so that a job lost is done at its next turn, and one done twice changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from procrastinate import App, PsycopgConnector, exceptions
from procrastinate.jobs import Job as EngineJob
from procrastinate.jobs import Status

from service.background import Background
from service.jobs import JOBS, Job, run_job
from service.starting import LONGEST_GOODBYE_SECONDS
from service.wiring import Application
from storage.wake_ups import QUEUE, WAKE_UP

HEARTBEAT_SECONDS = 5.0

DEAD_AFTER_SECONDS = 20.0
"""A worker whose last heartbeat is older has died."""

CONCURRENT_JOBS = 4

ENGINE_CONNECTIONS = 2
"""How many connections the engine opens in a worker, beside the one on which it is told of new jobs."""

CONNECTION_TIMEOUT_SECONDS = 5.0

logger = structlog.get_logger(__name__)


def rescue_jobs(application: Application) -> None:
    """Hand the jobs of workers that have died to others."""

    async def rescue() -> None:
        app = App(connector=_connector(application, 1))
        async with app.open_async():
            await app.job_manager.prune_stalled_workers(DEAD_AFTER_SECONDS)
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
                await _retry(app, job)

    asyncio.run(rescue())


# Not at most one at a time: it is the one that frees jobs whose worker has died at them, this one among them.
FLEET_JOBS = (*JOBS, Job("rescue_jobs", 15, rescue_jobs, at_most_one=False))
"""What the clock starts on a fleet: looking after the fleet itself as well."""


async def serve(application: Application) -> None:
    """Do the jobs of the fleet until cancelled, and then end those under way.

    Raises ConnectorException when the database is away; what was under way then is rescued later.
    """
    background = Background()
    app = App(connector=_connector(application, ENGINE_CONNECTIONS))
    app.task(name=WAKE_UP, queue=QUEUE)(_waking(application))
    for job in FLEET_JOBS:
        app.task(name=job.name, queue=QUEUE)(_running(application, job, background))
    async with app.open_async():
        await app.run_worker_async(
            queues=[QUEUE],
            concurrency=CONCURRENT_JOBS,
            install_signal_handlers=False,
            # Nothing would ever read what is kept of a finished job, and it would pile up.
            delete_jobs="always",
            shutdown_graceful_timeout=LONGEST_GOODBYE_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=DEAD_AFTER_SECONDS,
        )


def _connector(application: Application, connections: int) -> PsycopgConnector:
    # Procrastinate takes the address as libpq does, without the name of SQLAlchemy's driver in it.
    address = application.settings.database_url.replace("postgresql+psycopg:", "postgresql:", 1)
    return PsycopgConnector(conninfo=address, min_size=1, max_size=connections, timeout=CONNECTION_TIMEOUT_SECONDS)


def _waking(application: Application) -> Callable[[], Awaitable[None]]:
    async def wake_up() -> None:
        application.wake.set()

    return wake_up


def _running(application: Application, job: Job, background: Background) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await asyncio.wrap_future(background.start(job.name, lambda: run_job(application, job)))

    return run


async def _retry(app: App, job: EngineJob) -> None:
    """Let another worker do a job, unless one like it waits already."""
    logger.warning("job_rescued", job=job.task_name)
    try:
        await app.job_manager.retry_job(job)
    except exceptions.UniqueViolation:
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
