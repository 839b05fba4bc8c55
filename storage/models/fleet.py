"""What the processes of a fleet tell each other: who may act for all, and when each job last ran."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.column_types import UTCDateTime
from storage.models.base import Base


class Lease(Base):
    """Something that one process at a time does for all. It is `holder`'s until `until` unless renewed."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime] = mapped_column(UTCDateTime)


class JobRun(Base):
    """When a job of the clock last began, and when it last came to its end without a fault, on whichever machine."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
