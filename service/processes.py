"""The processes: web, worker and clock, each alone or all in one."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Thread

import click
import structlog
from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from service.clock import TICK_SECONDS, Clock
from service.jobs import JOBS, Job
from service.settings import SettingsError
from service.starting import starting_jobs
from service.ticks import ticks_of
from service.wiring import Application, web_application
from service.worker import work
from webhooks.app import LARGEST_REQUEST_BYTES

WEB_THREADS = 8
HOST = "0.0.0.0"

LOOK_UP_SECONDS = 0.5
"""How often a waiting process looks whether a signal has come."""

LONGEST_GOODBYE_SECONDS = 5
"""How long requests under way may take to end when the web is stopped."""

LEAVE_AFTER_SECONDS = 27.0
"""When a process that has been told to stop ends, whatever hangs in it: platforms kill after 30 seconds."""

logger = structlog.get_logger(__name__)


def run_all(application: Application) -> None:
    """Web, worker and clock in this process, until it is told to stop."""
    with told_to_stop() as stop, serving(application) as port, working(application, stop), ticking(application):
        _say_ready(application, port)
        wait_for(stop)


def run_web(application: Application) -> None:
    """The web alone."""
    with told_to_stop() as stop, serving(application) as port:
        _say_ready(application, port)
        wait_for(stop)


def _say_ready(application: Application, port: int) -> None:
    trial_mode = "on, only team_numbers are texted" if application.settings.trial_mode else "off, tenants are texted"
    click.echo(f"sowhat listens on port {port}. Trial mode is {trial_mode}. Ctrl-C ends it.", err=True)


def run_worker(application: Application) -> None:
    """The worker alone."""
    with told_to_stop() as stop:
        work(application, stop)


def run_clock(application: Application) -> None:
    """The clock alone."""
    with told_to_stop() as stop, ticking(application):
        wait_for(stop)


@contextmanager
def told_to_stop() -> Iterator[Event]:
    """An event that SIGTERM and SIGINT set, and within half a minute of it the end of the process in any case."""
    stop, ended = stop_on_signal(), Event()
    Thread(target=_leave_in_time, args=(stop, ended), name="leaving", daemon=True).start()
    try:
        yield stop
    finally:
        ended.set()
        stop.set()


def _leave_in_time(stop: Event, ended: Event) -> None:
    stop.wait()
    if not ended.wait(LEAVE_AFTER_SECONDS):
        logger.error("left_with_work_under_way")
        os._exit(1)


def stop_on_signal() -> Event:
    """An event that SIGTERM and SIGINT set.

    By way of a thread: a handler comes in the middle of whatever the main thread does, even while that holds the lock
    which setting the event takes. A SimpleQueue may be put into there (Python's "queue", "SimpleQueue.put").
    """
    stop, heard = Event(), SimpleQueue[int]()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: heard.put(number))
    Thread(target=_set_once_heard, args=(stop, heard), name="signals", daemon=True).start()
    return stop


def _set_once_heard(stop: Event, heard: SimpleQueue[int]) -> None:
    heard.get()
    stop.set()


def wait_for(stop: Event) -> None:
    """Wait in the main thread until `stop` is set.

    Not in one go: the system may hand a signal to any thread, and Python runs our handler only when this one wakes.
    """
    while not stop.wait(LOOK_UP_SECONDS):
        pass


@contextmanager
def serving(application: Application, host: str = HOST) -> Iterator[int]:
    """Serve the web application from a thread; gives the port.

    Raises:
        SettingsError: the port is taken, or not ours to take.
    """
    port = application.settings.port
    try:
        server = create_server(
            web_application(application),
            host=host,
            port=port,
            threads=WEB_THREADS,
            max_request_body_size=LARGEST_REQUEST_BYTES,
            ident=None,
        )
    except OSError as fault:
        raise SettingsError(f"PORT {port} cannot be listened on ({fault.strerror}): set another one.") from None
    thread = Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        # First the requests under way. The trigger wakes the server's loop by a write to a pipe, which must be closed
        # last of all: a write that came later would go into whatever file had been opened in its place.
        server.task_dispatcher.shutdown(timeout=LONGEST_GOODBYE_SECONDS)
        server.trigger.pull_trigger(lambda: _hang_up(server))
        thread.join(timeout=LONGEST_GOODBYE_SECONDS)
        server.trigger.close()


def _hang_up(server: BaseWSGIServer) -> None:
    """Listen no more and close every connection once all is said, which ends the loop; called in the loop's thread."""
    wasyncore.dispatcher.close(server)
    server.trigger.del_channel()
    for connection in tuple(server.active_channels.values()):
        connection.close_when_flushed = True


@contextmanager
def working(application: Application, stop: Event) -> Iterator[None]:
    """Run the worker in a thread until the block ends; `stop` is set when the worker ends by itself, broken.

    Raises what broke the worker.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="worker") as thread:
        worker = thread.submit(work, application, stop)
        worker.add_done_callback(lambda _: stop.set())
        try:
            yield
        finally:
            stop.set()
            application.wake.set()
            worker.result()


@contextmanager
def ticking(application: Application, pace: float = 1.0) -> Iterator[None]:
    """Run the clock until the block ends; `pace` scales its intervals."""
    with starting_jobs(application) as start:
        clock = Clock(application, _jobs_of(application), start, pace)
        try:
            with ticks_of(clock.tick, TICK_SECONDS * pace):
                yield
        finally:
            clock.resign()


def _jobs_of(application: Application) -> tuple[Job, ...]:
    if not application.database.is_for_a_fleet:
        return JOBS
    # Nobody who runs on SQLite waits for Procrastinate to be imported.
    from service.fleet import FLEET_JOBS

    return FLEET_JOBS
