"""The doctor on Twilio: the account, its sender, where replies are posted, and the clock."""

import re
import socket
from datetime import timedelta

import pytest

from service.doctor.finding import Verdict
from simulator import Account, PhoneNetwork
from tests.service.installed import NOON
from tests.service.patient import TWILIO, Patient
from tests.service.twilio_server import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    NUMBER,
    SERVICE_SID,
    TwilioServer,
    number,
    serving,
    serving_text,
)

BASE = {"public_base_url": "https://sowhat.example.org"}


def test_the_simulator_passes_for_twilio_and_tells_its_time(patient: Patient) -> None:
    account = Account(ACCOUNT_SID, AUTH_TOKEN, NUMBER)
    with PhoneNetwork(account, now=lambda: NOON, seed=7) as network:
        patient.has(**TWILIO, **BASE, twilio_api_base_url=network.base_url)
        assert patient.finding("Twilio account").verdict is Verdict.OK
        assert patient.finding("clock").verdict is Verdict.OK
        assert patient.finding("Twilio sender").verdict is Verdict.UNCHECKED
        assert patient.finding("Twilio inbound webhook").verdict is Verdict.UNCHECKED
        assert "not to Twilio" in patient.finding("simulator").sentence
        network.text_from("+447700900001", "Hello")
        patient.finding("Twilio account")
        assert len(network.untold) == 1, "the doctor has read a message"


@pytest.mark.parametrize(
    ("fast", "words"),
    [
        (timedelta(seconds=25), None),
        (timedelta(seconds=45), r"4[56] s fast"),
        (timedelta(hours=-1), r"3,(599|600) s slow"),
    ],
)
def test_a_clock_that_is_half_a_minute_off_is_a_fault(patient: Patient, fast: timedelta, words: str | None) -> None:
    with serving(TwilioServer()) as twilio:
        patient.has(**TWILIO, twilio_api_base_url=twilio.url)
        finding = patient.finding("clock", fast)
    assert finding.verdict is (Verdict.FIX if words else Verdict.OK)
    # Twilio tells whole seconds, and one may begin between the two looks at the clock.
    assert words is None or re.search(words, finding.sentence)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "copy TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"),
        (403, "not the test credentials"),
        (404, "no such account"),
        (503, "status.twilio.com"),
    ],
)
def test_a_refusal_by_twilio_is_explained(patient: Patient, status: int, words: str) -> None:
    with serving(TwilioServer(status=status)) as twilio:
        patient.has(**TWILIO, twilio_api_base_url=twilio.url)
        finding = patient.finding("Twilio account")
    assert finding.verdict is Verdict.FIX
    assert words in finding.sentence


def test_a_wrong_token_is_a_fault(patient: Patient) -> None:
    with PhoneNetwork(Account(ACCOUNT_SID, AUTH_TOKEN, NUMBER), now=lambda: NOON, seed=7) as network:
        patient.has(**{**TWILIO, "twilio_auth_token": "old-token"}, twilio_api_base_url=network.base_url)
        assert "does not accept these credentials" in patient.finding("Twilio account").sentence


def test_a_server_that_is_not_twilios_is_a_fault(patient: Patient) -> None:
    with serving_text() as url:
        patient.has(**TWILIO, twilio_api_base_url=url)
        assert "something else than Twilio answered" in patient.finding("Twilio account").sentence


def test_a_twilio_that_cannot_be_reached_is_a_fault(patient: Patient, nowhere: str) -> None:
    patient.has(**TWILIO, twilio_api_base_url=f"http://{nowhere}")
    finding = patient.finding("Twilio account")
    assert finding.verdict is Verdict.FIX
    assert "cannot be reached" in finding.sentence
    assert patient.finding("clock").verdict is Verdict.UNCHECKED


