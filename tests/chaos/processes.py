"""Our processes as the director has them: started, killed without warning, and started again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from service.settings import Settings
from tests.chaos.nursery import Request

LOOK_EVERY_SECONDS = 0.002


@dataclass
class Process:
    """One of our processes: `name` says which, as in "worker 2"; `number` is the system's, None while it is down.

    `started` is when it was, by the machine's clock that only goes forward.
    """

    name: str
    role: str
    request: Request
    number: int | None = None
    started: float = 0.0


@dataclass
class Processes:
    """All of them, up or down. `kills` counts by role; `ended` are those that ended without having been killed."""

    nursery: "subprocess.Popen[bytes]"
    all: list[Process] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)
    ended: list[Process] = field(default_factory=list)

    def add(self, role: str, settings: Settings, directory: Path, rate: float) -> Process:
        """Get a process ready to be started."""
        name = f"{role} {sum(process.role == role for process in self.all) + 1}"
        written = directory / f"{name.replace(' ', '-')}.json"
        written.write_text(_in_plain_text(settings), encoding="utf-8")
        request = Request(role, str(written), str(directory / "clock"), rate, str(written.with_suffix(".log")))
        self.all.append(Process(name, role, request))
        return self.all[-1]

    def start(self, process: Process) -> None:
        """Start one that is down."""
        assert process.number is None
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(process.request.line())
        self.nursery.stdin.flush()
        process.number, process.started = int(self.nursery.stdout.readline()), time.monotonic()

    def kill(self, process: Process) -> None:
        """Kill one that is up, without warning, and wait until it is gone."""
        assert process.number is not None
        if self._is_alive(process):
            os.kill(process.number, signal.SIGKILL)
            while self._is_alive(process):
                time.sleep(LOOK_EVERY_SECONDS)
            self.kills[process.role] = self.kills.get(process.role, 0) + 1
        else:
            self.ended.append(process)
        process.number = None

    def start_all(self) -> None:
        """Start whatever is down."""
        for process in self.down():
            self.start(process)

    def up(self, *roles: str) -> list[Process]:
        """Those that are up, of these roles or of any."""
        return [each for each in self.all if each.number is not None and (not roles or each.role in roles)]

    def down(self) -> list[Process]:
        """Those that are down."""
        return [each for each in self.all if each.number is None]

    def note_ended(self) -> None:
        """Note those that have ended by themselves."""
        for process in self.up():
            if not self._is_alive(process):
                self.ended.append(process)
                process.number = None

    def _is_alive(self, process: Process) -> bool:
        assert process.number is not None
        try:
            os.kill(process.number, 0)
        except ProcessLookupError:
            return False
        return True


@contextmanager
def open_processes() -> Iterator[Processes]:
    """None yet; whatever has been started is killed when the block ends."""
    command = [sys.executable, "-m", "tests.chaos.nursery"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root) as nursery:
        # At the end of its input the nursery kills what it has started, and ends.
        yield Processes(nursery)


def _in_plain_text(settings: Settings) -> str:
    """Settings as JSON, secrets included."""
    values = settings.model_dump(mode="python")
    plain = {name: getattr(value, "get_secret_value", lambda value=value: value)() for name, value in values.items()}
    return json.dumps({name: value for name, value in plain.items() if value is not None})
