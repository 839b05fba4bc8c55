"""What a fault of the database means to whoever asked it for something.

Three kinds matter: the database cannot be used now, another transaction was in the way, or our own code asked for what
cannot be. Only the first two are told apart here; everything else is left as it is.
"""

from sqlalchemy import exc
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError

_IN_THE_WAY = frozenset({"40001", "40P01"})
"""PostgreSQL ended a transaction for another's sake: serialization failure, deadlock ("Error Codes", class 40)."""

_UNIQUE_VIOLATION = "23505"

_STATE_OF_DATABASE = ("25006", "25P03", "3F000", "42501", "42703", "42P01", "XX")
"""PostgreSQL's own state, in classes that its driver takes for our mistakes: read-only, ended for idling in a
transaction, no such schema, not allowed, tables that are not today's, and files that are damaged (class XX).
"""

_TOO_MUCH_ASKED = "54"
"""Class 54, "Program Limit Exceeded": our mistake, such as a key too long for an index, in a class of the server's."""


class DatabaseUnavailableError(Exception):
    """The database cannot be opened, read or written now; says so without repeating a statement or a value."""


def is_conflict(fault: Exception) -> bool:
    """Whether another transaction was in the way, so that the same work may well succeed when it is done again.

    A row that is there already counts: it may have been put there since we looked. Nothing that happens on SQLite
    does, since whoever writes there is alone.
    """
    return isinstance(fault, StaleDataError) or _sqlstate(fault) in {*_IN_THE_WAY, _UNIQUE_VIOLATION}


def unavailability(fault: SQLAlchemyError) -> DatabaseUnavailableError | None:
    """The fault as one of the database's own state, such as locked, full or away; None where it is not."""
    if isinstance(fault, exc.TimeoutError):
        return DatabaseUnavailableError("the database cannot be used: all connections to it are taken")
    if isinstance(fault, StaleDataError) or _sqlstate(fault) in _IN_THE_WAY:
        return DatabaseUnavailableError("the database cannot be used: others were in the way again and again")
    if isinstance(fault, DBAPIError) and _is_state_of_database(fault):
        return named(fault)
    return None


def named(fault: DBAPIError) -> DatabaseUnavailableError:
    """What the driver complains of, in one line."""
    first_line = str(fault.orig).partition("\n")[0]
    return DatabaseUnavailableError(f"the database cannot be used: {first_line}")


def _is_state_of_database(fault: DBAPIError) -> bool:
    sqlstate = _sqlstate(fault) or ""
    if fault.connection_invalidated or sqlstate.startswith(_STATE_OF_DATABASE):
        return True
    # SQLite's driver has no class of its own for a file that is damaged or none of its kind.
    is_operational = isinstance(fault, OperationalError) or type(fault) is DatabaseError
    return is_operational and not sqlstate.startswith(_TOO_MUCH_ASKED)


def _sqlstate(fault: Exception) -> str | None:
    """PostgreSQL's code for the fault; None where the driver found it, or where it is SQLite's."""
    return getattr(getattr(fault, "orig", None), "sqlstate", None)
