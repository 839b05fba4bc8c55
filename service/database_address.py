"""What DATABASE_URL may be: a file of SQLite's, or a database on a PostgreSQL server."""

import re
from pathlib import Path

_SQLITE = "sqlite:///"
_FILE = re.compile(r"(?!file:)[^?#\x00-\x1f]+")

_POSTGRESQL = "postgresql+psycopg://"
_OTHER_NAMES = re.compile(r"^postgres(ql)?://")
_SERVER = re.compile(
    r"([^\s:/@?#]+(:[^\s:/@?#]*)?@)?"  # account and password
    r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@?#\[\]]*)(:[0-9]{1,5})?"  # host and port
    r"/[^\s/?#]+(\?[^\s#]*)?"  # database, and options of libpq's
)


def read_database_address(written: str) -> str:
    """The address as SQLAlchemy takes it.

    Hosts hand out a PostgreSQL server's address as `postgres://` or `postgresql://`, which means the same.

    Raises:
        ValueError: it is neither; the text says what it must be, and repeats nothing, as it may hold a password.
    """
    if written.startswith(_SQLITE) and _FILE.fullmatch(file := written.removeprefix(_SQLITE)):
        if Path(file).is_dir():
            raise ValueError("must name a file, and this is a folder: add a file name, as in sqlite:///sowhat.db")
        return written
    address = _OTHER_NAMES.sub(_POSTGRESQL, written)
    if address.startswith(_POSTGRESQL):
        if _SERVER.fullmatch(address.removeprefix(_POSTGRESQL)):
            return address
        raise ValueError(
            "must be postgresql+psycopg://ACCOUNT:PASSWORD@HOST:PORT/DATABASE, and in the password any of : / @ ? # % "
            "written as %3A %2F %40 %3F %23 %25"
        )
    raise ValueError(
        "must be sqlite:/// and a file name, as in sqlite:///sowhat.db, or begin with postgresql+psycopg://"
    )
