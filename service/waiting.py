"""What waits for a person, the most urgent first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Work
from storage.inbox import open_alerts, open_inbox

ALERT_KINDS = ("emergency_hazard", "safeguarding", "damp_mould")
"""The most urgent first. A kind that is not here comes before them all, since nobody has said that it can wait."""


@dataclass(frozen=True)
class Waiting:
    """An open alert ("alert") or something to settle ("item") about one inbound message. `raised_at` is in UTC."""

    what: str
    id: int
    reason: str
    message_id: int
    raised_at: datetime


def waiting_for_a_person(work: Work) -> list[Waiting]:
    """Alerts by their kind, then everything else; what has waited longest first."""
    alerts = [Waiting("alert", row.id, row.kind, row.message_id, row.raised_at) for row in open_alerts(work)]
    items = [Waiting("item", row.id, row.reason, row.message_id, row.raised_at) for row in open_inbox(work)]
    return sorted(alerts, key=_urgency) + items


def _urgency(alert: Waiting) -> tuple[int, datetime]:
    rank = ALERT_KINDS.index(alert.reason) if alert.reason in ALERT_KINDS else -1
    return rank, alert.raised_at


def duration_words(duration: timedelta) -> str:
    """A duration in the two largest units that matter to somebody who waits: `3 days`, `2 h 5 min`, `0 min`."""
    minutes = max(0, int(duration.total_seconds() // 60))
    hours, days = minutes // 60, minutes // (24 * 60)
    if days >= 2:
        return f"{days:,} days"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
