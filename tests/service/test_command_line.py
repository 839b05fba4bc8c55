"""The `sowhat` command: every subcommand loads, faults are told in sentences, and help costs next to nothing."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from service.command_line import COMMANDS, main
from tests.given import ACCOUNT_SID, AUTH_TOKEN, MAIL_FROM, OUR_NUMBER, PUBLIC_BASE_URL
from tests.service.command import environment, sowhat
from tests.service.installed import settings_are

SECRET_KEY = "a-secret-that-nobody-may-ever-read"
COMPLETE = {
    "secret_key": SECRET_KEY,
    "public_base_url": PUBLIC_BASE_URL,
    "twilio_account_sid": ACCOUNT_SID,
    "twilio_auth_token": AUTH_TOKEN,
    "twilio_from": OUR_NUMBER,
    "smtp_url": "smtp://localhost:1",
    "mail_from": MAIL_FROM,
}
HEAVY = {"aiohttp", "alembic", "flask", "matplotlib", "pydantic", "rich", "ruamel", "sqlalchemy", "twilio", "waitress"}
OUR_ROOMS = {"consultations", "conversations", "delivery", "flows", "mail", "outcomes", "sms", "storage", "webhooks"}

SMALLEST_USE = {
    "activities": ("close", "DER-01"),
    "attendance": ("import", "file.csv"),
    "db": ("upgrade",),
    "digest": ("preview",),
    "rollups": ("check",),
    "policy": ("show",),
    "tenants": ("import", "file.csv"),
}
"""What else a command must be given to get as far as its settings."""


@pytest.fixture(autouse=True)
def _logs_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where logs go is set for a whole process, and this one goes on."""
    monkeypatch.setattr("service.logging.set_up_logging", lambda *_, **__: None)


def test_help_imports_nothing_that_takes_time(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from service.command_line import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True
    )
    assert all(name in ran.stdout for name in COMMANDS)
    assert set(ran.stderr.split()) & (HEAVY | OUR_ROOMS) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_says_what_it_is_for(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    shown = CliRunner().invoke(main, [name, "--help"])
    assert (shown.exit_code, shown.exception) == (0, None)
    assert len(command.help or "") > 20


def _leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from _leaves(below, (*path, name))


@pytest.mark.parametrize(
    ("path", "command"), list(_leaves(main)), ids=lambda part: " ".join(part) if isinstance(part, tuple) else ""
)
def test_every_subcommand_has_help_and_so_has_every_option(path: tuple[str, ...], command: click.Command) -> None:
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_every_file_of_commands_is_listed() -> None:
    files = {path.stem for path in (Path(__file__).parents[2] / "service" / "commands").glob("*.py")}
    listed = {"processes" if name in ("run", "web", "worker", "clock", "bot") else name for name in COMMANDS}
    assert listed <= files


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--help",), 0),
        (("--version",), 0),
        (("run", "--help"), 0),
        ((), 2),
        (("nonsense",), 2),
        (("run", "--nonsense"), 2),
        (("run", "nonsense"), 2),
        (("demo", "--tenants", "many"), 2),
        (("demo", "--tenants", "1"), 2),
        (("flows", "check", "there-is-no-such-file.yaml"), 2),
        (("run",), 1),
    ],
)
def test_exit_codes_are_0_done_1_a_fault_2_wrong_usage(
    arguments: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_are(monkeypatch, tmp_path)
    ran = CliRunner().invoke(main, arguments)
    assert ran.exit_code == code
    assert ran.exception is None or isinstance(ran.exception, SystemExit)


@pytest.mark.parametrize(
    "command", [name for name in COMMANDS if name not in ("demo", "doctor", "flows", "sms", "understand")]
)
def test_a_missing_setting_is_told_in_a_sentence(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings_are(monkeypatch, tmp_path)
    (tmp_path / "file.csv").write_text("tenant_ref\n", "utf-8")
    ran = CliRunner().invoke(main, [command, *SMALLEST_USE.get(command, ())])
    assert ran.exit_code == 1
    assert ran.stderr == (
        "Error: SECRET_KEY is not set: copy .env.example to .env and fill it in, or run `sowhat doctor`\n"
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"twilio_account_sid": "hunter2"}, "TWILIO_ACCOUNT_SID is wrong"),
        ({"smtp_url": "hunter2"}, "SMTP_URL is wrong"),
        ({"mail_from": "hunter2"}, "MAIL_FROM is wrong"),
        ({"twilio_auth_token": ""}, "TWILIO_AUTH_TOKEN is not set"),
        ({}, "sowhat db upgrade"),
        ({"database_url": "sqlite:///folder"}, "DATABASE_URL is wrong: must name a file"),
        ({"database_url": "sqlite:///file/sowhat.db"}, "DATABASE_URL: "),
        ({"database_url": "sqlite:///file"}, "DATABASE_URL: "),
    ],
)
def test_run_stops_at_the_start_with_a_sentence_that_names_the_setting(
    settings: dict[str, str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_are(monkeypatch, tmp_path, **(COMPLETE | settings))
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("This is no database. " * 100, "utf-8")
    ran = CliRunner().invoke(main, ["run"])
    assert ran.exit_code == 1
    assert ran.stderr.startswith("Error: ")
    assert sentence in ran.stderr
    assert not any(word in ran.stderr for word in ("hunter2", SECRET_KEY, AUTH_TOKEN))


def test_no_traceback_reaches_the_user_of_the_real_command(tmp_path: Path) -> None:
    ran = sowhat("run", directory=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert ran.stderr.startswith("Error: SECRET_KEY is not set")


def test_tables_are_made_once_and_again_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings_are(monkeypatch, tmp_path, secret_key=SECRET_KEY)
    for _ in range(2):
        ran = CliRunner().invoke(main, ["db", "upgrade"])
        assert (ran.exit_code, ran.output) == (0, "The database is up to date.\n")
    assert (tmp_path / "sowhat.db").is_file()


@pytest.mark.parametrize("database", ["sqlite:////dev/null/sowhat.db", "sqlite:////"])
def test_tables_that_cannot_be_made_are_told_of_in_a_sentence(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_are(monkeypatch, tmp_path, secret_key=SECRET_KEY, database_url=database)
    ran = CliRunner().invoke(main, ["db", "upgrade"])
    assert ran.exit_code == 1
    assert ran.stderr.startswith("Error: DATABASE_URL")
