"""When we may start to text people: within hours, in the landlord's own time zone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.policy import Policy


def opens_at(now: datetime, policy: Policy) -> datetime | None:
    """The first moment at or after `now` (UTC) that is outside quiet hours, or None when they never end.

    Wall-clock times are looked up day by day in the time zone, so that nine o'clock is nine o'clock on both
    clock-change nights.
    """
    zone = ZoneInfo(policy.time_zone)
    today = now.astimezone(zone).date()
    for days in range(8):
        day = today + timedelta(days=days)
        if day.weekday() in policy.quiet_weekdays:
            continue
        opening, closing = (
            datetime.combine(day, moment, tzinfo=zone) for moment in (policy.quiet_until, policy.quiet_from)
        )
        if opening < closing and now < closing:
            return max(now, opening.astimezone(now.tzinfo))
    return None


def start_of_month(now: datetime, policy: Policy) -> datetime:
    """The beginning of the calendar month that `now` is in, by the landlord's clock, in UTC."""
    local = now.astimezone(ZoneInfo(policy.time_zone))
    first = datetime.combine(local.date().replace(day=1), time(), tzinfo=local.tzinfo)
    return first.astimezone(now.tzinfo)
