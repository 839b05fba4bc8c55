"""What starting costs: `sowhat --help`, and `sowhat run` until it answers and at rest."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.databases import Databases
from benchmarks.landlord import write_policy
from benchmarks.outbound import running_carrier
from benchmarks.processes import SOWHAT, resident_megabytes, sowhat, wait_for_port
from tests.given import free_port

HELP_RUNS, RUN_RUNS = 9, 3
REST_SECONDS = 2.0


@dataclass(frozen=True)
class StartUp:
    """Seconds and megabytes (1,000,000 bytes), each the median of several runs."""

    help_seconds: float
    python_seconds: float
    ready_seconds: float
    resident_megabytes: float


def measure_start_up(databases: Databases) -> StartUp:
    """Measure everything."""
    help_times, python_times = [], []
    for _ in range(HELP_RUNS):
        help_times.append(_seconds([SOWHAT, "--help"]))
        python_times.append(_seconds([sys.executable, "-c", "pass"]))
    runs = [_run(databases.make()) for _ in range(RUN_RUNS)]
    return StartUp(
        help_seconds=median(help_times),
        python_seconds=median(python_times),
        ready_seconds=median(ready for ready, _ in runs),
        resident_megabytes=median(megabytes for _, megabytes in runs),
    )


def _seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _run(database_url: str) -> tuple[float, float]:
    """Seconds until `sowhat run` listens, and megabytes resident when it has been at rest."""
    port = free_port()
    write_policy(database_url)
    with running_carrier(0) as twilio_url:
        began = time.perf_counter()
        with sowhat("run", database_url, twilio_url, port) as process:
            wait_for_port(port)
            ready = time.perf_counter() - began
            time.sleep(REST_SECONDS)
            return ready, resident_megabytes(process)
