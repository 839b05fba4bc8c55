"""The database: there, writable, with today's tables, and safe through a power cut."""

from collections.abc import Iterator
from datetime import timedelta

from service.doctor.database_facts import NoDatabase
from service.doctor.finding import Finding, fix, ok, unchecked
from service.doctor.installation import Installation
from storage.condition import Server

OLDEST_POSTGRESQL = 13
"""The oldest version that still gets corrections when this is written (postgresql.org, "Versioning Policy")."""

LARGEST_CLOCK_DIFFERENCE = timedelta(seconds=30)

_DATABASE, _TABLES, _DURABILITY, _SERVER = "database", "tables", "durability", "database server"


def check_database(installation: Installation) -> Iterator[Finding]:
    """It can be read and written."""
    database = installation.database
    if isinstance(database, NoDatabase):
        yield fix(_DATABASE, f"{database.reason}; check DATABASE_URL, then create it with: sowhat db upgrade")
    else:
        yield ok(_DATABASE, "can be read and written")


def check_tables(installation: Installation) -> Iterator[Finding]:
    """Its tables are today's."""
    database = installation.database
    if isinstance(database, NoDatabase):
        yield unchecked(_TABLES, "the database cannot be used")
    elif database.condition.is_current:
        yield ok(_TABLES, "are up to date")
    else:
        yield fix(_TABLES, "are missing or old; run: sowhat db upgrade")


def check_durability(installation: Installation) -> Iterator[Finding]:
    """What was acknowledged survives a power cut."""
    database = installation.database
    if isinstance(database, NoDatabase):
        yield unchecked(_DURABILITY, "the database cannot be used")
    elif not database.condition.not_kept_by:
        yield ok(_DURABILITY, "what is stored survives a power cut")
    elif database.condition.server is None:
        yield fix(_DURABILITY, "the write-ahead log cannot be used there; put the database on a disk of this machine")
    else:
        names = ", ".join(database.condition.not_kept_by)
        yield fix(_DURABILITY, f"a power cut loses what was acknowledged; on the PostgreSQL server switch on: {names}")


def check_database_server(installation: Installation) -> Iterator[Finding]:
    """A PostgreSQL server is new enough, takes every character, and goes by the same time. SQLite has none."""
    database = installation.database
    if isinstance(database, NoDatabase) or database.condition.server is None:
        return
    server = database.condition.server
    faults = list(_server_faults(server, database.server_ahead))
    yield from faults or [ok(_SERVER, f"PostgreSQL {server.version}, {server.encoding}, and its clock is right")]


def _server_faults(server: Server, ahead: timedelta) -> Iterator[Finding]:
    if server.version < OLDEST_POSTGRESQL:
        yield fix(_SERVER, f"PostgreSQL {server.version} is too old; use {OLDEST_POSTGRESQL} or newer")
    if server.encoding != "UTF8":
        yield fix(
            _SERVER, f"the database is in {server.encoding}, which lacks most scripts; create it with ENCODING 'UTF8'"
        )
    if abs(ahead) > LARGEST_CLOCK_DIFFERENCE:
        seconds = round(abs(ahead).total_seconds())
        direction = "ahead of" if ahead > timedelta() else "behind"
        yield fix(_SERVER, f"its clock is {seconds} seconds {direction} this machine's; set both by NTP")
