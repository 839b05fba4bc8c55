"""Who kills our processes while they are at work, and starts them again after a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.chaos.processes import Process, Processes

LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class Haste:
    """How quickly kills follow each other, in real seconds.

    The next comes when there have been some messages, `most_messages` at most; or else after some time within `waits`.
    What was killed is down for `longest_down` at most.
    """

    most_messages: int
    waits: tuple[float, float]
    longest_down: float


@dataclass
class Reaper:
    """Decides by `draw`. `traffic` counts the messages on the networks so far, out and in."""

    processes: Processes
    traffic: Callable[[], int]
    draw: Random
    haste: Haste
    _coming_back: list[tuple[float, Process]] = field(default_factory=list)

    def reap(self, kills: int) -> None:
        """Kill so many times, whichever is up, each time while there is work."""
        for _ in range(kills):
            self._wait_for_work()
            self._kill_one()

    def pass_time(self, seconds: float) -> None:
        """Let real time pass, and start again whatever has been down for long enough."""
        until = time.monotonic() + seconds
        while True:
            self._bring_back()
            self.processes.note_ended()
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, LOOK_EVERY_SECONDS))

    def wait_for(self, is_so: Callable[[], bool], seconds: float) -> None:
        """Wait until it is so, but no longer than this; if it never is, the figures will tell."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not is_so():
            self.pass_time(LOOK_EVERY_SECONDS)

    def take_down(self, *roles: str) -> None:
        """Kill all of these roles; they stay down until `relent`."""
        self._coming_back = [(due, process) for due, process in self._coming_back if process.role not in roles]
        for process in self.processes.up(*roles):
            self.processes.kill(process)

    def relent(self) -> None:
        """Start everything that is down."""
        self._coming_back = []
        self.processes.start_all()

    def _wait_for_work(self) -> None:
        enough = self.traffic() + self.draw.randint(1, self.haste.most_messages)
        self.wait_for(lambda: self.traffic() >= enough, self.draw.uniform(*self.haste.waits))

    def _kill_one(self) -> None:
        while not self.processes.up():
            self.pass_time(LOOK_EVERY_SECONDS)
        victim = self.draw.choice(self.processes.up())
        self.processes.kill(victim)
        self._coming_back.append((time.monotonic() + self.draw.uniform(0, self.haste.longest_down), victim))

    def _bring_back(self) -> None:
        now = time.monotonic()
        for due, process in self._coming_back:
            if due <= now:
                self.processes.start(process)
        self._coming_back = [(due, process) for due, process in self._coming_back if due > now]
