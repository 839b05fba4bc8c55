"""The worker: empties the outbox, and on a fleet does its share of the jobs."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Event

import structlog

from delivery.dispatch import Dispatcher
from service.jobs import FETCH_MISSED
from service.missed import CaughtUp
from service.starting import StartJob, starting_jobs
from service.wiring import Application, Channels, open_channels

IDLE_SECONDS = 0.5
"""How long to wait before looking again when nothing was due and nobody woke us."""

FLEET_IDLE_SECONDS = 2.0
"""The same on a fleet, where every worker looks, and whoever queues a message has one of them woken."""

LONGEST_GOODBYE_SECONDS = 18.0
"""How long what is under way may take to end once told to stop; leases cover what is cut off then."""

RECONNECT_SECONDS = 1.0
LOOK_UP_SECONDS = 0.1

THREADS = 8
"""How many threads claim messages, write down results and hand over mail, each on one connection at a time."""

logger = structlog.get_logger(__name__)


def work(application: Application, stop: Event) -> None:
    """Send what is due until `stop` is set; what is under way then is finished first, if it ends in time.

    Raises what breaks the worker; a database that is away does not.
    """
    with starting_jobs(application) as start:
        asyncio.run(_work(application, stop, start))


async def _work(application: Application, stop: Event, start: StartJob) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="worker"))
    async with open_channels(application) as channels:
        parts = [asyncio.create_task(_send_until(stop, application, channels, start))]
        if application.database.is_for_a_fleet:
            parts.append(asyncio.create_task(_serve_fleet_until(stop, application)))
        told = asyncio.create_task(_until(stop))
        await asyncio.wait((*parts, told), return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        application.wake.set()
        await _end(parts)


async def _end(parts: list[asyncio.Task[None]]) -> None:
    """Give each part its time to end, and raise what broke one."""
    _, late = await asyncio.wait(parts, timeout=LONGEST_GOODBYE_SECONDS)
    for part in late:
        logger.warning("cut_off_at_the_end")
        part.cancel()
    for part in parts:
        with suppress(asyncio.CancelledError):
            await part


async def _send_until(stop: Event, application: Application, channels: Channels, start: StartJob) -> None:
    dispatcher = Dispatcher(application.database, channels.by_name(), application.claim_rules, application.now)
    caught_up = CaughtUp(application, partial(start, FETCH_MISSED))
    idle_seconds = FLEET_IDLE_SECONDS if application.database.is_for_a_fleet else IDLE_SECONDS
    while not stop.is_set():
        if await _send(dispatcher, caught_up) == 0:
            await asyncio.to_thread(application.wake.wait, idle_seconds)
            application.wake.clear()
    await dispatcher.finish()


async def _send(dispatcher: Dispatcher, caught_up: CaughtUp) -> int:
    try:
        return await dispatcher.send_due(with_bulk=await asyncio.to_thread(caught_up.is_so))
    except Exception as fault:
        # A database that is locked or away must not end the worker; nothing is claimed, or the lease will tell.
        logger.error("dispatch_failed", fault=type(fault).__name__)
        await asyncio.sleep(IDLE_SECONDS)
        return 0


async def _serve_fleet_until(stop: Event, application: Application) -> None:
    """Do jobs of the fleet, connecting anew whenever the database has been away."""
    # Nobody who runs on SQLite waits for Procrastinate to be imported.
    from service.fleet import serve

    while not stop.is_set():
        serving, told = asyncio.create_task(serve(application)), asyncio.create_task(_until(stop))
        try:
            await asyncio.wait((serving, told), return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            serving.cancel()
            [fault] = await asyncio.gather(serving, return_exceptions=True)
        if not stop.is_set():
            logger.error("fleet_left", fault=type(fault).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)


async def _until(stop: Event) -> None:
    """Wait for an event of threads."""
    while not stop.is_set():
        await asyncio.sleep(LOOK_UP_SECONDS)
