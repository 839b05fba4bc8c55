"""What the database has to say."""

from dataclasses import dataclass

from storage.condition import Condition, condition_of, looking_into
from storage.database import DatabaseUnavailableError
from storage.policy import Policy, current_policy


@dataclass(frozen=True)
class NoDatabase:
    """The database cannot be used; `reason` is a clause."""

    reason: str


@dataclass(frozen=True)
class DatabaseFacts:
    """A database that can be read and written; `policy` is None where its tables are not today's."""

    condition: Condition
    policy: Policy | None


def look_into_database(url: str) -> DatabaseFacts | NoDatabase:
    """Open the database and read what it can tell; nothing is created or changed."""
    try:
        with looking_into(url) as database:
            condition = condition_of(database)
            if not condition.is_current:
                return DatabaseFacts(condition, policy=None)
            with database.reading() as work:
                return DatabaseFacts(condition, current_policy(work))
    except DatabaseUnavailableError as fault:
        return NoDatabase(str(fault))
