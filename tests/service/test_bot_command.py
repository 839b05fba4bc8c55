"""`sowhat bot` as it is typed: asking Telegram in a process of its own, and the webhook."""

import asyncio
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.bot_webhook import set_our_webhook
from service.command_line import main
from service.settings import Settings, SettingsError
from simulator import Account, BotAccount, ChatState, PhoneNetwork, Reply, Tenant
from tests.given import BOT_TOKEN, WEBHOOK_SECRET, settings_in
from tests.journeys.town import wait_until
from tests.service.command import SOWHAT, environment
from tests.service.twilio_server import serving_text
from tests.sms.carrier import Answer, carrier_answering, raw, reply

ANN = "7001"


@pytest.fixture
def network() -> Iterator[PhoneNetwork]:
    account = Account("AC" + "5" * 32, "pretend-token", "+447700900999")
    tenants = [Tenant(chat=ANN, chat_state=ChatState.OPEN)]
    bot = BotAccount(BOT_TOKEN, "DerwentBot")
    with PhoneNetwork(account, now=lambda: datetime.now(UTC), seed=7, tenants=tenants, bot=bot) as running:
        yield running


@pytest.fixture
def command(
    tmp_path: Path, migrated_file: Path, network: PhoneNetwork
) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start `sowhat bot` in a process of its own, on the machine's own clock."""
    variables = environment(
        secret_key="a-key-of-thirty-two-characters-or-so",
        public_base_url="http://127.0.0.1:1",
        twilio_account_sid="AC" + "5" * 32,
        twilio_auth_token="pretend-token",
        twilio_from="+447700900999",
        telegram_bot_token=BOT_TOKEN,
        telegram_webhook_secret=WEBHOOK_SECRET,
        telegram_api_base_url=network.telegram_base_url,
        smtp_url="smtp://localhost:1?starttls=never",
        mail_from="surveys@derwent.example",
    )
    (tmp_path / "sowhat.db").write_bytes(migrated_file.read_bytes())
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> "subprocess.Popen[str]":
        arguments = [SOWHAT, "bot", *options]
        pipe = subprocess.PIPE
        process = subprocess.Popen(arguments, cwd=tmp_path, env=variables, text=True, stdout=pipe, stderr=pipe)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def stored(tmp_path: Path) -> list[str]:
    with sqlite3.connect(f"file:{tmp_path / 'sowhat.db'}?mode=ro", uri=True) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM inbound_message ORDER BY id")]


def test_the_process_takes_in_what_comes_and_ends_at_once_when_told_to(
    command: Callable[..., "subprocess.Popen[str]"], network: PhoneNetwork, tmp_path: Path
) -> None:
    process = command()
    network.act(ANN, Reply("My name is Anwen"))
    wait_until(lambda: len(stored(tmp_path)) == 1, "it was not taken in")
    wait_until(lambda: network.untold == (), "it was not confirmed")
    process.send_signal(signal.SIGTERM)
    _, logged = process.communicate(timeout=30)
    assert process.returncode == 0, logged
    assert "sowhat asks Telegram what people write to the bot. Ctrl-C ends it." in logged
    assert "Traceback" not in logged
    assert not any(secret in logged for secret in ("Anwen", ANN, BOT_TOKEN, "pretend-token"))


def test_a_process_that_is_killed_loses_nothing_and_repeats_nothing(
    command: Callable[..., "subprocess.Popen[str]"], network: PhoneNetwork, tmp_path: Path
) -> None:
    sent = [f"words {number}" for number in range(60)]
    process = command()
    for words in sent:
        network.act(ANN, Reply(words))
    wait_until(lambda: len(stored(tmp_path)) > 5, "nothing was taken in")
    process.kill()
    process.wait()
    network.act(ANN, Reply("the last words"))
    command()
    wait_until(lambda: network.untold == (), "something was not confirmed")
    assert stored(tmp_path) == [*sent, "the last words"]


def test_the_webhook_is_set_with_our_secret_and_taken_away_again(
    command: Callable[..., "subprocess.Popen[str]"], network: PhoneNetwork, tmp_path: Path
) -> None:
    said_so, _ = command("--set-webhook").communicate(timeout=30)
    assert said_so.startswith("Telegram posts what people write to @DerwentBot to us from now on")
    _, refused = command().communicate(timeout=30)
    assert "Error: Telegram posts what people write to a webhook" in refused
    process = command("--delete-webhook")
    network.act(ANN, Reply("Hello"))
    wait_until(lambda: stored(tmp_path) == ["Hello"], "it was not taken in")
    process.send_signal(signal.SIGTERM)
    said_so, _ = process.communicate(timeout=30)
    assert said_so == "Telegram posts what people write to @DerwentBot to nobody any more.\n"


def test_posting_and_asking_at_once_is_wrong_usage() -> None:
    result = CliRunner().invoke(main, ["bot", "--set-webhook", "--delete-webhook"])
    assert (result.exit_code, "not both" in result.output) == (2, True)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("telegram_bot_token", "TELEGRAM_BOT_TOKEN is not set: get one from @BotFather"),
        ("telegram_webhook_secret", "TELEGRAM_WEBHOOK_SECRET is not set"),
        ("public_base_url", "PUBLIC_BASE_URL is not set"),
    ],
)
def test_what_is_missing_for_a_webhook_is_named(tmp_path: Path, missing: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        set_our_webhook(settings_in(tmp_path, **{missing: None}))


def refused(settings: Settings) -> str:
    with pytest.raises(SettingsError) as fault:
        set_our_webhook(settings)
    return str(fault.value.message)


async def _answering(answer: Answer, tmp_path: Path) -> str:
    async with carrier_answering(answer) as carrier:
        settings = settings_in(tmp_path, telegram_api_base_url=carrier.base_url)
        return await asyncio.to_thread(refused, settings)


async def test_why_a_webhook_could_not_be_set_is_told_in_a_sentence(tmp_path: Path) -> None:
    https = '{"ok": false, "error_code": 400, "description": "Bad Request: bad webhook: An HTTPS URL must be provided"}'
    assert "an https url must be provided" in await _answering(reply(400, https), tmp_path)
    token = '{"ok": false, "error_code": 401, "description": "Unauthorized"}'
    assert "does not accept TELEGRAM_BOT_TOKEN" in await _answering(reply(401, token), tmp_path)
    assert "cannot be reached" in await _answering(raw(b""), tmp_path)
    with serving_text() as website:
        settings = settings_in(tmp_path, telegram_api_base_url=website)
        assert "cannot be reached" in await asyncio.to_thread(refused, settings)
    assert BOT_TOKEN not in await asyncio.to_thread(refused, settings_in(tmp_path))
