"""The doctor on settings: each fault is named with its fix, and hides no other."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from service.commands.doctor import doctor
from service.doctor.finding import Verdict
from service.doctor.setting_checks import NEEDED, WHAT_TO_DO
from service.settings import Settings, read_settings
from tests.service.patient import SECRET_KEY, Patient
from tests.service.twilio_server import NUMBER, SERVICE_SID


def test_every_setting_has_advice_and_all_that_sending_needs_is_asked_for(patient: Patient) -> None:
    assert set(WHAT_TO_DO) == set(Settings.model_fields)
    patient.has(secret_key=SECRET_KEY)
    missing = set(read_settings().missing_for_sending())
    assert missing <= {name.upper() for name in NEEDED} | {"TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID"}


@pytest.mark.parametrize(
    ("settings", "subject", "words"),
    [
        ({"secret_key": "short"}, "SECRET_KEY", "at least 32 random characters"),
        ({"database_url": "mysql://db"}, "DATABASE_URL", "sqlite:///sowhat.db"),
        ({"port": "eighty"}, "PORT", "from 1 to 65535"),
        ({"trial_mode": "maybe"}, "TRIAL_MODE", "true or false"),
        ({"public_base_url": "sowhat.example.org"}, "PUBLIC_BASE_URL", "https://sowhat.example.org"),
        ({"public_base_url": "http://sowhat.example.org"}, "PUBLIC_BASE_URL", "use https://"),
        ({"public_base_url": "https://"}, "PUBLIC_BASE_URL", "https://sowhat.example.org"),
        ({"public_base_url": "http://127.0.0.1:8000"}, "PUBLIC_BASE_URL", "Twilio cannot reach"),
        ({"twilio_account_sid": "AC12"}, "TWILIO_ACCOUNT_SID", "AC and 32 characters"),
        ({"twilio_from": "DERWENT"}, "TWILIO_FROM", "takes no replies"),
        ({"twilio_from": "60123"}, "TWILIO_FROM", "is wrong"),
        ({"twilio_messaging_service_sid": "MG1"}, "TWILIO_MESSAGING_SERVICE_SID", "MG and 32 characters"),
        ({"twilio_opt_out_mode": "off"}, "TWILIO_OPT_OUT_MODE", "default, advanced or disabled"),
        ({"twilio_opt_out_mode": "advanced", "twilio_from": NUMBER}, "Twilio opt-out mode", "messaging services"),
        ({"smtp_url": "http://mail.example.org"}, "SMTP_URL", "smtp://user:password"),
        (
            {"smtp_url": "smtp://gwen:secret@mail.invalid?starttls=never"},
            "SMTP_URL",
            "sends its password unencrypted",
        ),
        ({"mail_from": "Gwen Pugh"}, "MAIL_FROM", "the one address"),
        ({"mail_from": "gwen@example.org, joe@example.org"}, "MAIL_FROM", "the one address"),
        (
            {"twilio_from": NUMBER, "twilio_messaging_service_sid": SERVICE_SID},
            "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID",
            "both are set",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(
    patient: Patient, settings: dict[str, str], subject: str, words: str
) -> None:
    patient.has(**settings)
    finding = patient.finding(subject)
    assert finding.verdict is Verdict.FIX
    assert words in finding.sentence


def test_one_wrong_setting_hides_no_other(patient: Patient) -> None:
    patient.has(secret_key="short", port="eighty", twilio_from="DERWENT", mail_from="surveys@example.org")
    verdicts = {
        subject: patient.finding(subject).verdict for subject in ("SECRET_KEY", "PORT", "TWILIO_FROM", "MAIL_FROM")
    }
    assert verdicts == {
        "SECRET_KEY": Verdict.FIX,
        "PORT": Verdict.FIX,
        "TWILIO_FROM": Verdict.FIX,
        "MAIL_FROM": Verdict.OK,
    }


def test_settings_are_read_from_the_file_with_the_environment_before_it(patient: Patient) -> None:
    Path(".env").write_text("MAIL_FROM=not an address\nSMTP_URL=\nPORT=eighty\nHOME_OF=others\n", encoding="utf-8")
    patient.has(port="8000")
    assert patient.finding(".env").verdict is Verdict.OK
    assert patient.finding("MAIL_FROM").verdict is Verdict.FIX
    assert patient.finding("PORT").verdict is Verdict.OK
    assert patient.finding("SMTP_URL").sentence.startswith("is not set")


def test_a_file_that_is_not_text_is_named(patient: Patient) -> None:
    Path(".env").write_bytes(b"SECRET_KEY=\xff\xfe")
    result = CliRunner().invoke(doctor)
    assert result.exit_code == 1
    assert "save it again as UTF-8" in result.output


@pytest.mark.parametrize("mode", ["true", "false"])
def test_trial_mode_is_said_plainly(patient: Patient, mode: str) -> None:
    patient.has(trial_mode=mode)
    sentence = patient.finding("trial mode").sentence
    assert sentence.startswith("ON: only the policy's team_numbers are ever texted") == (mode == "true")
