"""The database: there, writable, with today's tables, and safe through a power cut."""

from collections.abc import Iterator

from service.doctor.database_facts import NoDatabase
from service.doctor.finding import Finding, fix, ok, unchecked
from service.doctor.installation import Installation

_DATABASE, _TABLES, _DURABILITY = "database", "tables", "durability"


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
    elif database.condition.is_durable:
        yield ok(_DURABILITY, "what is stored survives a power cut (write-ahead log, full synchronisation)")
    else:
        yield fix(_DURABILITY, "the write-ahead log cannot be used there; put the database on a disk of this machine")
