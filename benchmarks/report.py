"""The measurements as a page of Markdown."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from string import Template

import sqlalchemy

from benchmarks import digests, outbound, soak
from benchmarks.callers import CONCURRENCY, Load
from benchmarks.digests import DigestTimes
from benchmarks.landlord import PHONES
from benchmarks.memory import Memory
from benchmarks.outbound import Sending
from benchmarks.profiled_turn import TURNS, ProfiledTurn
from benchmarks.start_up import StartUp
from benchmarks.turns import BARE, FULL, HAND_WRITTEN, ROUNDS, WARM_UP, Turns
from delivery.dispatch import CONCURRENT_SENDS
from service.processes import WEB_THREADS

SMALLEST_SHARE = 0.01

_PAGE = Template(Path(__file__).with_name("page.md").read_text(encoding="utf-8"))

Row = Sequence[str]


@dataclass(frozen=True)
class Measurements:
    """Everything that was measured in one run; `profiled` by database, `postgresql` is the server's version."""

    postgresql: str
    turns: Sequence[Turns]
    profiled: Mapping[str, ProfiledTurn]
    sending: Sequence[Sending]
    digests: Sequence[DigestTimes]
    memory: Memory
    start_up: StartUp


def render(measured: Measurements) -> str:
    """The whole page."""
    return _PAGE.substitute(
        cores=os.cpu_count(),
        architecture=platform.machine(),
        system=platform.system(),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        postgresql=measured.postgresql,
        sqlalchemy=sqlalchemy.__version__,
        seed=digests.SEED,
        replies=len(PHONES) - WARM_UP,
        concurrency=CONCURRENCY,
        warm_up=WARM_UP,
        threads=WEB_THREADS,
        rounds=ROUNDS,
        turns=_turns_table(measured.turns),
        ratios=_ratios_table(measured.turns),
        statements=", ".join(f"{each.statements:.0f} on {name}" for name, each in measured.profiled.items()),
        profiled=TURNS,
        places=_places_table(measured.profiled),
        texts=outbound.TEXTS,
        sends=CONCURRENT_SENDS,
        sending_rounds=outbound.ROUNDS,
        sending=_sending_table(measured.sending),
        digests=_digests_table(measured.digests),
        memory=_memory_table(measured.memory),
        tenants=soak.TENANTS,
        weeks=soak.WEEKS,
        soak=_soak_table(measured.memory.soak),
        starting=_start_up_table(measured.start_up),
    )


def _turns_table(measured: Sequence[Turns]) -> str:
    rows = [_load_row(turns, kind) for turns in measured for kind in (FULL, HAND_WRITTEN, BARE)]
    return _table(("", "a second", "p50, ms", "p99, ms", "each round, a second"), rows)


def _load_row(turns: Turns, kind: str) -> Row:
    rounds: Sequence[Load] = turns.rounds[kind]
    return (
        f"{_where(turns)}: {kind}",
        f"{median(load.per_second for load in rounds):,.0f}",
        f"{median(load.percentile(0.5) for load in rounds):.1f}",
        f"{median(load.percentile(0.99) for load in rounds):.1f}",
        ", ".join(f"{load.per_second:,.0f}" for load in rounds),
    )


def _where(turns: Turns) -> str:
    return f"{turns.database}, {turns.processes} web process{'es' if turns.processes > 1 else ''}"


def _ratios_table(measured: Sequence[Turns]) -> str:
    rows = [(_where(turns), f"{turns.ratio(BARE):.2f}", f"{turns.ratio(HAND_WRITTEN):.2f}") for turns in measured]
    return _table(("full turns for each", "bare request (aim 0.4)", "hand-written turn (aim 0.8)"), rows)


def _places_table(profiled: Mapping[str, ProfiledTurn]) -> str:
    shares = {name: dict(each.shares) for name, each in profiled.items()}
    largest = {place: max(share.get(place, 0) for share in shares.values()) for place in set().union(*shares.values())}
    shown = [
        place for place in sorted(largest, key=largest.__getitem__, reverse=True) if largest[place] >= SMALLEST_SHARE
    ]
    rows = [(place, *(f"{share.get(place, 0):.0%}" for share in shares.values())) for place in shown]
    rest = [f"{1 - sum(share.get(place, 0) for place in shown):.0%}" for share in shares.values()]
    return _table(("room or library", *shares), [*rows, ("everything else", *rest)])


def _sending_table(measured: Sequence[Sending]) -> str:
    header = ("", "dispatcher, a second", "bare loop, a second", "ratio", "round trips for 100 texts")
    return _table(header, [_sending_row(each) for each in measured])


def _sending_row(sending: Sending) -> Row:
    return (
        f"{sending.database}, carrier takes {sending.carrier_seconds * 1000:.0f} ms",
        f"{median(sending.ours):,.0f}",
        f"{median(sending.bare):,.0f}",
        f"{sending.ratio:.2f} (aim {0.8 if sending.carrier_seconds else 0.5})",
        f"{median(sending.round_trips):.0f}",
    )


def _digests_table(measured: Sequence[DigestTimes]) -> str:
    smallest = {each.database: each for each in reversed(measured) if each.answers == digests.SIZES[0]}
    return _table(
        ("", "whole digest", "its figures", "whole, against the smallest", "figures, against it", "rebuilding all"),
        [
            (
                f"{each.database}, {each.answers:,} answers",
                f"{median(each.whole) * 1000:.0f} ms",
                f"{median(each.counting) * 1000:.1f} ms",
                f"{digests.ratio(smallest[each.database].whole, each.whole):.2f}",
                f"{digests.ratio(smallest[each.database].counting, each.counting):.2f}",
                f"{each.rebuild_seconds:.1f} s",
            )
            for each in measured
        ],
    )


def _memory_table(memory: Memory) -> str:
    return _table(
        ("resident", "at rest", "after the load"),
        [
            ("`sowhat web`", f"{memory.web_at_rest:.0f} MB", f"{memory.web_loaded:.0f} MB"),
            ("`sowhat worker`", f"{memory.worker_at_rest:.0f} MB", f"{memory.worker_loaded:.0f} MB"),
        ],
    )


def _soak_table(megabytes: Sequence[float]) -> str:
    weeks = [week for week in range(1, len(megabytes) + 1) if week in (1, 2, 3) or week % 5 == 0]
    return _table(
        ("end of week", *(str(week) for week in weeks)), [("MB", *(f"{megabytes[w - 1]:.0f}" for w in weeks))]
    )


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


def _table(header: Row, rows: Iterable[Row]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
