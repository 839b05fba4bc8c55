"""The measurements as a page of Markdown."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from statistics import median

from benchmarks.callers import CONCURRENCY, Load
from benchmarks.landlord import PHONES
from benchmarks.profiled_turn import TURNS, ProfiledTurn
from benchmarks.start_up import StartUp
from benchmarks.turns import ROUNDS, WARM_UP, Turns
from service.processes import WEB_THREADS

SMALLEST_SHARE = 0.01

_PAGE = """\
# Performance

Written by `make bench`. The figures of one machine say little of another; the ratios travel, since both of their sides
were measured in the same run.

Machine: {cores} cores ({architecture}), {system}, Python {python}, SQLite {sqlite}.

## A turn of a conversation

{replies} tenants reply “Y” to their first question, {concurrency} at a time, after a warm-up of {warm_up}, through
Twilio's signed webhook: real HTTP to waitress with {threads} threads in a process of its own. A full turn is the reply
kept, screened and understood, its answer and the conversation stored, and the next question queued, in one commit. The
bare endpoint runs on the same server and framework, checks the same signature and commits one insert, in SQLite with
the same pragmas. Medians of {rounds} rounds, alternating.

{turns}

Full turns for each bare request: **{ratio:.2f}**. Statements to the database in a turn, besides its commit:
**{statements:.0f}**.

## Where the time of a turn goes

cProfile over {profiled} turns in one thread, by the room or library whose code it is. Profiling makes calls look dearer
and waiting for the disk cheaper than they are.

{places}

## Starting

{starting}
"""


def render(turns: Turns, profiled: ProfiledTurn, start_up: StartUp) -> str:
    """The whole page."""
    return _PAGE.format(
        cores=os.cpu_count(),
        architecture=platform.machine(),
        system=platform.system(),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        replies=len(PHONES) - WARM_UP,
        concurrency=CONCURRENCY,
        warm_up=WARM_UP,
        threads=WEB_THREADS,
        rounds=ROUNDS,
        turns=_turns_table(turns),
        ratio=turns.ratio,
        statements=profiled.statements,
        profiled=TURNS,
        places=_table(("room or library", "share"), [(place, f"{share:.0%}") for place, share in _largest(profiled)]),
        starting=_start_up_table(start_up),
    )


def _turns_table(turns: Turns) -> str:
    header = ("", "a second", "p50, ms", "p99, ms", "each round, a second")
    return _table(header, [_load_row("full turn", turns.full), _load_row("bare endpoint", turns.bare)])


def _load_row(name: str, rounds: Sequence[Load]) -> tuple[str, ...]:
    return (
        name,
        f"{median(load.per_second for load in rounds):,.0f}",
        f"{median(load.percentile(0.5) for load in rounds):.1f}",
        f"{median(load.percentile(0.99) for load in rounds):.1f}",
        ", ".join(f"{load.per_second:,.0f}" for load in rounds),
    )


def _largest(profiled: ProfiledTurn) -> list[tuple[str, float]]:
    shown = [(place, share) for place, share in profiled.shares if share >= SMALLEST_SHARE]
    return [*shown, ("everything else", 1 - sum(share for _, share in shown))]


def _start_up_table(start_up: StartUp) -> str:
    help_ratio = start_up.help_seconds / start_up.python_seconds
    bare_python = f"{start_up.python_seconds * 1000:.0f} ms"
    return _table(
        ("", "measured", "against"),
        [
            (
                "`sowhat --help`",
                f"{start_up.help_seconds * 1000:.0f} ms",
                f"{help_ratio:.1f} × `python -c pass` ({bare_python}); at most 500 ms",
            ),
            ("`sowhat run` until it answers", f"{start_up.ready_seconds:.1f} s", "at most 3 s"),
            ("`sowhat run` at rest, resident", f"{start_up.resident_megabytes:.0f} MB", "at most 200 MB"),
        ],
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
