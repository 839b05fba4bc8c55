"""Queries on what was held and who came."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, select

from storage.batches import in_batches
from storage.database import Work
from storage.models import Activity, Attendance, Consultation, Tenant
from storage.people import by_reference
from storage.upsert_counts import UpsertCounts, set_values


def upsert_activities(work: Work, activities: Mapping[str, Mapping[str, object]], now: datetime) -> UpsertCounts:
    """Store activities by their `activity_ref`; whether one is closed stays as it is.

    Each comes with the values to set, by the name of the column, a new one with its title at least; what is not
    named is left as it is. `imported_at` becomes `now` where anything changed.
    """
    stored = activities_by_ref(work, activities)
    new = changed = 0
    for ref, values in activities.items():
        if ref not in stored:
            new += 1
            work.session.add(Activity(activity_ref=ref, imported_at=now, **values))
        elif set_values(stored[ref], values):
            changed += 1
            stored[ref].imported_at = now
    work.session.flush()
    return UpsertCounts(new, changed, len(activities) - new - changed)


def activities_by_ref(work: Work, refs: Iterable[str]) -> dict[str, Activity]:
    """The activities with these references that we know, by reference."""
    found: dict[str, Activity] = {}
    for batch in in_batches(refs):
        activities = work.session.scalars(select(Activity).where(Activity.activity_ref.in_(batch)))
        found.update({activity.activity_ref: activity for activity in activities})
    return found


def by_ref(work: Work, ref: str) -> Activity | None:
    """The activity with this reference."""
    return work.session.scalars(select(Activity).where(Activity.activity_ref == ref)).one_or_none()


def activity_ids(work: Work) -> dict[str, int]:
    """The ids of all activities, by reference."""
    return dict(work.session.execute(select(Activity.activity_ref, Activity.id)).all())


def close(work: Work, activity: Activity, now: datetime, due: datetime) -> bool:
    """End an activity; its survey goes out at `due` (UTC). Returns False, changing nothing, if it is closed already."""
    work.session.refresh(activity, with_for_update=True)
    if activity.closed_at is not None:
        return False
    activity.closed_at, activity.survey_due_at = now, due
    work.session.flush()
    return True


def undo_close(work: Work, activity: Activity, now: datetime) -> bool:
    """Open a closed activity again, until its survey is due.

    Returns False, changing nothing, when it is not closed, or its survey is due at `now` or was launched.
    """
    work.session.refresh(activity, with_for_update=True)
    if activity.survey_due_at is None or activity.survey_due_at <= now or _was_launched(work, activity.id):
        return False
    activity.closed_at = activity.survey_due_at = None
    work.session.flush()
    return True


def _was_launched(work: Work, activity_id: int) -> bool:
    launched = select(Consultation.id).where(Consultation.activity_id == activity_id).limit(1)
    return work.session.scalars(launched).first() is not None


def activities_due(work: Work, now: datetime) -> Sequence[Activity]:
    """Closed activities whose survey is due and has not been launched, the longest due first."""
    statement = select(Activity).where(_is_due(now)).order_by(Activity.survey_due_at, Activity.id)
    return work.session.scalars(statement).all()


def locked_if_due(work: Work, ref: str, now: datetime) -> Activity | None:
    """The activity with this reference, locked, if its survey is due and has not been launched."""
    statement = select(Activity).where(Activity.activity_ref == ref, _is_due(now)).with_for_update()
    return work.session.scalars(statement).one_or_none()


def _is_due(now: datetime) -> ColumnElement[bool]:
    launched = select(Consultation.id).where(Consultation.activity_id == Activity.id)
    return and_(Activity.survey_due_at <= now, ~launched.exists())


def record_attendance(work: Work, activity_id: int, tenant_ids: Collection[int], now: datetime) -> int:
    """Note that these tenants took part; returns how many of them had not been noted before."""
    statement = select(Attendance.tenant_id).where(Attendance.activity_id == activity_id)
    new = set(tenant_ids) - set(work.session.scalars(statement))
    if new:
        values = [{"activity_id": activity_id, "tenant_id": tenant_id, "recorded_at": now} for tenant_id in sorted(new)]
        work.session.execute(insert(Attendance), values)
    return len(new)


def attendees(work: Work, activity_id: int) -> Sequence[Tenant]:
    """The tenants who took part, in the order of their references."""
    statement = (
        select(Tenant).join(Attendance, Attendance.tenant_id == Tenant.id).where(Attendance.activity_id == activity_id)
    )
    return by_reference(work.session.scalars(statement))


def attendance_count(work: Work, activity_id: int) -> int:
    """How many tenants took part."""
    statement = select(func.count()).select_from(Attendance).where(Attendance.activity_id == activity_id)
    return work.session.scalars(statement).one()
