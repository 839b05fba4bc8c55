"""What storing a whole file changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage.models import Base


@dataclass(frozen=True)
class UpsertCounts:
    """How many records were new, changed or already so; together they are all that were given."""

    new: int
    changed: int
    unchanged: int

    @property
    def rows(self) -> int:
        """How many records were given."""
        return self.new + self.changed + self.unchanged


def set_values(record: Base, values: Mapping[str, object]) -> bool:
    """Set the attributes that differ; returns whether any did."""
    differing = {name: value for name, value in values.items() if getattr(record, name) != value}
    for name, value in differing.items():
        setattr(record, name, value)
    return bool(differing)
