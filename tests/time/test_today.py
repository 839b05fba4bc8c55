"""“Today”, “yesterday” and dates without a year, in replies around midnight, clock changes, leap days and New Year."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from flows.answers import Date
from flows.understanding import Status, understand
from storage.database import Database
from storage.models import Answer
from tests.clock import Clock
from tests.conversations.landlord import Landlord, flow_file
from tests.rows import ANN
from tests.time.zones import EXAMPLES, LONDON, moments_in, utc

WHEN = """
flow: visit
title: After a repairs visit
languages: {en: {status: reviewed, by: Gwen Pugh, "on": 2026-01-01}}
opening: {en: "Hi {first_name}, {landlord} here. 1 question at your standard text rate. Reply STOP to opt out."}
questions:
  - id: when
    measure: visited_on
    ask: {en: "Which day did the plumber come?"}
    answer: {type: date}
thanks: {en: "Thank you."}
"""


@pytest.mark.parametrize(
    ("received", "reply", "day"),
    [
        pytest.param("2026-03-28 23:59:59", "today", "2026-03-28", id="the last second before the day of 23 hours"),
        pytest.param("2026-03-29 00:00", "today", "2026-03-29", id="its first second"),
        pytest.param("2026-03-29 22:59:59", "today", "2026-03-29", id="its last second, by summer time"),
        pytest.param("2026-03-29 23:00", "today", "2026-03-30", id="midnight, which is 23:00 in UTC"),
        pytest.param("2026-03-29 23:30", "yesterday", "2026-03-29", id="half past midnight: the day of the change"),
        pytest.param("2026-03-29 12:00", "yesterday", "2026-03-28", id="the day before the change"),
        pytest.param("2026-10-24 22:59:59", "today", "2026-10-24", id="the last second before the day of 25 hours"),
        pytest.param("2026-10-24 23:00", "today", "2026-10-25", id="midnight, which is still 23:00 in UTC"),
        pytest.param("2026-10-25 00:30", "today", "2026-10-25", id="half past one for the first time"),
        pytest.param("2026-10-25 01:30", "today", "2026-10-25", id="half past one for the second time"),
        pytest.param("2026-10-25 23:59:59", "today", "2026-10-25", id="the 25th hour"),
        pytest.param("2026-10-26 00:00", "yesterday", "2026-10-25", id="after the 25th hour"),
        pytest.param("2026-10-25 00:30", "tomorrow", "2026-10-26", id="tomorrow, in the night of the change"),
        pytest.param("2028-02-29 12:00", "today", "2028-02-29", id="a leap day"),
        pytest.param("2028-03-01 00:30", "yesterday", "2028-02-29", id="the day after a leap day"),
        pytest.param("2027-03-01 00:30", "yesterday", "2027-02-28", id="the same in another year"),
        pytest.param("2028-02-28 12:00", "tomorrow", "2028-02-29", id="the day before a leap day"),
        pytest.param("2028-03-02 12:00", "29 Feb", "2028-02-29", id="a leap day without its year"),
        pytest.param("2028-03-02 12:00", "29/2/28", "2028-02-29", id="in figures"),
        pytest.param("2027-01-01 00:10", "yesterday", "2026-12-31", id="New Year"),
        pytest.param("2026-12-31 23:59:59", "today", "2026-12-31", id="the last second of the year"),
        pytest.param("2027-01-02 09:00", "28 December", "2026-12-28", id="last year's December, texted in January"),
        pytest.param("2026-12-30 09:00", "3 January", "2027-01-03", id="next year's January, texted in December"),
        pytest.param("2026-08-31 23:30", "today", "2026-09-01", id="half past midnight in summer, on the first"),
    ],
)
def test_a_day_is_the_one_on_the_tenants_calendar_when_they_wrote(received: str, reply: str, day: str) -> None:
    understood = understand(Date(type="date"), ["en"], reply, utc(received))
    assert (understood.status, understood.value) == (Status.UNDERSTOOD, day)


@pytest.mark.parametrize(
    ("received", "reply"),
    [
        pytest.param("2027-03-02 12:00", "29 Feb", id="a leap day in a year that has none"),
        pytest.param("2027-03-02 12:00", "29/02/2027", id="with that year"),
        pytest.param("2026-10-02 12:00", "31 September", id="a thirty-first of September"),
    ],
)
def test_a_day_that_no_calendar_has_is_not_guessed(received: str, reply: str) -> None:
    assert understand(Date(type="date"), ["en"], reply, utc(received)).value is None


@EXAMPLES
@given(moments_in(LONDON))
def test_yesterday_today_and_tomorrow_are_three_days_in_a_row_at_any_moment(moment: datetime) -> None:
    words = ("yesterday", "today", "tomorrow")
    days = [understand(Date(type="date"), ["en"], word, moment).value for word in words]
    today = moment.astimezone(ZoneInfo(LONDON)).date()
    assert days == [f"{today + timedelta(days=shift)}" for shift in (-1, 0, 1)]


@pytest.mark.parametrize(
    ("sent", "taken_in", "day"),
    [
        pytest.param("2026-11-18 23:50", "2026-11-19 09:00", "2026-11-17", id="over a night in which the web was down"),
        pytest.param("2026-10-24 22:50", "2026-10-25 08:00", "2026-10-23", id="over the night of the change"),
        pytest.param("2028-02-29 12:00", "2028-03-01 09:00", "2028-02-28", id="over the end of a leap day"),
    ],
)
def test_yesterday_is_the_day_before_the_reply_was_sent_however_late_we_take_it_in(
    database: Database, clock: Clock, sent: str, taken_in: str, day: str
) -> None:
    clock.now = utc(f"{sent[:10]} 12:00") - timedelta(days=1)
    landlord = Landlord(database, clock)
    landlord.survey = flow_file(WHEN)
    landlord.survey_of(ANN)
    clock.now = utc(taken_in)
    landlord.receive(ANN, "yesterday", received_at=utc(sent))
    assert [answer.value for answer in landlord.rows(Answer)] == [day]
