"""Attendance out of sign-in sheets."""

from datetime import UTC, datetime

import pytest

from consultations.faults import SpreadsheetError
from outcomes.attendance_import import AttendanceImport, import_attendance
from storage.activities import activity_ids, attendees, upsert_activities
from storage.database import Database
from storage.models import Attendance
from storage.tenant_upsert import TenantDetails, upsert_tenants

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
HEADER = b"activity_ref,tenant_ref\n"


@pytest.fixture(autouse=True)
def _two_activities_and_three_tenants(database: Database) -> None:
    with database.work() as work:
        upsert_activities(work, {"A1": {"title": "Coffee morning"}, "007": {"title": "Panel"}}, NOW)
        people = [("T1", "Ann"), ("T2", "Joe"), ("0033", "Farah")]
        tenants = [TenantDetails(ref, name, "Khan", "en", None, None, None, None) for ref, name in people]
        upsert_tenants(work, tenants, NOW)


def names_at(database: Database, activity_ref: str) -> list[str]:
    with database.reading() as work:
        return [tenant.first_name for tenant in attendees(work, activity_ids(work)[activity_ref])]


def faults_in(database: Database, content: bytes) -> list[str]:
    with pytest.raises(SpreadsheetError) as caught:
        import_attendance(database, content, NOW)
    return list(caught.value.sentences)


def test_those_who_came_are_stored(database: Database) -> None:
    imported = import_attendance(database, HEADER + b"A1,T2\n007,0033\nA1,T1\n", NOW)

    assert imported == AttendanceImport(rows=3, new=3)
    assert names_at(database, "A1") == ["Ann", "Joe"]
    assert names_at(database, "007") == ["Farah"]


def test_attendance_is_only_ever_added(database: Database) -> None:
    import_attendance(database, HEADER + b"A1,T1\n", NOW)

    imported = import_attendance(database, HEADER + b"A1,T2\nA1,T2\n", NOW)
    assert (imported.rows, imported.new, imported.unchanged) == (2, 1, 1)
    assert names_at(database, "A1") == ["Ann", "Joe"]


def test_importing_twice_changes_nothing(database: Database) -> None:
    content = HEADER + b"A1,T1\nA1,T2\n"
    import_attendance(database, content, NOW)

    assert import_attendance(database, content, NOW) == AttendanceImport(rows=2, new=0)


def test_unknown_references_are_named_by_row_and_nothing_is_stored(database: Database) -> None:
    assert faults_in(database, HEADER + b"A1,T1\nA9,T2\nA1,T9\n7,33\n,T1\n") == [
        "Row 3, activity_ref: No activity has this reference. Correct it, or import the activity first.",
        "Row 4, tenant_ref: No tenant has this reference. Correct it, or import the tenant first.",
        "Row 5, activity_ref: A reference like this one is known with zeros in front, which Excel removes. "
        "Format the column as text and enter it in full.",
        "Row 5, tenant_ref: A reference like this one is known with zeros in front, which Excel removes. "
        "Format the column as text and enter it in full.",
        "Row 6, activity_ref: Fill this cell in; it cannot be empty.",
    ]
    with database.reading() as work:
        assert work.session.query(Attendance).count() == 0
