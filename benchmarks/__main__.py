"""`python -m benchmarks [big]`: measure, print, and write docs/performance.md. Takes some seventeen minutes.

`big` measures the digest over ten million answers as well.
"""

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from benchmarks.databases import Databases, SqliteFiles, durable_postgres
from benchmarks.digests import DigestTimes, measure_digests
from benchmarks.landlord import PHONES, ask_everybody
from benchmarks.memory import measure_memory
from benchmarks.outbound import Sending, measure_outbound, queue_texts
from benchmarks.profiled_turn import ProfiledTurn, profile_turn
from benchmarks.report import Measurements, render
from benchmarks.start_up import measure_start_up
from benchmarks.turns import Turns, measure_turns

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"

PROCESSES = (1, 2)
CARRIER_SECONDS = (0.1, 0.0)


def main(*options: str) -> None:
    """Measure everything, one thing after the other."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("ERROR"))
    with ExitStack() as stack:
        sqlite = SqliteFiles(Path(stack.enter_context(TemporaryDirectory())))
        postgres = stack.enter_context(durable_postgres())
        measured = _measure(sqlite, postgres, postgres.version, big="big" in options)
    page = render(measured)
    PAGE.write_text(page, encoding="utf-8")
    print(page)  # noqa: T201 - a command line of its own


def _measure(sqlite: Databases, postgres: Databases, version: str, *, big: bool) -> Measurements:
    turns: list[Turns] = []
    profiled: dict[str, ProfiledTurn] = {}
    sending: list[Sending] = []
    digests: list[DigestTimes] = []
    for databases in (sqlite, postgres):
        _tell(f"Turns of conversations on {databases.name}")
        asked = databases.make()
        ask_everybody(asked, PHONES)
        turns += [measure_turns(databases, asked, processes) for processes in PROCESSES]
        profiled[databases.name] = profile_turn(databases.copy(asked))
        _tell(f"Sending from {databases.name}")
        queued = queue_texts(databases)
        sending += [measure_outbound(databases, queued, seconds) for seconds in CARRIER_SECONDS]
        if databases is sqlite:
            _tell("Memory, with a soak of simulated weeks")
            memory = measure_memory(databases, asked, queued)
        _tell(f"Digests on {databases.name}")
        digests += measure_digests(databases, big=big)
    _tell("Starting")
    return Measurements(version, turns, profiled, sending, digests, memory, measure_start_up(sqlite))


def _tell(stage: str) -> None:
    print(f"{stage} …", file=sys.stderr)  # noqa: T201 - as above


if __name__ == "__main__":
    main(*sys.argv[1:])
