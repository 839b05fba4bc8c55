"""Column types that keep what the databases would otherwise lose: time zones, and odd characters in replies."""

import re
from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, String, Text
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


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def escape_unstorable(text: str) -> str:
    r"""Write NUL and lone surrogates as `\u0000` and `\ud83d`, since PostgreSQL refuses both in text."""
    return _UNSTORABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class StorableText(TypeDecorator[str]):
    """Text as it was given but for the characters no database takes; what is looked for is written the same way.

    Every text is of this type, since ids and addresses come from outside as well.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape what cannot be stored."""
        return None if value is None else escape_unstorable(value)


class ReceivedText(StorableText):
    """What people wrote, of any length."""

    impl = Text
    cache_ok = True
