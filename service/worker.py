"""The worker: empties the outbox, and every five minutes asks first what was missed while nobody listened."""

import asyncio
from datetime import timedelta
from threading import Event

import structlog

from conversations.missed import take_in_missed
from delivery.dispatch import Dispatcher
from service.wiring import Application, Channels, open_channels

IDLE_SECONDS = 0.5
"""How long to wait before looking again when nothing was due and nobody woke us."""

FETCH_EVERY = timedelta(minutes=5)
ASK_AGAIN_SECONDS = 10.0

logger = structlog.get_logger(__name__)


def work(application: Application, stop: Event) -> None:
    """Send what is due until `stop` is set; what is under way then is finished first."""
    asyncio.run(_work(application, stop))


async def _work(application: Application, stop: Event) -> None:
    async with open_channels(application) as channels:
        dispatcher = Dispatcher(application.database, channels.by_name(), application.claim_rules, application.now)
        fetched_at, caught_up = application.now(), asyncio.create_task(_catch_up(application, channels))
        while not stop.is_set():
            if caught_up.done() and application.now() - fetched_at >= FETCH_EVERY:
                fetched_at, caught_up = application.now(), asyncio.create_task(_catch_up(application, channels))
            # A STOP that the webhook missed must be known before anything bulk leaves.
            if await _send(dispatcher, with_bulk=caught_up.done()) == 0:
                await asyncio.to_thread(application.wake.wait, IDLE_SECONDS)
                application.wake.clear()
        caught_up.cancel()


async def _send(dispatcher: Dispatcher, *, with_bulk: bool) -> int:
    try:
        return await dispatcher.send_due(with_bulk=with_bulk)
    except Exception as fault:
        # A database that is locked or away must not end the worker; nothing is claimed, or the lease will tell.
        logger.error("dispatch_failed", fault=type(fault).__name__)
        await asyncio.sleep(IDLE_SECONDS)
        return 0


async def _catch_up(application: Application, channels: Channels) -> None:
    """Take in what was missed, however often Twilio must be asked."""
    while True:
        try:
            taken = await take_in_missed(application.database, "sms", channels.sms, application.rules, application.now)
        except Exception as fault:
            # Twilio cannot be asked, or the database is locked: until we know what was missed, nothing bulk leaves.
            logger.warning("missed_inbound_not_fetched", fault=type(fault).__name__)
            await asyncio.sleep(ASK_AGAIN_SECONDS)
        else:
            logger.info("missed_inbound_fetched", taken=taken)
            return
