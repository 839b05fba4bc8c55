"""Column types that keep what the databases would otherwise lose: time zones, and odd characters in replies."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC and given back in UTC.

    SQLite returns naive datetimes; a naive one going in is a mistake somewhere above and is refused.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware moment into UTC; raises ValueError on a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored; pass an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def escape_unstorable(text: str) -> str:
    r"""Write NUL and lone surrogates as `\u0000` and `\ud83d`, since PostgreSQL refuses both in text."""
    return "".join(
        f"\\u{ord(character):04x}" if character == "\0" or "\ud800" <= character <= "\udfff" else character
        for character in text
    )


class ReceivedText(TypeDecorator[str]):
    """Text from outside, kept as received but for the characters no database takes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape what cannot be stored."""
        return None if value is None else escape_unstorable(value)
