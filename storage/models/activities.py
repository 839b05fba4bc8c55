"""What was held, and who came."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.column_types import UTCDateTime
from storage.models.base import Base


class Activity(Base):
    """Something the landlord held for tenants. Time is in minutes and money in pence.

    `survey_due_at` is set when the activity is closed: the end of the time in which closing it can be undone.
    """

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (survey_due_at IS NULL)", name="closed_with_due_time"),
        CheckConstraint("total_cost_pence >= 0", name="cost_not_negative"),
        CheckConstraint("customers_involved >= 0", name="customers_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_ref: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    type: Mapped[str | None]
    held_on: Mapped[date | None]
    aim: Mapped[str | None]
    method: Mapped[str | None]
    customers_involved: Mapped[int | None]
    customer_minutes: Mapped[int | None]
    staff_minutes: Mapped[int | None]
    total_cost_pence: Mapped[int | None]
    properties_affected: Mapped[int | None]
    outcomes: Mapped[str | None]
    evidence: Mapped[str | None]
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    survey_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)


class Attendance(Base):
    """One tenant took part in one activity."""

    __tablename__ = "attendance"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True, index=True)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
