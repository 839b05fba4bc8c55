"""Waking the workers of a fleet: an engine job deferred in the transaction that gives them something to do.

On SQLite there is no engine and nothing to do here: whoever sends is on this machine, and looks.
"""

from typing import TYPE_CHECKING

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from storage.database import Work

QUEUE = "sowhat"
"""The engine's queue that all our jobs are in, as the function `sowhat_defer_job` has it."""

WAKE_UP = "wake_up"
"""The engine job that tells a worker to look into the outbox."""

_URGENT, _ORDINARY = 1, 0
_ANNOUNCED = "a wake-up is announced"
_DEFERRED, _WAITING = "deferred", "waiting"

logger = structlog.get_logger(__name__)


def announce(work: "Work") -> None:
    """Have a worker woken when this transaction commits, and not at all if it does not."""
    work.session.info[_ANNOUNCED] = True


def defer_announced(session: Session) -> None:
    """Defer the announced wake-up, as the last statement of a transaction.

    None is deferred while one waits. Whoever takes that one may look before we have committed: then it is the worker's
    own next look that finds our rows.
    """
    if session.info.pop(_ANNOUNCED, False) and session.get_bind().dialect.name == "postgresql":
        _defer(session, WAKE_UP, at_most_one=False, urgency=_URGENT)


def defer(work: "Work", job: str, *, at_most_one: bool) -> bool:
    """Have a job done by some worker, unless one like it waits already; False when it could not be deferred.

    `at_most_one`: it is not begun while another worker is at it.
    """
    return _defer(work.session, job, at_most_one=at_most_one, urgency=_ORDINARY)


def _defer(session: Session, job: str, *, at_most_one: bool, urgency: int) -> bool:
    statement = text("SELECT sowhat_defer_job(:job, :at_most_one, :urgency)")
    outcome = session.scalar(statement, {"job": job, "at_most_one": at_most_one, "urgency": urgency})
    if outcome in (_DEFERRED, _WAITING):
        return True
    logger.error("job_not_deferred", job=job, sqlstate=outcome)
    return False
