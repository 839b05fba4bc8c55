"""`sowhat doctor` as a whole, and on the policy and the flows."""

import json
import socket
from datetime import time

import pytest
from click.testing import CliRunner

from service.commands.doctor import doctor
from service.doctor.finding import Verdict
from service.processes import serving as serving_web
from service.settings import read_settings
from service.wiring import build_application
from tests.mail.post_office import PostOffice, open_post_office
from tests.service.patient import FILLED_IN, SECRET_KEY, TWILIO, Patient
from tests.service.twilio_server import TwilioServer, number, serving


def test_with_nothing_set_every_check_still_runs_and_nothing_is_created(patient: Patient) -> None:
    result = CliRunner().invoke(doctor)
    assert result.exit_code == 1
    for subject in (".env", "SECRET_KEY", "PUBLIC_BASE_URL", "TWILIO_ACCOUNT_SID", "SMTP_URL", "MAIL_FROM", "database"):
        assert f"FIX {subject}: " in result.output
    assert "FIX TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID: neither is set" in result.output
    for subject in ("tables", "public address", "Twilio account", "clock", "mail server", "policy"):
        assert f"–   {subject}: could not be checked because " in result.output
    assert "ok  flow so-what: " in result.output
    assert result.output.endswith("9 to fix.\n")
    assert list(patient.directory.iterdir()) == []


def test_no_secret_is_ever_shown(patient: Patient) -> None:
    secrets = {
        "secret_key": "tooshort1",
        "twilio_auth_token": "token-7",
        "smtp_url": "smtp://gwen:pass-8@mail.invalid:x",
    }
    patient.has(**secrets)
    output = CliRunner().invoke(doctor).output
    assert [part for part in ("tooshort1", "token-7", "pass-8") if part in output] == []


@pytest.mark.parametrize("name", FILLED_IN)
def test_each_policy_value_that_must_be_filled_in_is_asked_for(patient: Patient, name: str) -> None:
    patient.has_database(**{other: value for other, value in FILLED_IN.items() if other != name})
    finding = patient.finding(f"policy {name}")
    assert finding.verdict is Verdict.FIX
    assert f"sowhat policy set {name} " in finding.sentence


@pytest.mark.parametrize(
    ("policy", "subject"),
    [
        ({"spending_cap_pence": 3}, "policy spending_cap_pence"),
        ({"quiet_from": time(8), "quiet_until": time(9)}, "policy quiet hours"),
        ({"quiet_weekdays": tuple(range(7))}, "policy quiet hours"),
        ({"time_zone": "Europe/Nowhere"}, "time zones"),
    ],
)
def test_a_policy_that_lets_nothing_out_is_a_fault(patient: Patient, policy: dict[str, object], subject: str) -> None:
    patient.has_database(**FILLED_IN, **policy)
    assert patient.finding(subject).verdict is Verdict.FIX


def test_drafts_are_named_and_said_not_to_be_sent_live(patient: Patient) -> None:
    sentence = patient.finding("flow so-what").sentence
    assert sentence.startswith("tenants get it in en; drafts are not sent live: cy, pl, ")
    assert "in trial mode they are sent" in sentence
    patient.has(trial_mode="false")
    assert "in a reviewed language instead" in patient.finding("flow so-what").sentence


def test_a_whole_installation_on_this_machine_has_nothing_to_fix(patient: Patient) -> None:
    patient.has_database(**FILLED_IN)
    with serving(TwilioServer()) as twilio, open_post_office(PostOffice()) as office, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        base = f"http://127.0.0.1:{port}"
        twilio.numbers.append(number(sms_url=f"{base}/webhooks/twilio/inbound"))
        mail = {"smtp_url": office.url(), "mail_from": "Derwent Living <surveys@example.org>"}
        patient.has(
            **TWILIO,
            **mail,
            secret_key=SECRET_KEY,
            public_base_url=base,
            port=str(port),
            twilio_api_base_url=twilio.url,
        )
        with serving_web(build_application(read_settings()), host="127.0.0.1"):
            result = CliRunner().invoke(doctor)
            as_json = CliRunner().invoke(doctor, ["--json"])
    assert "FIX" not in result.output
    assert result.output.endswith("Nothing to fix.\n")
    assert result.exit_code == 0
    assert {row["verdict"] for row in json.loads(as_json.output)} == {"ok", "unchecked"}
