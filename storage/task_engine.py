"""The tables of the task engine, Procrastinate, on PostgreSQL: made whole, and migrated by its own migrations.

A new version of Procrastinate brings its migrations along. Which of them this database has is kept in a table of ours,
so that raising the pinned version is all there is to do.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

from storage.database import Database, Work

_NOTE = "INSERT INTO procrastinate_migration (name) VALUES (:name)"


def upgrade(database: Database) -> None:
    """Make the engine's tables, or apply the migrations that the installed version has and the database has not.

    Each migration has a transaction of its own, as some of them need; one that fails is the first of the next call.
    """
    if database.engine.dialect.name != "postgresql":
        return
    with database.engine.begin() as connection:
        _lock(connection)
        is_new = connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is None
        if is_new:
            _make(connection)
    for migration in [] if is_new else _migrations():
        with database.engine.begin() as connection:
            _lock(connection)
            if migration.name not in _applied(connection):
                _run(connection, migration.read_text(encoding="utf-8"))
                connection.execute(text(_NOTE), {"name": migration.name})


def is_current(connection: Connection) -> bool:
    """Whether the database has every migration of the installed version."""
    if connection.dialect.name != "postgresql":
        return True
    if connection.scalar(text("SELECT to_regclass('procrastinate_migration')")) is None:
        return False
    return _applied(connection) >= {migration.name for migration in _migrations()}


def _lock(connection: Connection) -> None:
    """Let nobody else upgrade until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('sowhat_task_engine'))"))


def _make(connection: Connection) -> None:
    from procrastinate.schema import SchemaManager

    _run(connection, SchemaManager.get_schema())
    connection.execute(text("CREATE TABLE procrastinate_migration (name text PRIMARY KEY)"))
    connection.execute(text(_NOTE), [{"name": migration.name} for migration in _migrations()])


@cache
def _migrations() -> list[Path]:
    """Procrastinate's own migrations in their order, which is that of their names."""
    from procrastinate.schema import SchemaManager

    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _applied(connection: Connection) -> set[str]:
    return set(connection.scalars(text("SELECT name FROM procrastinate_migration")))


def _run(connection: Connection, script: str) -> None:
    """Run many statements at once, which the driver does for those without parameters."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(script)


def living_workers(work: Work, seconds: float) -> int:
    """How many workers have shown a sign of life in the last so many seconds."""
    statement = text(
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :s)"
    )
    return work.session.scalar(statement, {"s": seconds}) or 0


def waiting_jobs(work: Work) -> int:
    """How many engine jobs no worker has begun."""
    return work.session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")) or 0
