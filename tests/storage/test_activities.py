"""Activities: stored, attended, closed, due for their survey."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storage import activities
from storage.database import Database, Work
from storage.models import Activity, Consultation, FlowVersion, Tenant
from storage.upsert_counts import UpsertCounts

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DUE = NOW + timedelta(minutes=15)


def store(work: Work, ref: str = "A1", **values: object) -> Activity:
    activities.upsert_activities(work, {ref: {"title": "Coffee morning", **values}}, NOW)
    activity = activities.by_ref(work, ref)
    assert activity is not None
    return activity


def tenant(work: Work, ref: str, first_name: str) -> Tenant:
    stored = Tenant(tenant_ref=ref, first_name=first_name, last_name="Pugh", language="cy", imported_at=NOW)
    work.session.add(stored)
    work.session.flush()
    return stored


def launch(work: Work, activity: Activity) -> None:
    flow = FlowVersion(flow="so-what", version="1", source="", stored_at=NOW)
    work.session.add(flow)
    work.session.flush()
    work.session.add(
        Consultation(
            cause=f"activity {activity.id}",
            flow_version_id=flow.id,
            activity_id=activity.id,
            launched_at=NOW,
            closes_at=NOW + timedelta(days=7),
        )
    )
    work.session.flush()


def test_a_new_activity_is_open(database: Database) -> None:
    with database.work() as work:
        activity = store(work, held_on=date(2026, 11, 19), total_cost_pence=64_806)

        assert (activity.title, activity.held_on, activity.total_cost_pence) == (
            "Coffee morning",
            date(2026, 11, 19),
            64_806,
        )
        assert activity.closed_at is None


def test_storing_an_activity_again_counts_what_it_changed(database: Database) -> None:
    first = {"A1": {"title": "Coffee morning", "aim": "Meet"}, "A2": {"title": "Panel"}}
    second = {"A1": {"title": "Coffee morning"}, "A2": {"title": "Scrutiny panel"}, "A3": {"title": "Walk"}}
    with database.work() as work:
        assert activities.upsert_activities(work, first, NOW) == UpsertCounts(new=2, changed=0, unchanged=0)
        assert activities.upsert_activities(work, first, DUE) == UpsertCounts(new=0, changed=0, unchanged=2)
        assert activities.upsert_activities(work, second, DUE) == UpsertCounts(new=1, changed=1, unchanged=1)

        stored = activities.activities_by_ref(work, second)
        assert stored["A1"].aim == "Meet", "what a file has no column for stays"
        assert (stored["A1"].imported_at, stored["A2"].imported_at) == (NOW, DUE)


def test_an_unknown_reference_finds_nothing(database: Database) -> None:
    with database.work() as work:
        assert activities.by_ref(work, "A9") is None


def test_closing_makes_the_survey_due_later(database: Database) -> None:
    with database.work() as work:
        activity = store(work)

        assert activities.close(work, activity, NOW, DUE)
        assert (activity.closed_at, activity.survey_due_at) == (NOW, DUE)


def test_closing_twice_keeps_the_first_time(database: Database) -> None:
    with database.work() as work:
        activity = store(work)
        activities.close(work, activity, NOW, DUE)

        assert not activities.close(work, activity, DUE, DUE + timedelta(minutes=15))
        assert activity.survey_due_at == DUE


def test_a_closed_activity_stays_closed_when_it_is_imported_again(database: Database) -> None:
    with database.work() as work:
        activities.close(work, store(work), NOW, DUE)

        assert store(work, aim="Meet").closed_at == NOW


def test_closing_can_be_undone_until_the_survey_is_due(database: Database) -> None:
    with database.work() as work:
        activity = store(work)
        activities.close(work, activity, NOW, DUE)

        assert activities.undo_close(work, activity, DUE - timedelta(seconds=1))
        assert (activity.closed_at, activity.survey_due_at) == (None, None)
        assert activities.activities_due(work, DUE) == []


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=1)])
def test_closing_cannot_be_undone_once_the_survey_is_due(database: Database, late: timedelta) -> None:
    with database.work() as work:
        activity = store(work)
        activities.close(work, activity, NOW, DUE)

        assert not activities.undo_close(work, activity, DUE + late)
        assert activity.closed_at == NOW


def test_closing_cannot_be_undone_once_the_survey_was_launched(database: Database) -> None:
    with database.work() as work:
        activity = store(work)
        activities.close(work, activity, NOW, DUE)
        launch(work, activity)

        assert not activities.undo_close(work, activity, NOW)
        assert activity.closed_at == NOW


def test_an_open_activity_has_nothing_to_undo(database: Database) -> None:
    with database.work() as work:
        assert not activities.undo_close(work, store(work), NOW)


def test_a_survey_is_due_from_its_time_on(database: Database) -> None:
    with database.work() as work:
        activity = store(work)
        activities.close(work, activity, NOW, DUE)

        assert activities.activities_due(work, DUE - timedelta(seconds=1)) == []
        assert activities.activities_due(work, DUE) == [activity]


def test_the_survey_that_has_waited_longest_comes_first(database: Database) -> None:
    with database.work() as work:
        later, sooner, _open = store(work, "A1"), store(work, "A2"), store(work, "A3")
        activities.close(work, later, NOW, DUE)
        activities.close(work, sooner, NOW, DUE - timedelta(minutes=5))

        assert activities.activities_due(work, DUE) == [sooner, later]


def test_a_survey_that_was_launched_is_not_due_again(database: Database) -> None:
    with database.work() as work:
        activity = store(work)
        activities.close(work, activity, NOW, DUE)
        launch(work, activity)

        assert activities.activities_due(work, DUE) == []


def test_attendance_is_noted_once_for_each_person(database: Database) -> None:
    with database.work() as work:
        activity, gwen, marek = store(work), tenant(work, "T2", "Gwen"), tenant(work, "T1", "Marek")
        other = store(work, "A2")

        assert activities.record_attendance(work, activity.id, [gwen.id], NOW) == 1
        assert activities.record_attendance(work, activity.id, [gwen.id, marek.id, marek.id], NOW) == 1
        assert activities.record_attendance(work, activity.id, [], NOW) == 0
        assert [person.first_name for person in activities.attendees(work, activity.id)] == ["Marek", "Gwen"]
        assert activities.attendance_count(work, activity.id) == 2
        assert activities.attendees(work, other.id) == []
