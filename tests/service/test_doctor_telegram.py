"""The doctor on Telegram: the bot, and how what people write to it comes to us."""

import asyncio
import json
import socket
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from service.bot_webhook import set_our_webhook
from service.commands.doctor import doctor
from service.doctor.finding import Finding, Verdict
from service.settings import read_settings
from simulator import Account, BotAccount, ChatState, PhoneNetwork, Reply, Tenant
from tests.service.patient import SECRET_KEY, Patient
from tests.service.twilio_server import serving_text
from tests.sms.carrier import Answer, carrier_answering, reply

TOKEN, SECRET = "7000001:pretend-token", "a-secret-that-only-telegram-shares"
BASE = {"public_base_url": "https://sowhat.example.org", "telegram_bot_token": TOKEN}
POSTED = {**BASE, "telegram_webhook_secret": SECRET}
OURS = "https://sowhat.example.org/webhooks/telegram"
READ = ["message", "edited_message", "callback_query", "my_chat_member"]


def accepted(**result: Any) -> Answer:
    return reply(200, json.dumps({"ok": True, "result": result}))


def me(**details: Any) -> Answer:
    return accepted(
        **{
            "id": 7000001,
            "is_bot": True,
            "first_name": "D",
            "username": "DerwentBot",
            "can_join_groups": False,
            **details,
        }
    )


def webhook(url: str = "", **details: Any) -> Answer:
    return accepted(**{"url": url, "has_custom_certificate": False, "pending_update_count": 0} | details)


def minutes_ago(minutes: int) -> int:
    return int(datetime.now(UTC).timestamp()) - minutes * 60


async def findings(patient: Patient, settings: dict[str, str], *answers: Answer) -> dict[str, Finding]:
    """What the doctor says of Telegram when it gives these answers, by subject."""
    async with carrier_answering(*answers * 4) as carrier:  # each subject is looked at anew
        patient.has(**settings, telegram_api_base_url=carrier.base_url)
        subjects = ("Telegram bot", "Telegram groups", "Telegram messages", "policy telegram")
        said = [await asyncio.to_thread(patient.findings, subject) for subject in subjects]
    return {finding.subject: finding for found in said for finding in found}


async def of_messages(patient: Patient, settings: dict[str, str], answer: Answer) -> Finding:
    async with carrier_answering(me(), answer) as carrier:
        patient.has(**settings, telegram_api_base_url=carrier.base_url)
        return await asyncio.to_thread(patient.finding, "Telegram messages")


def test_without_a_token_there_is_nothing_to_check_and_nothing_to_fix(patient: Patient) -> None:
    patient.has(telegram_webhook_secret=SECRET)
    assert patient.finding("Telegram bot") == Finding(
        "Telegram bot", Verdict.OK, "is not set up, so tenants are asked by text alone"
    )
    assert patient.findings("Telegram groups") == patient.findings("Telegram messages") == []


def test_the_pretend_telegram_passes_for_the_real_one(patient: Patient) -> None:
    tenants = [Tenant(chat="7001", chat_state=ChatState.OPEN)]
    account, bot = Account("AC" + "5" * 32, "token", "+447700900999"), BotAccount(TOKEN, "DerwentBot")
    with PhoneNetwork(account, now=lambda: datetime.now(UTC), seed=7, tenants=tenants, bot=bot) as network:
        patient.has(**POSTED, secret_key=SECRET_KEY, telegram_api_base_url=network.telegram_base_url)
        assert patient.finding("Telegram bot").sentence == "tenants write to @DerwentBot"
        assert "sowhat bot --set-webhook" in patient.finding("Telegram messages").sentence
        set_our_webhook(read_settings())
        assert patient.finding("Telegram messages") == Finding(
            "Telegram messages", Verdict.OK, "Telegram posts them to us"
        )
        assert "not to Telegram" in patient.finding("chat simulator").sentence
        patient.has(**BASE, secret_key=SECRET_KEY, telegram_api_base_url=network.telegram_base_url)
        assert "sowhat bot --delete-webhook" in patient.finding("Telegram messages").sentence


def test_no_message_is_read_by_looking(patient: Patient) -> None:
    tenants = [Tenant(chat="7001", chat_state=ChatState.OPEN)]
    account, bot = Account("AC" + "5" * 32, "token", "+447700900999"), BotAccount(TOKEN, "DerwentBot")
    with PhoneNetwork(account, now=lambda: datetime.now(UTC), seed=7, tenants=tenants, bot=bot) as network:
        network.act("7001", Reply("Hello"))
        patient.has(**BASE, telegram_api_base_url=network.telegram_base_url)
        assert patient.finding("Telegram messages").sentence == "1 wait at Telegram; keep running: sowhat bot"
        assert len(network.untold) == 1


@pytest.mark.parametrize(("joins", "words"), [(False, "nobody can put"), (True, "/setjoingroups, Disable")])
async def test_how_to_keep_the_bot_out_of_groups_is_told(patient: Patient, joins: bool, words: str) -> None:
    said = await findings(patient, BASE, me(can_join_groups=joins), webhook())
    assert said["Telegram groups"].verdict is Verdict.OK
    assert words in said["Telegram groups"].sentence


