"""Where our processes come from: `python -m tests.chaos.nursery` loads everything once and forks one for each request.

So a process that was killed is back within half a second, and most kills hit one at work and not one that still
loads. What runs in each is what `sowhat web`, `worker`, `clock` and `run` run; only the clock it is given is the shared
one, and its own waits are as much shorter as that clock is faster.

It reads one request a line from standard input and answers with the number of the process. At the end of its input it
kills all that it has started.
"""

import functools
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

import service.clock
import service.fleet
import service.missed
import service.wiring
from flows.commands import find_command
from flows.flow import LANGUAGES
from service.logging import set_up_logging
from service.processes import run_all, run_clock, run_web, run_worker
from service.settings import Settings
from service.wiring import Application, build_application
from tests.chaos.clock import SharedClock

ROLES: dict[str, Callable[[Application], None]] = {
    "web": run_web,
    "worker": run_worker,
    "clock": run_clock,
    "run": run_all,
}

SEND_TIMEOUT_SECONDS = 3.0
"""How long a carrier may take to answer. Like the real times it is shorter than the lease of a send."""


@dataclass(frozen=True)
class Request:
    """A process to start: its role, the files with its settings and of the clock, how fast that is, and its log."""

    role: str
    settings: str
    clock: str
    rate: float
    log: str

    def line(self) -> bytes:
        """The request as it is sent."""
        return json.dumps(asdict(self)).encode() + b"\n"


def main() -> None:
    """Answer requests until there are no more, or until told to stop."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for language in LANGUAGES:
        find_command("", (language,))
    children: list[int] = []
    try:
        while line := sys.stdin.readline():
            children.append(_start(Request(**json.loads(line))))
            sys.stdout.write(f"{children[-1]}\n")
            sys.stdout.flush()
    finally:
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def _start(request: Request) -> int:
    child = os.fork()
    if child == 0:
        _live(request)
    return child


def _live(request: Request) -> NoReturn:
    for changed in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(changed, signal.SIG_DFL)
    _write_to(Path(request.log))
    try:
        hurry(request.rate)
        set_up_logging()
        settings = Settings.model_validate_json(Path(request.settings).read_text(encoding="utf-8"))
        ROLES[request.role](build_application(settings, SharedClock(Path(request.clock))))
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(1)


def _write_to(log: Path) -> None:
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)


def hurry(rate: float) -> None:
    """Shorten the waits that go by real time in this process, since the clock that it is given is `rate` times faster.

    Not below what a busy machine needs: a worker that is merely slow must not count as dead.
    """
    service.clock.TICK_SECONDS /= rate
    service.missed.ASK_AGAIN_SECONDS /= rate
    service.fleet.HEARTBEAT_SECONDS = 1.0
    service.fleet.DEAD_AFTER_SECONDS = 4.0
    for open_channel in ("open_twilio_channel", "open_telegram_channel"):
        patient = getattr(service.wiring, open_channel)
        setattr(service.wiring, open_channel, functools.partial(patient, send_timeout_seconds=SEND_TIMEOUT_SECONDS))


if __name__ == "__main__":
    main()
