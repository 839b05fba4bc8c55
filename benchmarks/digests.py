"""How long the weekly digest takes over few and over many answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from benchmarks.answered import DIGEST_AT, write_answers
from benchmarks.databases import Databases
from benchmarks.landlord import settings_on
from outcomes.counting import count_digest
from outcomes.digest import preview_digest
from outcomes.rollups import rebuild
from outcomes.weeks import Week
from service.wiring import connect
from storage.database import Database
from storage.policy import current_policy
from storage.rollups import note_changed

SIZES = (10_000, 1_000_000)
BIG_SIZE = 10_000_000
ROUNDS = 7
STILL_NOTED = 100
"""So many conversations changed since the job last ran: those of a minute at some twenty replies a second."""

SEED = 20261123


@dataclass(frozen=True)
class DigestTimes:
    """Digests of one database: seconds for the whole mail, for the figures in it alone, and to count all anew once."""

    database: str
    answers: int
    whole: Sequence[float]
    counting: Sequence[float]
    rebuild_seconds: float


def measure_digests(databases: Databases, *, big: bool) -> list[DigestTimes]:
    """Digests over each number of answers, the sizes in turn so that all meet the same machine."""
    sizes = (*SIZES, BIG_SIZE) if big else SIZES
    opened = {answers: connect(settings_on(databases.make())) for answers in sizes}
    rebuilt = {answers: _fill(database, answers) for answers, database in opened.items()}
    whole: dict[int, list[float]] = {answers: [] for answers in sizes}
    counting: dict[int, list[float]] = {answers: [] for answers in sizes}
    for database in opened.values():
        _whole(database)  # loads what charts are drawn with
    for _ in range(ROUNDS):
        for answers, database in opened.items():
            whole[answers].append(_whole(database))
            counting[answers].append(_counting(database))
    for database in opened.values():
        database.close()
    return [
        DigestTimes(databases.name, answers, whole[answers], counting[answers], rebuilt[answers]) for answers in sizes
    ]


def ratio(smaller: Sequence[float], larger: Sequence[float]) -> float:
    """How many times as long the larger took."""
    return median(larger) / median(smaller)


def _fill(database: Database, answers: int) -> float:
    write_answers(database, answers, SEED)
    start = perf_counter()
    rebuild(database)
    seconds = perf_counter() - start
    with database.work() as work:
        note_changed(work, range(1, STILL_NOTED + 1))
    return seconds


def _whole(database: Database) -> float:
    start = perf_counter()
    preview_digest(database, None, DIGEST_AT)
    return perf_counter() - start


def _counting(database: Database) -> float:
    start = perf_counter()
    with database.reading() as work:
        policy = current_policy(work)
        count_digest(work, Week.of(DIGEST_AT.date(), policy.time_zone).previous, policy, DIGEST_AT)
    return perf_counter() - start
