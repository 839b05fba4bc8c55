"""How much memory web and worker take at rest and under load, and whether it stays flat over simulated weeks."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.callers import call, replies
from benchmarks.databases import Databases
from benchmarks.landlord import NOW, PHONES, application_on, write_policy
from benchmarks.outbound import running_carrier
from benchmarks.processes import resident_megabytes, sowhat, wait_for_port
from storage.outbox import is_quiet
from tests.given import free_port

REST_SECONDS = 6.0
LONGEST_SENDING_SECONDS = 300.0


@dataclass(frozen=True)
class Memory:
    """Megabytes (1,000,000 bytes) resident at rest and after load, and of the soak at the end of each week."""

    web_at_rest: float
    web_loaded: float
    worker_at_rest: float
    worker_loaded: float
    soak: Sequence[float]


def measure_memory(databases: Databases, asked: str, queued: str) -> Memory:
    """Measure everything: the web takes a reply from everybody in `asked`, the worker sends all texts in `queued`."""
    web = _web(databases.copy(asked))
    idle = databases.make()
    write_policy(idle)
    worker = _worker(idle, databases.copy(queued))
    soaked = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak", databases.make()], check=True, stdout=subprocess.PIPE
    )
    return Memory(*web, *worker, soak=json.loads(soaked.stdout))


def _web(database_url: str) -> tuple[float, float]:
    port = free_port()
    with running_carrier(0) as twilio_url, sowhat("web", database_url, twilio_url, port) as process:
        wait_for_port(port)
        time.sleep(REST_SECONDS)
        at_rest = resident_megabytes(process)
        call([port], replies(PHONES, "Y", first_number=0))
        return at_rest, resident_megabytes(process)


def _worker(idle: str, queued: str) -> tuple[float, float]:
    with running_carrier(0) as twilio_url:
        with sowhat("worker", idle, twilio_url, free_port()) as process:
            time.sleep(REST_SECONDS)
            at_rest = resident_megabytes(process)
        with sowhat("worker", queued, twilio_url, free_port()) as process:
            _wait_until_sent(queued)
            return at_rest, resident_megabytes(process)


def _wait_until_sent(database_url: str) -> None:
    database = application_on(database_url).database
    deadline = time.monotonic() + LONGEST_SENDING_SECONDS
    while True:
        with database.reading() as work:
            if is_quiet(work, NOW):
                break
        if time.monotonic() > deadline:
            raise TimeoutError(f"not everything was sent after {LONGEST_SENDING_SECONDS:.0f} seconds")
        time.sleep(0.2)
    database.close()
