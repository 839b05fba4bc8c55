"""Where the time of a turn goes, room by room, and how many statements it sends to the database."""

import cProfile
import pstats
import sysconfig
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event

from benchmarks.callers import replies
from benchmarks.landlord import PHONES, application_on
from benchmarks.server import INBOUND
from service.wiring import web_application

OURS = Path(__file__).parents[1]
LIBRARIES = Path(sysconfig.get_path("purelib"))

WARM_UP, TURNS = 20, 300


@dataclass(frozen=True)
class ProfiledTurn:
    """`shares` is the share (0–1) of a turn's own time spent in each room or library, the largest first."""

    statements: float
    shares: list[tuple[str, float]]


def profile_turn(database_url: str) -> ProfiledTurn:
    """Take `TURNS` replies through the web application in this process, on this database."""
    application = application_on(database_url)
    client = web_application(application).test_client()
    requests = replies(PHONES[: WARM_UP + TURNS], "Y", first_number=0)

    def take(number: int) -> None:
        assert client.post(INBOUND, data=requests[number].body, headers=requests[number].headers).status_code == 200

    for number in range(WARM_UP):
        take(number)
    sent = 0

    def note(*_: Any) -> None:
        nonlocal sent
        sent += 1

    event.listen(application.database.engine, "before_cursor_execute", note)
    profiler = cProfile.Profile()
    profiler.enable()
    for number in range(WARM_UP, WARM_UP + TURNS):
        take(number)
    profiler.disable()
    application.database.close()
    return ProfiledTurn(sent / TURNS, _shares(pstats.Stats(profiler)))


def _shares(stats: pstats.Stats) -> list[tuple[str, float]]:
    spent: Counter[str] = Counter()
    for (file, _, name), (_, _, own_time, *_) in stats.stats.items():  # type: ignore[attr-defined]  # not in typeshed
        spent[_place(file, name)] += own_time
    total = sum(spent.values())
    return [(place, seconds / total) for place, seconds in spent.most_common()]


def _is_of_driver(name: str) -> bool:
    """Whether a built-in function belongs to a database driver: Python's own of SQLite, or psycopg's compiled part."""
    return "sqlite3" in name or "psycopg" in name


def _place(file: str, name: str) -> str:
    """The room, library or other part that a function belongs to."""
    if file == "~":
        return "the database (statements and commits)" if _is_of_driver(name) else "Python's built-in functions"
    path = Path(file)
    if path.is_relative_to(LIBRARIES):
        return f"{path.relative_to(LIBRARIES).parts[0]} (library)"
    if path.is_relative_to(OURS) and ".venv" not in path.parts:
        return f"{path.relative_to(OURS).parts[0]}/"
    return "Python's standard library"
