"""Totals are right although several work on them at once while answers arrive, and although they are killed at it."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event
from time import sleep

from outcomes.counting import count_digest
from outcomes.rollups import check, compact, rebuild
from outcomes.weeks import Week
from storage.database import Database
from storage.models import Consultation
from storage.policy import Policy
from tests.outcomes.counted_from_rows import as_counted, counted_from_rows
from tests.outcomes.records import Records

ROOT = Path(__file__).parents[2]
WEEK = Week(date(2026, 11, 16), "Europe/London")
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)

WRITERS = 3
ANSWERS_EACH = 40
KILLS = 5


def launch(database: Database) -> int:
    with database.work() as work:
        return Records(work).launch("Coffee morning", MONDAY).id


def answer_one_by_one(database: Database, launched: int, writer: int, answers: int) -> None:
    """Each in a transaction of its own, as from the webhook."""
    for number in range(answers):
        with database.work() as work:
            records = Records(work, first_number=1_000_000 * (writer + 1) + 1_000 * number)
            coffee = work.session.get_one(Consultation, launched)
            answered_at = MONDAY + timedelta(hours=3 * number)
            records.answer(records.invite(coffee), "worth", number % 3 > 0, answered_at, comment="lovely tea")


def figures_are_right(database: Database) -> None:
    with database.reading() as work:
        assert as_counted(count_digest(work, WEEK, Policy(), NEXT_MONDAY)) == counted_from_rows(work, WEEK, NEXT_MONDAY)


def test_answers_that_arrive_while_all_is_totalled_are_counted_once(database: Database) -> None:
    launched, written = launch(database), Event()

    def until_all_is_written(work_on: Callable[[Database], object]) -> None:
        while not written.is_set():
            work_on(database)

    with ThreadPoolExecutor() as pool:
        writers = [
            pool.submit(answer_one_by_one, database, launched, writer, ANSWERS_EACH) for writer in range(WRITERS)
        ]
        others = [pool.submit(until_all_is_written, each) for each in (compact, compact, rebuild, figures_are_right)]
        try:
            for each in writers:
                each.result()
        finally:
            written.set()
        for each in others:
            each.result()
    compact(database)
    assert check(database).is_right
    assert check(database).conversations == WRITERS * ANSWERS_EACH
    figures_are_right(database)


def test_killed_again_and_again_while_it_totals_it_has_lost_nothing_and_doubled_nothing(
    database: Database, database_url: str
) -> None:
    launched, draw = launch(database), Random(database_url.partition(":")[0])
    for kill in range(KILLS):
        answer_one_by_one(database, launched, kill, 5)
        with subprocess.Popen(
            [sys.executable, "-m", "tests.outcomes.totalling_process", database_url],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"totalling\n"
            sleep(draw.uniform(0, 0.15))  # wherever this finds it, the figures must be right
            process.kill()
        figures_are_right(database)
        assert check(database).is_right
    compact(database)
    assert check(database).is_right
    assert check(database).conversations == KILLS * 5
    figures_are_right(database)
