"""The ticks of the clock, which come whatever is done to the machine's time of day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler


@contextmanager
def ticks_of(tick: Callable[[], None], seconds: float) -> Iterator[None]:
    """Call `tick` now and every so many seconds until the block ends, never twice at once, missed ticks as one.

    APScheduler goes by the time of day and stands still when that is put back. So a timer that only goes forward looks
    once an interval whether the next tick is further away than it can be, and has it come at once.
    """
    interval = timedelta(seconds=seconds)
    scheduler = BackgroundScheduler(timezone=UTC)
    job = scheduler.add_job(
        tick,
        "interval",
        seconds=seconds,
        next_run_time=datetime.now(UTC),
        coalesce=True,
        misfire_grace_time=None,
        max_instances=1,
    )
    ended = Event()
    watch = Thread(target=_watch, args=(ended, job, interval), name="clock watch", daemon=True)
    scheduler.start()
    watch.start()
    try:
        yield
    finally:
        ended.set()
        watch.join()
        scheduler.shutdown()


def _watch(ended: Event, job: Job, interval: timedelta) -> None:
    while not ended.wait(interval.total_seconds()):
        now = datetime.now(UTC)
        if job.next_run_time - now > interval:
            job.modify(next_run_time=now)
