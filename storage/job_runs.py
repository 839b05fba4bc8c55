"""When each job of the clock last ran, on whichever machine."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from storage.database import Work
from storage.insert_once import insert_into
from storage.models import JobRun


def note_start(work: Work, name: str, now: datetime) -> None:
    """A job begins now (UTC)."""
    statement = insert_into(work.session, JobRun).values(name=name, started_at=now)
    work.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"started_at": now}))


def note_end(work: Work, name: str, now: datetime) -> None:
    """A job has come to its end now (UTC), without a fault."""
    work.session.execute(update(JobRun).where(JobRun.name == name).values(finished_at=now))


def all_runs(work: Work) -> Sequence[JobRun]:
    """The last run of every job that ever ran, in the order of their names."""
    return work.session.scalars(select(JobRun).order_by(JobRun.name)).all()
