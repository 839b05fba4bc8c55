"""Activities from the landlord's register."""

from collections.abc import Callable, Mapping
from datetime import datetime

from consultations.cells import (
    read_date,
    read_hours,
    read_pounds,
    read_reference,
    read_single_line,
    read_text,
    read_title,
    read_whole_number,
)
from consultations.faults import Faults
from consultations.references import check_own_references
from consultations.spreadsheet import read_spreadsheet
from consultations.spreadsheet_row import Row
from consultations.tenant_import import IMPORTING
from storage import activities, leases
from storage.database import Database, Work
from storage.upsert_counts import UpsertCounts

REQUIRED_COLUMNS = ("activity_ref", "title")

_OPTIONAL: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "type": ("type", read_single_line),
    "held_on": ("held_on", read_date),
    "aim": ("aim", read_text),
    "method": ("method", read_text),
    "customers_involved": ("customers_involved", read_whole_number),
    "customer_hours": ("customer_minutes", read_hours),
    "staff_hours": ("staff_minutes", read_hours),
    "total_cost_pounds": ("total_cost_pence", read_pounds),
    "properties_affected": ("properties_affected", read_whole_number),
    "outcomes": ("outcomes", read_text),
    "evidence": ("evidence", read_text),
}
"""What each column of the file becomes: the stored name, and how its text is read."""

OPTIONAL_COLUMNS = tuple(_OPTIONAL)


def import_activities(database: Database, content: bytes, now: datetime) -> UpsertCounts:
    """Store the activities of a CSV file or workbook by `activity_ref`, all or none; again, it changes nothing.

    An empty cell empties what was stored; a column that the file does not have leaves it alone.

    Raises SpreadsheetError with every fault in the file, by row and column.
    """
    faults = Faults()
    rows = read_spreadsheet(content, faults, REQUIRED_COLUMNS, OPTIONAL_COLUMNS)
    by_ref = {faults.require(row, "activity_ref", read_reference): _values(row, faults) for row in rows}

    def store(work: Work) -> UpsertCounts:
        leases.be_alone(work, IMPORTING)
        check_own_references(rows, "activity_ref", activities.activity_ids(work), faults)
        faults.raise_if_any()
        return activities.upsert_activities(work, by_ref, now)

    return database.retrying(store)


def _values(row: Row, faults: Faults) -> dict[str, object]:
    values: dict[str, object] = {"title": faults.require(row, "title", read_title)}
    for column, (stored_as, reader) in _OPTIONAL.items():
        if column in row.cells:
            values[stored_as] = faults.read(row, column, reader)
    return values
