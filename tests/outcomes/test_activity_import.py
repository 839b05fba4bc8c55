"""Activities out of the landlord's register."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from consultations.faults import SpreadsheetError
from outcomes.activity_import import import_activities
from storage.activities import by_ref
from storage.database import Database
from storage.models import Activity
from storage.upsert_counts import UpsertCounts
from tests.consultations.workbooks import workbook

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DERWENT = Path(__file__).parents[2] / "examples" / "derwent_activities.csv"


def activity(database: Database, ref: str) -> Activity:
    with database.reading() as work:
        found = by_ref(work, ref)
        assert found is not None
        return found


def faults_in(database: Database, content: bytes) -> list[str]:
    with pytest.raises(SpreadsheetError) as caught:
        import_activities(database, content, NOW)
    return list(caught.value.sentences)


def test_the_eleven_activities_of_the_example_are_imported_once(database: Database) -> None:
    content = DERWENT.read_bytes()

    assert import_activities(database, content, NOW) == UpsertCounts(new=11, changed=0, unchanged=0)
    assert import_activities(database, content, NOW) == UpsertCounts(new=0, changed=0, unchanged=11)


def test_hours_are_stored_in_minutes_and_pounds_in_pence(database: Database) -> None:
    import_activities(
        database,
        b"activity_ref,title,type,held_on,aim,method,customers_involved,customer_hours,staff_hours,"
        b"total_cost_pounds,properties_affected,outcomes,evidence\n"
        b'A1,"Coffee\nmorning",social,19/11/2026,Meet,"Tea, then\ntalk",104,49.5,6.9,648.06,"11,000",Friends,Photos\n',
        NOW,
    )

    stored = activity(database, "A1")
    assert (stored.title, stored.type, stored.held_on) == ("Coffee morning", "social", date(2026, 11, 19))
    assert (stored.aim, stored.method) == ("Meet", "Tea, then\ntalk")
    assert (stored.customers_involved, stored.customer_minutes, stored.staff_minutes) == (104, 2_970, 414)
    assert (stored.total_cost_pence, stored.properties_affected) == (64_806, 11_000)
    assert (stored.outcomes, stored.evidence) == ("Friends", "Photos")


def test_a_workbook_with_real_numbers_and_dates_is_read(database: Database) -> None:
    header = ["activity_ref", "title", "held_on", "total_cost_pounds"]
    content = workbook([header, ["A1", "Panel", date(2026, 11, 19), 648.06]])
    import_activities(database, content, NOW)

    stored = activity(database, "A1")
    assert (stored.held_on, stored.total_cost_pence) == (date(2026, 11, 19), 64_806)


def test_a_reference_and_a_title_are_enough(database: Database) -> None:
    import_activities(database, b"activity_ref,title\nA1,Coffee morning\n", NOW)

    assert activity(database, "A1").total_cost_pence is None


def test_a_column_the_file_lacks_is_left_alone_and_an_empty_cell_is_not(database: Database) -> None:
    import_activities(database, b"activity_ref,title,aim,method\nA1,Panel,Listen,Meeting\n", NOW)

    assert import_activities(database, b"activity_ref,title,aim\nA1,Panel,\n", NOW).changed == 1
    assert (activity(database, "A1").aim, activity(database, "A1").method) == (None, "Meeting")


def test_all_faults_are_listed_and_nothing_is_stored(database: Database) -> None:
    content = (
        b"activity_ref,title,held_on,customers_involved,staff_hours,total_cost_pounds\n"
        b"A1,Panel,2026-11-19,4,2,10\n"
        b"A2,,46000,some,-2,44p\n"
        b"A1,Walk,,,,\n"
        b",Talk,,1.5,,\n"
    )
    assert [fault.partition(":")[0] for fault in faults_in(database, content)] == [
        "Row 3, title",
        "Row 3, held_on",
        "Row 3, customers_involved",
        "Row 3, staff_hours",
        "Row 3, total_cost_pounds",
        "Row 4, activity_ref",
        "Row 5, activity_ref",
        "Row 5, customers_involved",
    ]
    with database.reading() as work:
        assert work.session.query(Activity).count() == 0


def test_an_unknown_column_is_named(database: Database) -> None:
    assert faults_in(database, b"activity_ref,title,total_cost\nA1,Panel,5\n") == [
        "Row 1: The column “total_cost” is not known. Rename it total_cost_pounds."
    ]
