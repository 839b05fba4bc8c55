"""Who took part in which activity, from the landlord's sign-in sheets."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from consultations.faults import Faults
from consultations.references import look_up_references
from consultations.spreadsheet import read_spreadsheet
from consultations.tenant_import import IMPORTING
from storage import activities, leases, people
from storage.database import Database, Work

COLUMNS = ("activity_ref", "tenant_ref")


@dataclass(frozen=True)
class AttendanceImport:
    """How many rows the file had, and how many of them were new; the others had been noted, or are in it twice."""

    rows: int
    new: int

    @property
    def unchanged(self) -> int:
        """Rows that added nothing."""
        return self.rows - self.new


def import_attendance(database: Database, content: bytes, now: datetime) -> AttendanceImport:
    """Store the attendance in a CSV file or workbook, all or none; again, it changes nothing.

    Attendance is only ever added: a file may be one evening's sign-in sheet.

    Raises SpreadsheetError with every fault in the file, by row and column; a reference that is not known is one.
    """
    faults = Faults()
    rows = read_spreadsheet(content, faults, COLUMNS)

    def store(work: Work) -> int:
        leases.be_alone(work, IMPORTING)
        activity_ids = look_up_references(rows, "activity_ref", "activity", activities.activity_ids(work), faults)
        tenant_ids = look_up_references(rows, "tenant_ref", "tenant", people.tenant_ids(work), faults)
        faults.raise_if_any()
        attended: dict[int, set[int]] = defaultdict(set)
        for activity_id, tenant_id in zip(activity_ids, tenant_ids, strict=True):
            if activity_id is not None and tenant_id is not None:
                attended[activity_id].add(tenant_id)
        return sum(activities.record_attendance(work, held, came, now) for held, came in attended.items())

    return AttendanceImport(rows=len(rows), new=database.retrying(store))
