"""What the tests of digests need: something to report on, the clock's ticks, and what was queued for whom."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from outcomes.digest import send_due_digests
from storage.database import Database
from storage.models import Address, Digest
from storage.policy import change_policy
from tests.outcomes.records import Records

GWEN, BOARD = "gwen.pugh@example.org", "board@example.org"


def set_policy(database: Database, now: datetime, **values: Any) -> None:
    """Change the policy as staff would."""
    with database.work() as work:
        change_policy(work, values, "Gwen Pugh", now)


def launch(database: Database, at: datetime, *answered_at: datetime, days_open: int = 7) -> None:
    """A coffee morning that people were asked about at `at`, with a reply at each of these moments."""
    with database.work() as work:
        records = Records(work, first_number=work.session.query(Address).count() * 10 + 1)
        coffee = records.launch("Coffee morning", at, days_open=days_open)
        for moment in answered_at:
            records.answer(records.invite(coffee), "worth", True, moment)


def ticks(since: datetime, until: datetime, minutes: int = 10) -> Iterator[datetime]:
    """What the clock says at each of its ticks."""
    while since <= until:
        yield since
        since += timedelta(minutes=minutes)


def run_clock(database: Database, since: datetime, until: datetime, minutes: int = 10) -> list[str]:
    """Let the clock tick all the time; the moments (UTC) at which digests were queued, one for each."""
    return [
        f"{now:%Y-%m-%d %H:%M}" for now in ticks(since, until, minutes) for _ in range(send_due_digests(database, now))
    ]


def weeks_sent(database: Database, recipient: str = GWEN) -> list[str]:
    """The Mondays of the weeks that somebody has digests about, in the order in which they were queued."""
    with database.reading() as work:
        digests = work.session.query(Digest).filter_by(recipient=recipient).order_by(Digest.id)
        return [f"{digest.week_start}" for digest in digests]
