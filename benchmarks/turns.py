"""Full conversation turns through the webhook, against a bare endpoint on the same server."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.callers import Load, call, replies
from benchmarks.landlord import PHONES, application_in
from storage.models.consultations import Progress
from storage.totals import progress_of_conversations

ROUNDS = 3
WARM_UP = 99
LONGEST_START_SECONDS = 20.0


@dataclass(frozen=True)
class Turns:
    """The rounds of both servers, in the order they were run, each full one beside the bare one after it."""

    full: list[Load]
    bare: list[Load]

    @property
    def ratio(self) -> float:
        """Full turns for each bare request in the same time, the median of the rounds."""
        return median(full.per_second / bare.per_second for full, bare in zip(self.full, self.bare, strict=True))


def measure_turns(asked: Path) -> Turns:
    """Run the rounds, alternating, each on a fresh copy of the database in the folder `asked`."""
    turns = Turns([], [])
    for _ in range(ROUNDS):
        turns.full.append(_round("full", asked))
        turns.bare.append(_round("bare", asked))
    return turns


def _round(kind: str, asked: Path) -> Load:
    with TemporaryDirectory() as name:
        directory = Path(name)
        shutil.copytree(asked, directory, dirs_exist_ok=True)
        with _serving(kind, directory) as port:
            call(port, replies(PHONES[:WARM_UP], "Y", first_number=0))
            load = call(port, replies(PHONES[WARM_UP:], "Y", first_number=WARM_UP))
        if kind == "full":
            _check_every_turn_was_taken(directory)
        return load


@contextmanager
def _serving(kind: str, directory: Path) -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", kind, str(directory), str(port)], stderr=subprocess.DEVNULL
    )
    try:
        wait_for_port(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _check_every_turn_was_taken(directory: Path) -> None:
    application = application_in(directory)
    with application.database.reading() as work:
        progress = progress_of_conversations(work)
    application.database.close()
    if progress != {Progress.PARTIAL: len(PHONES)}:
        raise RuntimeError(f"not every reply moved its conversation on: {dict(progress)}")


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port


def wait_for_port(port: int) -> None:
    """Wait until somebody listens. Raises TimeoutError."""
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while True:
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > deadline:
            raise TimeoutError(f"nobody listens on port {port} after {LONGEST_START_SECONDS:.0f} seconds")
        time.sleep(0.005)
