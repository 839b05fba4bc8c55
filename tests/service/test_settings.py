"""Settings: what is missing or wrong is named with what to do, and no value is ever repeated."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from service.commands.doctor import doctor
from service.settings import EnvironmentSettings, Settings, SettingsError, read_settings
from service.wiring import build_application
from sms.opt_out import OptOutMode
from tests.given import settings_in
from tests.service.installed import settings_are

SECRET_KEY = "a-secret-that-nobody-may-ever-read"
ENV_EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings_are(monkeypatch, tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Settings:
    """What is read with these in the environment and nothing else but a good SECRET_KEY."""
    for name, value in {"secret_key": SECRET_KEY, **settings}.items():
        monkeypatch.setenv(name.upper(), value)
    return read_settings()


def test_a_secret_key_is_all_that_must_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch)
    assert settings.secret_key.get_secret_value() == SECRET_KEY
    assert settings.database_url == "sqlite:///sowhat.db"
    assert (settings.port, settings.trial_mode) == (8000, True)
    assert settings.twilio_opt_out_mode is OptOutMode.DEFAULT


def test_nobody_is_texted_for_real_unless_trial_mode_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given(monkeypatch, trial_mode="").trial_mode
    assert not given(monkeypatch, trial_mode="false").trial_mode


def test_a_missing_secret_key_is_named_with_what_to_do() -> None:
    with pytest.raises(SettingsError, match=r"SECRET_KEY is not set: copy \.env\.example to \.env"):
        read_settings()


WRONG = [
    ("secret_key", "hunter2"),
    ("database_url", "mysql://ann:hunter2@db/sowhat"),
    ("database_url", "sqlite://"),
    ("database_url", "sqlite:///"),
    ("database_url", "postgresql+psycopg2://ann:hunter2@db/sowhat"),
    ("database_url", "postgresql+psycopg://ann:hunter2@db"),
    ("database_url", "postgresql+psycopg://ann:hunter2@db/"),
    ("database_url", "postgresql+psycopg://ann:hunter2/2@db/sowhat"),
    ("database_url", "postgresql+psycopg://ann:hunter2@2@db/sowhat"),
    ("database_url", "postgresql+psycopg://ann:hunter2#2@db/sowhat"),
    ("database_url", "postgresql+psycopg://ann:hunter2@db:port/sowhat"),
    ("database_url", "postgresql+psycopg://ann:hunter2@db/sow hat"),
    ("public_base_url", "sowhat.example.org"),
    ("public_base_url", "https://"),
    ("public_base_url", "https://sowhat.example.org?a=hunter2"),
    ("public_base_url", "ftp://hunter2.example.org"),
    ("port", "eighty"),
    ("port", "0"),
    ("port", "65536"),
    ("trial_mode", "perhaps"),
    ("twilio_account_sid", "AChunter2"),
    ("twilio_account_sid", "AC" + "5" * 32 + "\n"),
    ("twilio_from", "DERWENT"),
    ("twilio_from", "07700900999"),
    ("twilio_messaging_service_sid", "MGhunter2"),
    ("twilio_api_base_url", "127.0.0.1:9000"),
    ("twilio_opt_out_mode", "sometimes"),
    ("telegram_bot_token", "hunter2"),
    ("telegram_bot_token", "@DerwentBot"),
    ("telegram_bot_token", "7000001:hunter2 "),
    ("telegram_bot_token", "7000001:"),
    ("telegram_webhook_secret", "hunter2"),
    ("telegram_webhook_secret", "hunter2-and-so-on!"),
    ("telegram_webhook_secret", "a" * 257),
    ("telegram_api_base_url", "127.0.0.1:9000"),
    ("smtp_url", "mail.example.org"),
    ("smtp_url", "smtp://gwen:hunter2@mail.example.org:port"),
    ("smtp_url", "smtp://gwen@mail.example.org"),
    ("mail_from", "Gwen Pugh"),
    ("mail_from", "gwen@example.org, ann@example.org"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_named_with_what_is_wrong_and_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        given(monkeypatch, **{name: value})
    told = caught.value.format_message()
    assert re.match(rf"{name.upper()} is wrong: \w+", told)
    assert "hunter2" not in told
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        given(monkeypatch, port="eighty", trial_mode="perhaps", smtp_url="mail")
    assert [line.split()[0] for line in caught.value.format_message().splitlines()] == [
        "PORT",
        "TRIAL_MODE",
        "SMTP_URL",
    ]


@pytest.mark.parametrize("kind", [Settings, EnvironmentSettings])
@pytest.mark.parametrize(("name", "value"), [("secret_key", "hunter2"), ("smtp_url", "hunter2"), ("port", "hunter2")])
def test_what_pydantic_says_itself_repeats_no_value_either(kind: type[Settings], name: str, value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        kind.model_validate({"secret_key": SECRET_KEY, name: value})
    assert "hunter2" not in str(caught.value)


def test_the_longest_webhook_secret_that_telegram_takes_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for secret in ("Aa0_-" * 4, "a" * 256):
        settings = given(monkeypatch, telegram_webhook_secret=secret)
        assert settings.telegram_webhook_secret is not None
        assert settings.telegram_webhook_secret.get_secret_value() == secret


def test_telegram_is_not_needed_to_send(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch, telegram_bot_token="", telegram_webhook_secret="")
    assert (settings.telegram_bot_token, settings.telegram_webhook_secret) == (None, None)


def test_two_senders_are_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="set TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID, not both"):
        given(monkeypatch, twilio_from="+447700900999", twilio_messaging_service_sid="MG" + "7" * 32)


def test_a_slash_at_the_end_of_an_address_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch, public_base_url="https://sowhat.example.org/", twilio_api_base_url="http://[::1]:9/")
    assert (settings.public_base_url, settings.twilio_api_base_url) == ("https://sowhat.example.org", "http://[::1]:9")


def test_the_environment_comes_before_the_file_and_other_names_in_it_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text(f"SECRET_KEY={SECRET_KEY}\nPORT=8001\nMAIL_FROM=a@example.org\nEDITOR=ed\n", "utf-8")
    monkeypatch.setenv("PORT", "8002")
    settings = read_settings()
    assert (settings.port, settings.mail_from) == (8002, "a@example.org")


@pytest.mark.parametrize("content", [b"SECRET_KEY=\xff\xfe", b"\xff\xfeS\x00E\x00C\x00"])
def test_a_file_that_is_not_utf_8_is_told_in_a_sentence(content: bytes) -> None:
    Path(".env").write_bytes(content)
    with pytest.raises(SettingsError, match=r"\.env is not text in UTF-8"):
        read_settings()


def test_no_secret_shows_where_settings_are_printed(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, smtp_url="smtp://gwen:hunter2@mail.example.org")
    shown = f"{settings!r} {settings}"
    assert "hunter2" not in shown
    assert settings.secret_key.get_secret_value() not in shown
    for secret in (settings.twilio_auth_token, settings.telegram_bot_token, settings.telegram_webhook_secret):
        assert secret is not None
        assert secret.get_secret_value() not in shown


def test_settings_do_not_change(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        settings_in(tmp_path).port = 1


def test_what_sending_needs_is_listed_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given(monkeypatch).missing_for_sending() == [
        "PUBLIC_BASE_URL",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID",
        "SMTP_URL",
        "MAIL_FROM",
    ]


def test_a_messaging_service_will_do_for_a_sender(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, twilio_from=None, twilio_messaging_service_sid="MG" + "7" * 32)
    assert settings.missing_for_sending() == []


def test_nothing_starts_while_something_is_missing_for_sending(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        build_application(settings_in(tmp_path, smtp_url=None, mail_from=None))
    assert caught.value.format_message().splitlines() == [
        "SMTP_URL is not set: `sowhat doctor` says what to do",
        "MAIL_FROM is not set: `sowhat doctor` says what to do",
    ]


def test_nothing_starts_on_a_database_without_tables(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="sowhat db upgrade"):
        build_application(settings_in(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_every_setting_is_in_the_example_file_and_nothing_else_is() -> None:
    # The simulators' addresses are for the demo and for tests, which write them themselves.
    written = set(re.findall(r"\b[A-Z][A-Z_]+(?==)", ENV_EXAMPLE.read_text("utf-8")))
    assert written == {name.upper() for name in Settings.model_fields} - {
        "TWILIO_API_BASE_URL",
        "TELEGRAM_API_BASE_URL",
    }


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("secret_key", "short", "SECRET_KEY is wrong: must have at least 32 characters"),
        ("port", "eighty", "PORT is wrong: must be a whole number from 1 to 65535"),
        ("port", "0", "PORT is wrong: must be a whole number from 1 to 65535"),
        ("trial_mode", "perhaps", "TRIAL_MODE is wrong: must be true or false"),
        ("twilio_opt_out_mode", "x", "TWILIO_OPT_OUT_MODE is wrong: must be default, advanced or disabled"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        given(monkeypatch, **{name: value})
    assert caught.value.format_message() == sentence


def test_a_database_that_is_a_folder_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL is wrong: must name a file, and this is a folder"):
        given(monkeypatch, database_url=f"sqlite:///{tmp_path}")


def test_a_file_that_cannot_be_read_is_told_in_a_sentence() -> None:
    Path(".env").symlink_to("/proc/self/mem")  # which the system lets nobody read, not even root
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        read_settings()
    told = CliRunner().invoke(doctor)
    assert (told.exit_code, ".env cannot be read" in told.output) == (1, True)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("sqlite:///data/sowhat.db", None, id="file"),
        pytest.param("postgresql+psycopg://ann:p%40ss@db.example.org:5432/sowhat", None, id="server"),
        pytest.param("postgresql+psycopg://[::1]/sowhat?sslmode=require", None, id="IPv6 and options"),
        pytest.param("postgresql+psycopg:///sowhat?host=/run/postgresql", None, id="socket"),
        pytest.param("postgres://ann:pw@db/sowhat", "postgresql+psycopg://ann:pw@db/sowhat", id="as hosts give it"),
        pytest.param("postgresql://ann:pw@db/sowhat", "postgresql+psycopg://ann:pw@db/sowhat", id="as libpq has it"),
    ],
)
def test_a_database_is_a_file_or_on_a_server(monkeypatch: pytest.MonkeyPatch, written: str, read: str | None) -> None:
    assert given(monkeypatch, database_url=written).database_url == (read or written)


def test_the_password_of_the_database_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hunter2" not in repr(given(monkeypatch, database_url="postgres://ann:hunter2@db/sowhat"))
