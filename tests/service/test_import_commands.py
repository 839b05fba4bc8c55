"""`sowhat tenants|activities|attendance import` and `activities close`, as a person types them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.command_line import main
from storage.database import Database
from storage.migrations import upgrade
from storage.models import Activity, Attendance, Tenant
from storage.policy import change_policy
from tests.consultations.workbooks import workbook

SECRET_KEY = "a secret key for tests that is long enough"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

TENANTS = (
    "tenant_ref,first_name,last_name,mobile,language,lawful_basis,basis_recorded_on,basis_evidence\n"
    "T1,Ann,Beech,07700 900101,en,consent,2026-01-05,sign-up form\n"
    "T2,Joe,Oakley,,cy,,,\n"
)
ACTIVITIES = "activity_ref,title\nDERWENT-07,Welcome events\nDERWENT-08,Strategy\n"
ATTENDANCE = "activity_ref,tenant_ref\nDERWENT-07,T1\nDERWENT-07,T2\n"


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A migrated database that the commands find by their settings, in an otherwise empty working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'tests.db'}")
    monkeypatch.setenv("SECRET_KEY", SECRET_KEY)
    opened = Database(f"sqlite:///{tmp_path / 'tests.db'}", b"a key for tests")
    upgrade(opened)
    return opened


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOON)


def set_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr("service.wiring.system_clock", lambda: now)


def sowhat(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def write(name: str, content: str | bytes) -> str:
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return name


def import_everything() -> None:
    for command, content in (("tenants", TENANTS), ("activities", ACTIVITIES), ("attendance", ATTENDANCE)):
        assert sowhat(command, "import", write(f"{command}.csv", content)).exit_code == 0


def count(database: Database, model: type) -> int:
    with database.reading() as work:
        return work.session.query(model).count()


def test_importing_tenants_says_what_it_did_and_who_will_not_be_texted() -> None:
    result = sowhat("tenants", "import", write("tenants.csv", TENANTS))

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "tenants.csv: tenants: 2 (2 new, 0 changed, 0 unchanged).",
        "Not texted, because no lawful basis is recorded: 1.",
        "Not texted, because there is no mobile number: 1.",
    ]


@pytest.mark.parametrize(
    ("command", "content"), [("tenants", TENANTS), ("activities", ACTIVITIES), ("attendance", ATTENDANCE)]
)
def test_importing_a_file_again_says_that_nothing_has_changed(command: str, content: str) -> None:
    import_everything()

    result = sowhat(command, "import", f"{command}.csv")
    assert result.exit_code == 0
    assert "(0 new, " in result.stdout
    assert "2 unchanged)" in result.stdout
    assert "Nothing has changed since the last import." in result.stdout


def test_a_workbook_is_imported_like_a_csv_file(database: Database) -> None:
    rows = [line.split(",") for line in ACTIVITIES.splitlines()]

    assert sowhat("activities", "import", write("register.xlsx", workbook(rows))).exit_code == 0
    assert count(database, Activity) == 2


def test_faults_go_to_standard_error_with_file_row_and_column_and_nothing_is_stored(database: Database) -> None:
    content = TENANTS + "T3,Farah,Khan,01632 960101,en,,,\n,Gwen,Pugh,,en,,,\n"
    result = sowhat("tenants", "import", write("tenants.csv", content))

    assert result.exit_code == 1
    assert result.stdout == ""
    first, second, last = result.stderr.splitlines()
    assert first.startswith("tenants.csv: Row 4, mobile: ")
    assert second == "tenants.csv: Row 5, tenant_ref: Fill this cell in; it cannot be empty."
    assert last == "2 faults found. Nothing was stored."
    assert not any(private in result.output for private in ("Farah", "01632", "Gwen"))
    assert count(database, Tenant) == 0


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xff\xfe", b"\0", b'"', "Siân".encode("cp1252")])
@pytest.mark.parametrize("command", ["tenants", "activities", "attendance"])
def test_a_file_that_is_no_table_ends_in_a_sentence(command: str, content: bytes) -> None:
    result = sowhat(command, "import", write("file.csv", content))

    assert result.exit_code == 1
    assert result.stderr.startswith("file.csv: ")
    assert result.stderr.endswith("1 fault found. Nothing was stored.\n")


@pytest.mark.parametrize("arguments", [["import"], ["import", "missing.csv"], ["import", "."], ["export"]])
@pytest.mark.parametrize("command", ["tenants", "activities", "attendance"])
def test_wrong_usage_ends_with_2(command: str, arguments: list[str]) -> None:
    assert sowhat(command, *arguments).exit_code == 2


def test_attendance_of_somebody_unknown_is_refused(database: Database) -> None:
    import_everything()
    result = sowhat(
        "attendance", "import", write("more.csv", "activity_ref,tenant_ref\nDERWENT-08,T1\nDERWENT-08,T9\n")
    )

    assert result.exit_code == 1
    assert result.stderr.startswith("more.csv: Row 3, tenant_ref: No tenant has this reference.")
    assert count(database, Attendance) == 2


def test_at_most_fifty_faults_are_told() -> None:
    result = sowhat("tenants", "import", write("tenants.csv", TENANTS + ",Gwen,Pugh,,en,,,\n" * 1_060))

    lines = result.stderr.splitlines()
    assert len(lines) == 52
    assert lines[-2:] == ["and 1,010 more", "1,060 faults found. Nothing was stored."]


def test_a_file_that_the_system_does_not_let_us_read_ends_in_a_sentence() -> None:
    result = sowhat("tenants", "import", "/proc/self/mem")

    assert (result.exit_code, result.stderr.startswith("mem: The file cannot be read")) == (1, True)


def close_derwent_07(monkeypatch: pytest.MonkeyPatch, **settings: str) -> list[str]:
    """Close it with these settings, for real unless they say otherwise; what is printed."""
    for name, value in {"trial_mode": "false", **settings}.items():
        monkeypatch.setenv(name.upper(), value)
    result = sowhat("activities", "close", "DERWENT-07")
    assert result.exit_code == 0
    return result.stdout.splitlines()


def set_policy(database: Database, **values: object) -> None:
    with database.work() as work:
        change_policy(work, values, "Gwen Pugh", NOON)


def test_closing_says_when_the_survey_goes_out_and_how_to_undo_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import_everything()
    assert close_derwent_07(monkeypatch) == [
        "DERWENT-07 is closed. 2 people came; each of them who may be texted is asked about it.",
        "Its survey goes out at 12:15.",
        "This can be undone until the survey is due at 12:15: sowhat activities close DERWENT-07 --undo",
    ]


def test_closing_in_quiet_hours_says_when_they_end(monkeypatch: pytest.MonkeyPatch) -> None:
    import_everything()
    set_clock(monkeypatch, datetime(2026, 11, 21, 21, 0, tzinfo=UTC))  # a Saturday; Sundays are quiet
    _, goes_out, undo = close_derwent_07(monkeypatch)
    assert goes_out == "Its survey goes out on Monday 23 November at 09:00 (when quiet hours end)."
    assert "due at 21:15: " in undo


def test_closing_says_when_quiet_hours_never_end(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    import_everything()
    set_policy(database, quiet_weekdays=tuple(range(7)))
    assert close_derwent_07(monkeypatch)[1].startswith("Quiet hours never end, so no text leaves")


def test_closing_in_trial_mode_says_that_tenants_will_not_be_asked_later(monkeypatch: pytest.MonkeyPatch) -> None:
    import_everything()
    last = close_derwent_07(monkeypatch, trial_mode="true")[-1]
    assert "only the numbers in the policy team_numbers are texted" in last
    assert "this survey then counts as sent" in last


def test_no_undo_is_offered_where_policy_leaves_no_time_for_it(
    monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    import_everything()
    set_policy(database, undo_minutes=0)
    assert not any("undo" in line for line in close_derwent_07(monkeypatch))


def test_the_time_of_the_survey_is_told_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import_everything()
    set_clock(monkeypatch, datetime(2026, 7, 1, 12, 0, tzinfo=UTC))

    assert "goes out at 13:15." in sowhat("activities", "close", "DERWENT-07").stdout


def test_closing_what_nobody_came_to_says_so() -> None:
    import_everything()
    result = sowhat("activities", "close", "DERWENT-08")

    assert result.exit_code == 0
    assert "nobody is recorded as having come" in result.stdout
    assert "Import who came before the survey goes out at 12:15: sowhat attendance import FILE" in result.stdout


@pytest.mark.parametrize(
    ("later", "sentence"),
    [
        (
            datetime(2026, 11, 20, 12, 5, tzinfo=UTC),
            "DERWENT-07 is closed already: it was closed at 12:00, and its survey is due at 12:15. "
            "To undo this: sowhat activities close DERWENT-07 --undo",
        ),
        (
            datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
            "DERWENT-07 is closed already: it was closed on Friday 20 November at 12:00. "
            "Its survey was due on Friday 20 November at 12:15, so this can no longer be undone.",
        ),
    ],
)
def test_closing_twice_is_refused(monkeypatch: pytest.MonkeyPatch, later: datetime, sentence: str) -> None:
    import_everything()
    sowhat("activities", "close", "DERWENT-07")
    set_clock(monkeypatch, later)
    result = sowhat("activities", "close", "DERWENT-07")

    assert (result.exit_code, result.stderr) == (1, f"Error: {sentence}\n")


def test_closing_can_be_undone_within_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import_everything()
    sowhat("activities", "close", "DERWENT-07")
    set_clock(monkeypatch, NOON.replace(minute=14))
    result = sowhat("activities", "close", "DERWENT-07", "--undo")

    assert (result.exit_code, result.stdout) == (0, "DERWENT-07 is open again. Nobody was asked.\n")
    assert sowhat("activities", "close", "DERWENT-07").exit_code == 0


def test_closing_cannot_be_undone_after_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import_everything()
    sowhat("activities", "close", "DERWENT-07")
    set_clock(monkeypatch, NOON.replace(minute=15))
    result = sowhat("activities", "close", "DERWENT-07", "--undo")

    assert result.exit_code == 1
    assert "has gone out or is just going out" in result.stderr


def test_what_is_not_closed_has_nothing_to_undo() -> None:
    import_everything()
    result = sowhat("activities", "close", "DERWENT-07", "--undo")

    assert result.exit_code == 1
    assert "is not closed" in result.stderr


@pytest.mark.parametrize("undo", [[], ["--undo"]])
def test_an_unknown_activity_is_answered_with_the_nearest_one(undo: list[str]) -> None:
    import_everything()
    result = sowhat("activities", "close", "DERWNT-08", *undo)

    assert result.exit_code == 1
    assert result.stderr == "Error: There is no activity DERWNT-08. Did you mean DERWENT-08?\n"


def test_with_no_activities_at_all_one_is_told_to_import_them() -> None:
    result = sowhat("activities", "close", "DERWENT-07")

    assert result.exit_code == 1
    assert "Import activities first" in result.stderr
