"""Which weekly digest went to whom, with the figures it showed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.column_types import UTCDateTime
from storage.models.base import Base


class Digest(Base):
    """One digest to one recipient about one week; `week_start` is the Monday it is about."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("recipient", "week_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    week_start: Mapped[date]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    built_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"))
