"""Adding a row unless its cause has added it before: what makes repeats harmless."""

from typing import Any, cast

from sqlalchemy import Table, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.orm import Session

from storage.models import Base


def insert_once(session: Session, row: Base) -> int | None:
    """Insert `row` unless a unique constraint already holds one like it.

    One statement, safe against another process doing the same at the same moment.

    Returns:
        The new row's id, or None when it was there already. The object passed in stays detached.
    """
    mapper = inspect(type(row))
    table = mapper.local_table
    assert isinstance(table, Table)
    given = inspect(row).dict
    values: dict[str, Any] = {column.key: given[column.key] for column in mapper.column_attrs if column.key in given}
    statement = insert_into(session, table).values(values).on_conflict_do_nothing().returning(table.c.id)
    return session.execute(statement).scalar_one_or_none()


def insert_into(session: Session, table: Table | type[Base]) -> Insert:
    """An INSERT in the words of the session's database, which can say what to do about a row that is there already."""
    # Both databases take the same ON CONFLICT; SQLAlchemy has a class for each.
    if session.get_bind().dialect.name == "postgresql":
        return cast(Insert, postgresql.insert(table))
    return sqlite.insert(table)
