"""How we work with PostgreSQL: few connections, no statement that waits for ever, and no value in an error's text."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.rows import TupleRow

MOST_CONNECTIONS = 10
"""How many connections one process opens at most: its eight web threads' or its worker's, and two to spare."""

STATEMENT_TIMEOUT = "300s"
"""Whatever takes this long will not end: counting ten million answers takes less."""

IDLE_IN_TRANSACTION_TIMEOUT = "60s"
"""A process that has stopped in the middle of a transaction must not keep its rows locked for ever."""

_VALUES_MAY_BE_QUOTED = "22"
"""Class 22, "Data Exception", repeats the value that it is about (PostgreSQL, "Error Codes")."""


class DiscreetCursor(psycopg.Cursor[TupleRow]):
    """A cursor whose errors name tables, columns and constraints, and no values.

    PostgreSQL adds the row or the key to what it says, in DETAIL; SQLAlchemy's `hide_parameters` does not know of that.
    """

    def execute(self, *arguments: Any, **options: Any) -> "DiscreetCursor":
        """As psycopg's own."""
        try:
            super().execute(*arguments, **options)
        except psycopg.Error as fault:
            raise _without_values(fault) from None
        return self

    def executemany(self, *arguments: Any, **options: Any) -> None:
        """As psycopg's own."""
        try:
            super().executemany(*arguments, **options)
        except psycopg.Error as fault:
            raise _without_values(fault) from None


def _without_values(fault: psycopg.Error) -> psycopg.Error:
    if fault.diag.message_primary is not None:
        is_quoting = (fault.sqlstate or "").startswith(_VALUES_MAY_BE_QUOTED)
        fault.args = ("what the server says is withheld" if is_quoting else fault.diag.message_primary,)
    return fault


def engine_options(longest_wait_seconds: int) -> dict[str, Any]:
    """What the engine is made with. `longest_wait_seconds` is for a lock, a free connection and the server alike."""
    session = {
        "timezone": "UTC",
        "lock_timeout": f"{longest_wait_seconds}s",
        "statement_timeout": STATEMENT_TIMEOUT,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT,
    }
    return {
        "pool_size": MOST_CONNECTIONS,
        "max_overflow": 0,
        "pool_timeout": longest_wait_seconds,
        # A connection that a restart of the server has closed is replaced, instead of failing whoever comes next.
        "pool_pre_ping": True,
        # Ours, whatever the server's own default: rows that others may change are locked where it matters.
        "isolation_level": "READ COMMITTED",
        "connect_args": {
            "cursor_factory": DiscreetCursor,
            "client_encoding": "UTF8",
            "fallback_application_name": "sowhat",
            "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
            "connect_timeout": longest_wait_seconds,
            # A server that has vanished without a word is noticed within a minute (libpq, "Connection Parameters").
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 60_000,
        },
    }


READING_OPTIONS: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ"}
"""All that one reading sees is of one moment, as on SQLite; what only reads never fails for that."""
