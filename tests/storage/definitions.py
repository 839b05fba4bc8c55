"""What a database is made of, as the database itself tells it, in no order; the task engine's own tables apart."""

import re

from sqlalchemy import text

from storage.database import Database

_SQLITE = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'"

_POSTGRESQL = """
SELECT 'column ' || table_name || '.' || column_name,
    concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function ' || proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""

_COMMA_OUTSIDE_PARENTHESES = re.compile(r",(?![^()]*\))")

_MADE_BY_MIGRATIONS_ALONE = ("trigger", "function")


def definitions(database: Database) -> dict[str, list[str]]:
    """Every table (or column and constraint), index, trigger and function by its name, with what defines it."""
    statement = text(_POSTGRESQL if database.is_for_a_fleet else _SQLITE)
    with database.reading() as work:
        sources: dict[str, str] = dict(work.session.execute(statement).all())
    return {
        name: sorted(_parts(source.replace('"', "")))
        for name, source in sources.items()
        if "procrastinate" not in name and "alembic_version" not in name
    }


def _parts(source: str) -> list[str]:
    """The lines of a definition; of SQLite's tables the columns and constraints, which it does not give a line each."""
    if not source.startswith("CREATE TABLE"):
        return [line.strip() for line in source.splitlines()]
    head, _, rest = source.partition("(")
    body, _, tail = rest.rpartition(")")
    return [" ".join(part.split()) for part in (head, tail, *_COMMA_OUTSIDE_PARENTHESES.split(body))]


def modelled(made: dict[str, list[str]]) -> dict[str, list[str]]:
    """Those of the definitions that models can express: no triggers, no functions."""
    return {name: lines for name, lines in made.items() if not name.startswith(_MADE_BY_MIGRATIONS_ALONE)}
