"""Days that staff type, in files and commands: leap days, and which day it is half an hour after midnight."""

from datetime import date
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result

from consultations.faults import SpreadsheetError
from outcomes.activity_import import import_activities
from service.command_line import main
from storage import activities, people
from storage.database import Database
from storage.models import Tenant
from tests.clock import Clock
from tests.consultations.workbooks import workbook
from tests.conversations.landlord import Landlord
from tests.rows import ANN
from tests.service.installed import settings_are
from tests.time.zones import utc

SECRET_KEY = "a secret key for tests that is long enough"
HEADER = "tenant_ref,first_name,last_name,mobile,language,lawful_basis,basis_recorded_on,basis_evidence"


@pytest.fixture
def installed(sqlite_url: str, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database that the commands find by their settings."""
    settings_are(monkeypatch, tmp_path, database_url=sqlite_url, secret_key=SECRET_KEY)
    return sqlite_database


def sowhat(now: str, *arguments: str) -> Result:
    """Type a command at this moment (UTC)."""
    with time_machine.travel(utc(now), tick=False):
        return CliRunner().invoke(main, arguments)


def import_tenant(now: str, basis_recorded_on: str) -> Result:
    Path("tenants.csv").write_text(
        f"{HEADER}\nT1,Ann,Beech,07700 900101,en,consent,{basis_recorded_on},sign-up form\n", encoding="utf-8"
    )
    return sowhat(now, "tenants", "import", "tenants.csv")


@pytest.mark.parametrize(
    ("now", "today"),
    [
        pytest.param("2026-06-30 23:30", "01/07/2026", id="half past midnight in summer, which is still June in UTC"),
        pytest.param("2026-03-29 23:30", "30/03/2026", id="the night after the clocks went forward"),
        pytest.param("2026-10-24 23:30", "25/10/2026", id="the night in which they go back"),
        pytest.param("2026-10-26 00:30", "26/10/2026", id="the night after it"),
        pytest.param("2028-02-29 00:30", "29/02/2028", id="a leap day"),
        pytest.param("2027-01-01 00:30", "01/01/2027", id="New Year"),
    ],
)
def test_consent_given_today_may_be_imported_today(installed: Database, now: str, today: str) -> None:
    assert import_tenant(now, today).exit_code == 0
    with installed.reading() as work:
        assert f"{work.session.query(Tenant).one().basis_recorded_on:%d/%m/%Y}" == today


@pytest.mark.parametrize(
    ("now", "written", "fault"),
    [
        pytest.param("2026-10-25 23:30", "26/10/2026", "in the future", id="tomorrow, on the day of 25 hours"),
        pytest.param("2028-02-28 23:30", "29/02/2028", "in the future", id="the leap day tomorrow"),
        pytest.param("2027-03-01 12:00", "29/02/2027", "no such day", id="a leap day in a year without one"),
        pytest.param("2027-03-01 12:00", "2027-02-29", "no such day", id="the same the other way round"),
    ],
)
def test_consent_on_a_day_that_has_not_come_or_never_was_is_refused(
    installed: Database, now: str, written: str, fault: str
) -> None:
    result = import_tenant(now, written)
    assert result.exit_code == 1
    assert fault in result.output


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"activity_ref,title,held_on\nA1,Leap day lunch,29/02/2028\n", id="day first"),
        pytest.param(b"activity_ref,title,held_on\nA1,Leap day lunch,2028-02-29\n", id="year first"),
        pytest.param(
            workbook([["activity_ref", "title", "held_on"], ["A1", "Leap day lunch", date(2028, 2, 29)]]),
            id="a date in Excel",
        ),
    ],
)
def test_an_activity_held_on_a_leap_day_keeps_its_day(database: Database, content: bytes) -> None:
    import_activities(database, content, utc("2028-03-01 10:00"))
    with database.reading() as work:
        activity = activities.by_ref(work, "A1")
        assert activity is not None
        assert activity.held_on == date(2028, 2, 29)


def test_an_activity_on_a_leap_day_that_never_was_is_refused(database: Database) -> None:
    with pytest.raises(SpreadsheetError) as caught:
        import_activities(database, b"activity_ref,title,held_on\nA1,Lunch,29/02/2027\n", utc("2027-03-01 10:00"))
    assert "There is no such day" in " ".join(caught.value.sentences)


def test_the_digest_of_the_week_with_the_leap_day_is_found_by_that_day(installed: Database) -> None:
    result = sowhat("2028-03-06 09:00", "digest", "preview", "--week", "2028-02-29")
    assert "28 February to 5 March 2028" in result.output
    assert sowhat("2027-03-08 09:00", "digest", "preview", "--week", "2027-02-29").exit_code == 2


@pytest.mark.parametrize(
    ("now", "goes_out"),
    [
        pytest.param("2026-03-28 21:00", "on Monday 30 March at 09:00", id="Saturday before the clocks go forward"),
        pytest.param("2026-03-29 00:50", "on Monday 30 March at 09:00", id="ten minutes before they do"),
        pytest.param("2026-10-25 00:50", "on Monday 26 October at 09:00", id="ten minutes before they go back"),
        pytest.param("2026-06-30 23:30", "at 09:00", id="half past midnight in summer: today"),
        pytest.param("2026-06-30 22:30", "on Wednesday 1 July at 09:00", id="half past eleven in summer: tomorrow"),
        pytest.param("2028-02-28 21:00", "on Tuesday 29 February at 09:00", id="the evening before a leap day"),
        pytest.param("2026-12-31 21:00", "on Friday 1 January at 09:00", id="New Year's Eve"),
    ],
)
def test_closing_an_activity_says_when_its_survey_goes_out_by_the_clock_on_the_wall(
    installed: Database, clock: Clock, now: str, goes_out: str
) -> None:
    landlord = Landlord(installed, clock)
    with installed.work() as work:
        activities.upsert_activities(work, {"A1": {"title": "Coffee morning"}}, clock())
        activity = activities.by_ref(work, "A1")
        assert activity is not None
    ann = landlord.tenant(ANN)
    with installed.work() as work:
        activities.record_attendance(work, activity.id, [people.tenant_ids(work)[ann]], clock())
    result = sowhat(now, "activities", "close", "A1")
    assert f"Its survey goes out {goes_out} (when quiet hours end)." in result.output
