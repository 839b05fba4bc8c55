"""The processes: web, worker and clock, each alone or all in one."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from waitress.server import create_server

from service.clock import start_clock
from service.wiring import Application, web_application
from service.worker import work

WEB_THREADS = 8
HOST = "0.0.0.0"


def run_all(application: Application) -> None:
    """Web, worker and clock in this process, until it is told to stop."""
    stop = stop_on_signal()
    with serving(application), working(application, stop), ticking(application):
        stop.wait()


def run_web(application: Application) -> None:
    """The web alone."""
    stop = stop_on_signal()
    with serving(application):
        stop.wait()


def run_worker(application: Application) -> None:
    """The worker alone."""
    work(application, stop_on_signal())


def run_clock(application: Application) -> None:
    """The clock alone."""
    stop = stop_on_signal()
    with ticking(application):
        stop.wait()


def stop_on_signal() -> Event:
    """An event that SIGTERM and SIGINT set."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


@contextmanager
def serving(application: Application, host: str = HOST) -> Iterator[int]:
    """Serve the web application from a thread; gives the port."""
    server = create_server(
        web_application(application), host=host, port=application.settings.port, threads=WEB_THREADS, ident=None
    )
    thread = Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.close()
        thread.join(timeout=5)


@contextmanager
def working(application: Application, stop: Event) -> Iterator[None]:
    """Run the worker in a thread until the block ends."""
    thread = Thread(target=work, args=(application, stop), name="worker")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        application.wake.set()
        thread.join()


@contextmanager
def ticking(application: Application, pace: float = 1.0) -> Iterator[None]:
    """Run the clock until the block ends; `pace` scales its intervals."""
    scheduler = start_clock(application, pace)
    try:
        yield
    finally:
        scheduler.shutdown()
