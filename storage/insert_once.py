"""Adding a row unless its cause has added it before: what makes repeats harmless."""

from functools import cache
from typing import Any, cast

from sqlalchemy import Table, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from storage.models import Base


def insert_once(session: Session, row: Base) -> int | None:
    """Insert `row` unless a unique constraint already holds one like it.

    One statement, safe against another process doing the same at the same moment.

    Returns:
        The new row's id, or None when it was there already. The object passed in stays detached.
    """
    statement = _insert_once_into(table_of(type(row)), session.get_bind().dialect.name)
    return session.execute(statement, given_values(row)).scalar_one_or_none()


def given_values(row: Base) -> dict[str, Any]:
    """The values that a row was made with, by column; those left out are the table's defaults."""
    columns = row.__table__.columns
    return {name: value for name, value in inspect(row).dict.items() if name in columns}


def table_of(model: type[Base]) -> Table:
    """The table of a model, for statements that need no objects: those cost several times what the database does."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


@cache
def _insert_once_into(table: Table, dialect: str) -> ReturningInsert[int]:
    """Built once a table: putting it together takes longer than the database takes to carry it out."""
    return _insert_into(table, dialect).on_conflict_do_nothing().returning(table.c.id)


def insert_into(session: Session, table: Table | type[Base]) -> Insert:
    """An INSERT in the words of the session's database, which can say what to do about a row that is there already."""
    return _insert_into(table, session.get_bind().dialect.name)


def _insert_into(table: Table | type[Base], dialect: str) -> Insert:
    # Both databases take the same ON CONFLICT; SQLAlchemy has a class for each.
    return cast(Insert, postgresql.insert(table)) if dialect == "postgresql" else sqlite.insert(table)
