"""The periods that figures are kept by: fine where a week can begin somewhere on earth, coarse where none can.

A digest asks for all that was before a moment at which a week begins or ends: midnight before a Monday in the
landlord's time zone. Time zones differ from UTC by -12 to +14 hours in steps of a quarter of an hour, summer time
included (IANA Time Zone Database; a test looks at every zone). So such a moment lies between Sunday 10:00 and Monday
12:00 UTC, on a quarter of an hour: there each quarter is a period, and all the rest of the week is one. Whatever time
zone policy is set to later, no period lies across the beginning of a week.
"""

from datetime import datetime

QUARTER_SECONDS = 900
_DAY = 24 * 4
_WEEK = 7 * _DAY
_MONDAY_NOON = 4 * _DAY + 12 * 4  # of 5 January 1970, in quarters since the beginning of that year, a Thursday
_LONG_PERIOD = 5 * _DAY + 22 * 4


def period_of(moment: datetime) -> int:
    """The period that a moment falls in, by its beginning in quarters of an hour since 1970 (UTC)."""
    quarter = int(moment.timestamp() // QUARTER_SECONDS)
    since_monday_noon = (quarter - _MONDAY_NOON) % _WEEK
    return quarter - since_monday_noon if since_monday_noon < _LONG_PERIOD else quarter


def first_period_after(moment: datetime) -> int:
    """Periods that begin before a moment are those less than this number, whether or not the moment begins one."""
    return -int(-moment.timestamp() // QUARTER_SECONDS)