REFUSED = '{"ok": false, "error_code": %d, "description": "%s"}'


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(reply(401, REFUSED % (401, "Unauthorized")), "copy TELEGRAM_BOT_TOKEN", id="a wrong token"),
        pytest.param(reply(404, REFUSED % (404, "Not Found")), "copy TELEGRAM_BOT_TOKEN", id="no token at all"),
        pytest.param(reply(429, REFUSED % (429, "Too Many")), "in a few minutes", id="too many requests"),
        pytest.param(reply(500, REFUSED % (500, "Internal")), "in a few minutes", id="a fault of Telegram's"),
        pytest.param(reply(502, "<html>"), "cannot be reached", id="a gateway"),
        pytest.param(accepted(), "something else than Telegram answered", id="a bot without a name"),
    ],
)
async def test_a_refusal_is_explained(patient: Patient, answer: Answer, words: str) -> None:
    said = await findings(patient, BASE, answer)
    assert said["Telegram bot"].verdict is Verdict.FIX
    assert words in said["Telegram bot"].sentence
    assert said["Telegram messages"].verdict is Verdict.UNCHECKED
    assert "Telegram groups" not in said


def test_a_telegram_that_cannot_be_reached_is_a_fault(patient: Patient, nowhere: str) -> None:
    patient.has(**BASE, telegram_api_base_url=f"http://{nowhere}")
    assert "it cannot be reached (ConnectError)" in patient.finding("Telegram bot").sentence


def test_a_telegram_that_never_answers_is_given_up(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        patient.has(**BASE, telegram_api_base_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert "it cannot be reached (ReadTimeout)" in patient.finding("Telegram bot").sentence


def test_a_server_that_is_not_telegrams_is_a_fault(patient: Patient) -> None:
    with serving_text() as url:
        patient.has(**BASE, telegram_api_base_url=url)
        assert "check this machine's way" in patient.finding("Telegram bot").sentence


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(webhook(OURS), None, id="posted to us"),
        pytest.param(webhook(OURS, allowed_updates=READ), None, id="all that we read"),
        pytest.param(webhook(OURS, pending_update_count=100), None, id="a passing crowd"),
        pytest.param(
            webhook(OURS, last_error_date=minutes_ago(5), last_error_message="Connection timed out"),
            None,
            id="a fault that has passed",
        ),
        pytest.param(
            webhook(OURS, pending_update_count=3, last_error_date=minutes_ago(90), last_error_message="Timed out"),
            None,
            id="a fault of long ago",
        ),
        pytest.param(webhook(), "Telegram posts them to nobody; run: sowhat bot --set-webhook", id="to nobody"),
        pytest.param(webhook("https://old.example.org/webhooks/telegram"), "and not to us", id="to somebody else"),
        pytest.param(webhook(OURS + "/"), "and not to us", id="to almost us"),
        pytest.param(webhook(OURS, allowed_updates=READ[:2]), "all that people do", id="without taps"),
        pytest.param(webhook(OURS, pending_update_count=101), "101 wait", id="a crowd that stays"),
        pytest.param(
            webhook(OURS, pending_update_count=3, last_error_date=minutes_ago(5), last_error_message="403 Forbidden"),
            "3 wait, since Telegram cannot post to us: “403 Forbidden”",
            id="a fault that lasts",
        ),
    ],
)
async def test_whether_messages_are_posted_to_us(patient: Patient, answer: Answer, words: str | None) -> None:
    finding = await of_messages(patient, POSTED, answer)
    assert finding.verdict is (Verdict.FIX if words else Verdict.OK)
    assert (words or "Telegram posts them to us") in finding.sentence


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        (webhook(), Verdict.OK, "must be kept running"),
        (webhook(pending_update_count=1200), Verdict.FIX, "1,200 wait at Telegram; keep running: sowhat bot"),
        (webhook(OURS), Verdict.FIX, "but TELEGRAM_WEBHOOK_SECRET is not set"),
    ],
)
async def test_whether_messages_can_be_asked_for(
    patient: Patient, answer: Answer, verdict: Verdict, words: str
) -> None:
    finding = await of_messages(patient, BASE, answer)
    assert (finding.verdict, words in finding.sentence) == (verdict, True)


async def test_without_our_own_address_nobody_can_tell_where_messages_should_go(patient: Patient) -> None:
    finding = await of_messages(patient, {**POSTED, "public_base_url": ""}, webhook(OURS))
    assert finding.verdict is Verdict.UNCHECKED


@pytest.mark.parametrize(
    ("settings", "switched_on", "verdict", "words"),
    [
        (BASE, True, Verdict.OK, "are asked there"),
        (BASE, False, Verdict.OK, "sowhat policy set telegram yes"),
        ({}, True, Verdict.FIX, "set TELEGRAM_BOT_TOKEN"),
    ],
)
async def test_whether_staff_have_switched_it_on_is_told(
    patient: Patient, settings: dict[str, str], switched_on: bool, verdict: Verdict, words: str
) -> None:
    patient.has_database(telegram=switched_on)
    said = await findings(patient, settings, me(), webhook())
    assert said["policy telegram"].verdict is verdict
    assert words in said["policy telegram"].sentence


async def test_where_telegram_is_neither_set_up_nor_switched_on_nothing_is_said_of_it(patient: Patient) -> None:
    patient.has_database(telegram=False)
    assert "policy telegram" not in await findings(patient, {}, me())


def test_neither_token_nor_secret_is_ever_shown(patient: Patient, nowhere: str) -> None:
    wrong = {"telegram_bot_token": "token-without-colon", "telegram_webhook_secret": "short-secret"}
    for settings in (POSTED, wrong):
        patient.has(**settings, telegram_api_base_url=f"http://{nowhere}")
        output = CliRunner().invoke(doctor).output
        assert not any(value in output for value in (TOKEN, SECRET, "token-without-colon", "short-secret"))
