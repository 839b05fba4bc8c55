"""Telling when everything has come to its end: nothing moves any more, and nothing is left to be done."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import func, select

from delivery.reconciliation import LISTED_WITHIN
from storage.database import DatabaseUnavailableError
from storage.models import OutboxMessage
from storage.models.outbox import OutboxState
from tests.chaos.installation import Installation

STILL_SECONDS = 1.5
"""So long nothing must have happened for everything to be still."""

LONGEST_SECONDS = 900.0
LOOK_EVERY_SECONDS = 0.1

LOOKED_UP_AFTER = LISTED_WITHIN + timedelta(minutes=1)
"""So long after its last try a send of which nobody knows is settled, and what had to be sent again is due."""

MOST_LEAPS_IN_VAIN = 4


class UnsettledError(Exception):
    """Something did not come to its end in time."""


def settle(installation: Installation, pass_time: Callable[[float], None]) -> None:
    """Wait until every message has ended; whenever all is still before, the clock leaps to when the rest is settled.

    What is held back for the night is waited for until the morning.

    It never leaps while a try is under way: a worker would seem to have stalled for hours. What nothing comes of in an
    hour is left as it is, and the figures will tell.
    Raises UnsettledError when it takes too long.
    """
    deadline = time.monotonic() + LONGEST_SECONDS
    seen, leaps_in_vain = None, 0
    while leaps_in_vain < MOST_LEAPS_IN_VAIN:
        before, seen = seen, _wait_until_still(installation, pass_time, deadline)
        if not _is_unsettled(installation):
            return
        leaps_in_vain = leaps_in_vain + 1 if seen == before else 0
        installation.clock.leap_to(_settled_at(installation))


def _wait_until_still(installation: Installation, pass_time: Callable[[float], None], deadline: float) -> object:
    """Wait until nothing happens any more; what everything looks like then."""
    seen, since = None, time.monotonic()
    while seen is None or time.monotonic() - since < STILL_SECONDS:
        if time.monotonic() > deadline:
            raise UnsettledError(f"nothing had settled after {LONGEST_SECONDS:.0f} seconds")
        pass_time(LOOK_EVERY_SECONDS)
        now = _look(installation)
        if now is None or now != seen:
            seen, since = now, time.monotonic()
    return seen


def _look(installation: Installation) -> object:
    """What would be different if anything had happened; None while something is on its way, or cannot be known."""
    network = installation.network
    if not network.idle():
        return None
    with suppress(DatabaseUnavailableError), installation.database.reading() as work:
        states = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state).order_by(OutboxMessage.state)
        return len(network.messages), len(network.untold), work.session.execute(states).all()
    return None


def _is_unsettled(installation: Installation) -> bool:
    """Whether a message of ours has not ended, or one of theirs has not been taken."""
    under_way = OutboxMessage.state.in_((OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN))
    with installation.database.reading() as work:
        unsettled = work.session.scalar(select(OutboxMessage.id).where(under_way).limit(1)) is not None
    return unsettled or any(not message.dropped for message in installation.network.untold)


def _settled_at(installation: Installation) -> datetime:
    """When to look again: once what broke off is looked up, or else when the next message is due."""
    soon = installation.clock() + LOOKED_UP_AFTER
    broke_off = OutboxMessage.state.in_((OutboxState.SENDING, OutboxState.UNKNOWN))
    with installation.database.reading() as work:
        if work.session.scalar(select(OutboxMessage.id).where(broke_off).limit(1)) is not None:
            return soon
        due = work.session.scalar(
            select(func.min(OutboxMessage.due_at)).where(OutboxMessage.state == OutboxState.QUEUED)
        )
    return soon if due is None else max(soon, due)
