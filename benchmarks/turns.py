"""Full conversation turns through the webhook, against the same turn by hand and a bare endpoint on the same server."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks.callers import Load, call, replies
from benchmarks.databases import Databases
from benchmarks.landlord import PHONES, application_on
from benchmarks.processes import wait_for_port
from storage.models.consultations import Progress
from storage.totals import progress_of_conversations
from tests.given import free_port

FULL, HAND_WRITTEN, BARE = "full", "hand-written", "bare"
KINDS = (FULL, HAND_WRITTEN, BARE)

ROUNDS = 3
WARM_UP = 99


@dataclass(frozen=True)
class Turns:
    """The rounds of each kind of server, in the order they were run: each full one beside the others after it."""

    database: str
    processes: int
    rounds: Mapping[str, Sequence[Load]]

    def ratio(self, other: str) -> float:
        """Full turns for each of the other kind's in the same time, the median of the rounds."""
        pairs = zip(self.rounds[FULL], self.rounds[other], strict=True)
        return median(full.per_second / beside.per_second for full, beside in pairs)


def measure_turns(databases: Databases, asked: str, processes: int) -> Turns:
    """Run the rounds, alternating, each on a fresh copy of the database `asked` and with so many web processes."""
    rounds: dict[str, list[Load]] = {kind: [] for kind in KINDS}
    for _ in range(ROUNDS):
        for kind in KINDS:
            rounds[kind].append(_round(kind, databases.copy(asked), processes))
    return Turns(databases.name, processes, rounds)


def _round(kind: str, database_url: str, processes: int) -> Load:
    with _serving(kind, database_url, processes) as ports:
        call(ports, replies(PHONES[:WARM_UP], "Y", first_number=0))
        load = call(ports, replies(PHONES[WARM_UP:], "Y", first_number=WARM_UP))
    if kind != BARE:
        _check_every_turn_was_taken(database_url)
    return load


@contextmanager
def _serving(kind: str, database_url: str, processes: int) -> Iterator[Sequence[int]]:
    ports = [free_port() for _ in range(processes)]
    servers = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.server", kind, database_url, str(port)], stderr=subprocess.DEVNULL
        )
        for port in ports
    ]
    try:
        for port in ports:
            wait_for_port(port)
        yield ports
    finally:
        for server in servers:
            server.terminate()
            server.wait()


def _check_every_turn_was_taken(database_url: str) -> None:
    application = application_on(database_url)
    with application.database.reading() as work:
        progress = progress_of_conversations(work)
    application.database.close()
    if progress != {Progress.PARTIAL: len(PHONES)}:
        raise RuntimeError(f"not every reply moved its conversation on: {dict(progress)}")
