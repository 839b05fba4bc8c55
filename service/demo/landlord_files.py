"""The files a landlord would bring: tenants, who came, and the eleven activities of the example."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from consultations.tenant_import import COLUMNS, ImportRules, import_tenants
from flows.flow import LANGUAGES
from outcomes.activity_import import import_activities
from outcomes.attendance_import import import_attendance
from service.demo.error import DemoError
from service.demo.person import Person
from sms.phone_numbers import normalise_phone_number
from storage.database import Database

ACTIVITIES_FILE = Path(__file__).parents[2] / "examples" / "derwent_activities.csv"

ACTIVITY = "DERWENT-07"
"""The activity that is closed: welcome events, to which 99 people really came."""


def read_activities() -> bytes:
    """The example's register of activities. Raises DemoError when it is not there."""
    try:
        return ACTIVITIES_FILE.read_bytes()
    except OSError:
        raise DemoError(
            "the demo's activities are not installed with the program: run it from a checkout, with `make demo`"
        ) from None


def bring_files(
    database: Database, people: Sequence[Person], activities: bytes, directory: Path, now: datetime, today: date
) -> None:
    """Write the pretend landlord's files into `directory` and import them, and `activities`, as staff would."""
    tenants = _write(directory / "tenants.csv", COLUMNS, (_tenant_row(person, today) for person in people))
    attendance = _write(
        directory / "attendance.csv",
        ("activity_ref", "tenant_ref"),
        ((ACTIVITY, person.tenant_ref) for person in people if person.attends),
    )
    import_tenants(database, tenants, ImportRules(normalise_phone_number, LANGUAGES, today), now)
    import_activities(database, activities, now)
    import_attendance(database, attendance, now)


def _tenant_row(person: Person, today: date) -> Sequence[str]:
    basis = ("consent", today.isoformat(), "demo sign-up sheet") if person.has_basis else ("", "", "")
    return (person.tenant_ref, person.first_name, person.last_name, person.mobile, person.language, *basis)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return text.getvalue().encode()
