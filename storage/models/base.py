"""What every table shares: names for its constraints, so that migrations can refer to them, and how enums are kept."""

from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Enum, MetaData
from sqlalchemy.orm import DeclarativeBase

from storage.column_types import StorableText

ENUM_LENGTH = 24

LARGEST_ID = 2**31 - 1
"""PostgreSQL's ids end there (its documentation, "Numeric Types"), and it refuses to look for a larger one."""

NEVER_REUSES_IDS = {"sqlite_autoincrement": True}
"""For tables whose ids go into dedupe keys: SQLite gives the id of a deleted newest row out again otherwise."""


def _values(enumeration: type[StrEnum]) -> list[str]:
    return [member.value for member in enumeration]


class Base(DeclarativeBase):
    """The declarative base of all models.

    An enumeration is kept as its values in text under a check constraint, not as a database enum type: adding a
    value is then one migration on either database.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        str: StorableText,
        StrEnum: Enum(StrEnum, native_enum=False, create_constraint=True, values_callable=_values, length=ENUM_LENGTH),
    }


def any_of(column: str, values: frozenset[StrEnum]) -> str:
    """The SQL condition that `column` holds one of `values`; sorted, so that it reads the same every time."""
    allowed = ", ".join(f"'{value}'" for value in sorted(values))
    return f"{column} IN ({allowed})"
