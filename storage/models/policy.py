"""The policy that staff change, as a log of changes: the newest value of a name is the one in force."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from storage.column_types import UTCDateTime
from storage.models.base import Base


class PolicyChange(Base):
    """Who set which policy value to what, and when."""

    __tablename__ = "policy_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[str]