def test_a_twilio_that_never_answers_is_given_up(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        patient.has(**TWILIO, twilio_api_base_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert "cannot be reached (ReadTimeout)" in patient.finding("Twilio account").sentence


@pytest.mark.parametrize(
    ("state", "live", "verdict", "words"),
    [
        ({"status": "suspended", "type": "Full"}, "true", Verdict.FIX, "suspended"),
        ({"status": "active", "type": "Trial"}, "true", Verdict.FIX, "upgrade"),
        ({"status": "active", "type": "Trial"}, "false", Verdict.OK, "must be verified"),
        ({"status": "active", "type": "Full"}, "true", Verdict.OK, "accepts our credentials"),
    ],
)
def test_the_state_of_the_account_is_told(
    patient: Patient, state: dict[str, str], live: str, verdict: Verdict, words: str
) -> None:
    with serving(TwilioServer(account={"sid": ACCOUNT_SID, **state})) as twilio:
        patient.has(**TWILIO, twilio_api_base_url=twilio.url, trial_mode="false" if live == "true" else "true")
        finding = patient.finding("Twilio account")
    assert finding.verdict is verdict
    assert words in finding.sentence


@pytest.mark.parametrize(
    ("server", "sender", "inbound", "words"),
    [
        (TwilioServer(numbers=[number()]), Verdict.OK, Verdict.OK, "replies are posted to us"),
        (TwilioServer(), Verdict.FIX, Verdict.UNCHECKED, "by POST"),
        (TwilioServer(numbers=[number(capabilities={"sms": False})]), Verdict.FIX, Verdict.OK, "posted to us"),
        (TwilioServer(numbers=[number(sms_url="")]), Verdict.OK, Verdict.FIX, "the number does not post replies to us"),
        (TwilioServer(numbers=[number(sms_method="GET")]), Verdict.OK, Verdict.FIX, "by POST"),
        (TwilioServer(numbers=[number(sms_application_sid="AP1")]), Verdict.OK, Verdict.FIX, "TwiML app"),
    ],
)
def test_a_number_is_looked_up_in_the_account(
    patient: Patient, server: TwilioServer, sender: Verdict, inbound: Verdict, words: str
) -> None:
    with serving(server) as twilio:
        patient.has(**TWILIO, **BASE, twilio_api_base_url=twilio.url)
        assert patient.finding("Twilio sender").verdict is sender
        finding = patient.finding("Twilio inbound webhook")
    assert finding.verdict is inbound
    assert words in finding.sentence


RIGHT_ADDRESS = {"inbound_request_url": number()["sms_url"], "inbound_method": "POST"}


@pytest.mark.parametrize(
    ("service", "numbers", "sender", "inbound"),
    [
        (RIGHT_ADDRESS, [number()], Verdict.OK, Verdict.OK),
        ({"inbound_request_url": None}, [number()], Verdict.OK, Verdict.FIX),
        (RIGHT_ADDRESS, [], Verdict.FIX, Verdict.OK),
        ({"use_inbound_webhook_on_number": True}, [number()], Verdict.OK, Verdict.OK),
        ({"use_inbound_webhook_on_number": True}, [number(sms_url=None)], Verdict.OK, Verdict.FIX),
        (None, [], Verdict.UNCHECKED, Verdict.UNCHECKED),
    ],
)
def test_a_messaging_service_is_looked_up(
    patient: Patient,
    service: dict[str, object] | None,
    numbers: list[dict[str, object]],
    sender: Verdict,
    inbound: Verdict,
) -> None:
    with serving(TwilioServer(service=service, numbers=numbers)) as twilio:
        settings = {**TWILIO, **BASE, "twilio_from": "", "twilio_messaging_service_sid": SERVICE_SID}
        patient.has(**settings, twilio_api_base_url=twilio.url, twilio_opt_out_mode="advanced")
        assert patient.finding("Twilio sender").verdict is sender
        assert patient.finding("Twilio inbound webhook").verdict is inbound
        assert patient.finding("Twilio opt-out mode").verdict is Verdict.UNCHECKED
