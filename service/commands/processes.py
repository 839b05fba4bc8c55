"""`sowhat run`, `web`, `worker` and `clock`: the processes of a Procfile."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from service.wiring import Application


@click.command()
def run() -> None:
    """Run web, worker and clock in one process, until stopped."""
    from service.processes import run_all

    _start(run_all)


@click.command()
def web() -> None:
    """Run the web alone: what Twilio posts to us."""
    from service.processes import run_web

    _start(run_web)


@click.command()
def worker() -> None:
    """Run the worker alone: everything that leaves."""
    from service.processes import run_worker

    _start(run_worker)


@click.command()
def clock() -> None:
    """Run the clock alone: surveys, reminders and digests that are due."""
    from service.processes import run_clock

    _start(run_clock)


def _start(process: Callable[["Application"], None]) -> None:
    from service.logging import set_up_logging
    from service.settings import read_settings
    from service.wiring import build_application

    set_up_logging()
    process(build_application(read_settings()))
