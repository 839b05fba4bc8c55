"""When we may start to text people: within hours, in the landlord's own time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.policy import Policy


def opens_at(now: datetime, policy: Policy) -> datetime | None:
    """The first moment at or after `now` (UTC) that is outside quiet hours, or None when they never end.

    Wall-clock times are looked up day by day in the time zone, so that nine o'clock is nine o'clock on both
    clock-change nights. Quiet hours that begin or end at a time which the clocks skip or repeat begin at the earlier
    and end at the later moment that could be meant.
    """
    zone = ZoneInfo(policy.time_zone)
    today = now.astimezone(zone).date()
    for days in range(8):
        day = today + timedelta(days=days)
        if day.weekday() in policy.quiet_weekdays:
            continue
        opening, closing = max(_moments(day, policy.quiet_until, zone)), min(_moments(day, policy.quiet_from, zone))
        if opening < closing and now < closing:
            return max(now, opening)
    return None


def _moments(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """What a local time can mean, in UTC: two moments where the clocks skip or repeat it (PEP 495), else one twice."""
    return [datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1)]


def start_of_month(now: datetime, policy: Policy) -> datetime:
    """The beginning of the calendar month that `now` is in, by the landlord's clock, in UTC."""
    local = now.astimezone(ZoneInfo(policy.time_zone))
    first = datetime.combine(local.date().replace(day=1), time(), tzinfo=local.tzinfo)
    return first.astimezone(now.tzinfo)
