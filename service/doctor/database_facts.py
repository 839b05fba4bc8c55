"""What the database has to say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.condition import Condition, condition_of, looking_into
from storage.database import DatabaseUnavailableError
from storage.policy import Policy, current_policy


@dataclass(frozen=True)
class NoDatabase:
    """The database cannot be used; `reason` is a clause."""

    reason: str


@dataclass(frozen=True)
class DatabaseFacts:
    """A database that can be read and written; `policy` is None where its tables are not today's.

    `server_ahead` is by how much the clock of its server is ahead of this machine's; none where it has no server.
    """

    condition: Condition
    server_ahead: timedelta
    policy: Policy | None


def look_into_database(url: str, now: Callable[[], datetime]) -> DatabaseFacts | NoDatabase:
    """Open the database and read what it can tell; nothing is created or changed."""
    try:
        with looking_into(url) as database:
            condition = condition_of(database)
            ahead = condition.server.time - now() if condition.server else timedelta()
            if not condition.is_current:
                return DatabaseFacts(condition, ahead, policy=None)
            with database.reading() as work:
                return DatabaseFacts(condition, ahead, current_policy(work))
    except DatabaseUnavailableError as fault:
        return NoDatabase(str(fault))
