"""`sowhat bot`: everything that people write is taken in, whatever breaks, and Telegram's webhook is left alone."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from bot.telegram_channel import open_telegram_channel
from bot.updates import Told
from delivery.channel import Button, ChatClosed, InboundText, OutgoingMessage, Sent
from service.bot_process import poll
from service.bot_webhook import account_of, delete_webhook, set_our_webhook
from service.settings import SettingsError
from service.wiring import Application, received_by
from simulator import Account, Block, BotAccount, ChatState, Edit, PhoneNetwork, Reply, Tap, Tenant
from storage.database import DatabaseUnavailableError
from storage.models import InboundMessage
from tests.bot.telegram_says import Json, said
from tests.clock import Clock
from tests.given import BOT_TOKEN, application_in, settings_in
from tests.journeys.town import wait_until
from tests.sms.carrier import Answer, carrier_answering, raw, reply

ANN, JOE = "7001", "7002"


@pytest.fixture
def network() -> Iterator[PhoneNetwork]:
    people = [Tenant(chat=chat, chat_state=ChatState.OPEN) for chat in (ANN, JOE)]
    account = Account("AC" + "5" * 32, "pretend-token", "+447700900999")
    bot = BotAccount(BOT_TOKEN, "DerwentBot")
    with PhoneNetwork(account, now=lambda: datetime.now(UTC), seed=7, tenants=people, bot=bot) as running:
        yield running


@pytest.fixture
def application(tmp_path: Path, migrated_file: Path, clock: Clock, network: PhoneNetwork) -> Iterator[Application]:
    wired = application_in(tmp_path, migrated_file, clock, telegram_api_base_url=network.telegram_base_url)
    yield wired
    wired.database.close()


@contextmanager
def polling(
    application: Application, take: Callable[[Told], None] | None = None, ask_again_seconds: float = 0.05
) -> Iterator[Future[None]]:
    """Ask in a thread until the block ends; raises what ended it before."""
    stop = Event()
    account = account_of(application.settings)
    take = take or received_by(application).take_from_chat
    with ThreadPoolExecutor(1) as thread:
        asking = thread.submit(asyncio.run, poll(account, take, application.now, stop, ask_again_seconds))
        try:
            yield asking
        finally:
            stop.set()
            asking.result(timeout=5)


def texts(application: Application) -> list[str]:
    with application.database.reading() as work:
        return [row.text for row in work.session.query(InboundMessage).order_by(InboundMessage.id)]


def send_question(application: Application, chat: str) -> None:
    message = OutgoingMessage("attempt-1", chat, "Was it worth it?", buttons=(Button("Yes", "q:yes"),))

    async def send() -> object:
        async with open_telegram_channel(account_of(application.settings)) as channel:
            return await channel.send(message)

    assert isinstance(asyncio.run(send()), Sent)


def test_what_people_do_is_taken_in_and_a_tapped_button_comes_to_rest(
    application: Application, network: PhoneNetwork
) -> None:
    send_question(application, ANN)
    with polling(application):
        network.act(ANN, Reply("Hello"))
        network.act(ANN, Edit("Hello there"))
        network.act(ANN, Tap("Yes"))
        network.act(JOE, Reply("It's Joe"))
        wait_until(lambda: len(texts(application)) == 4, "something was not taken in")
        wait_until(lambda: not network.unanswered_taps, "the button still seems to be pressed")
        network.act(ANN, Block())
        wait_until(lambda: network.untold == (), "something was not confirmed")
    assert sorted(texts(application)) == ["Hello", "Hello there", "It's Joe", "Yes"]


def test_what_was_written_while_nobody_asked_is_taken_in_oldest_first(
    application: Application, network: PhoneNetwork
) -> None:
    for words in ("one", "two", "three"):
        network.act(ANN, Reply(words))
    with polling(application):
        wait_until(lambda: len(texts(application)) == 3, "something was lost")
    assert texts(application) == ["one", "two", "three"]


def test_telegram_keeps_what_was_not_stored(application: Application, network: PhoneNetwork) -> None:
    """As when the process is killed in between: what comes again is stored once."""
    tried: list[Told] = []

    def store_only_the_first(told: Told) -> None:
        tried.append(told)
        if len(tried) > 1:
            raise DatabaseUnavailableError("the database cannot be used: it is locked")
        received_by(application).take_from_chat(told)

    for words in ("one", "two"):
        network.act(ANN, Reply(words))
    with polling(application, store_only_the_first):
        wait_until(lambda: len(tried) >= 3, "it was not tried again")
        assert texts(application) == ["one"]
    with polling(application):
        wait_until(lambda: len(texts(application)) == 2, "it was not kept")
        wait_until(lambda: network.untold == (), "it was not confirmed")
    assert texts(application) == ["one", "two"]
    assert [told.text for told in tried[:2] if isinstance(told, InboundText)] == ["one", "two"]


def test_a_locked_database_only_holds_things_up(
    application: Application, network: PhoneNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.LONGEST_WAIT_SECONDS", 0)
    other = sqlite3.connect(tmp_path / "sowhat.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with polling(application) as asking:
        network.act(ANN, Reply("Hello"))
        with pytest.raises(TimeoutError):
            asking.result(timeout=0.5)
        other.rollback()
        wait_until(lambda: texts(application) == ["Hello"], "it was not taken in afterwards")
    other.close()


def test_what_our_own_code_stumbles_over_does_not_stop_the_others(
    application: Application, network: PhoneNetwork
) -> None:
    def stumble_over_closed_chats(told: Told) -> None:
        if isinstance(told, ChatClosed):
            raise RuntimeError("Ann Beech wrote from 7001")
        received_by(application).take_from_chat(told)

    network.act(ANN, Block())
    network.act(JOE, Reply("Hello"))
    with polling(application, stumble_over_closed_chats):
        wait_until(lambda: texts(application) == ["Hello"], "Joe was not heard")
        wait_until(lambda: network.untold == (), "it comes again and again")


def updates(*told: object) -> Answer:
    return reply(200, json.dumps({"ok": True, "result": told}))


def numbered(number: int, update: Json) -> Json:
    return {**update, "update_id": number}


async def ask(*answers: Answer, until: int, take: Callable[[Told], None] | None = None) -> list[dict[str, list[str]]]:
    """Ask somebody who gives these answers until so many questions were put; the questions."""
    stop, taken = Event(), list[Told]()
    async with carrier_answering(*answers) as carrier:
        settings = settings_in(Path(), telegram_api_base_url=carrier.base_url)
        asking = asyncio.create_task(poll(account_of(settings), take or taken.append, Clock(), stop, 0.01))
        while len(carrier.requests) < until and not asking.done():
            await asyncio.sleep(0.01)
        stop.set()
        await asking
        return [request.query for request in carrier.requests[:until]]


async def test_each_question_confirms_what_has_been_stored_and_asks_for_what_we_read() -> None:
    batch = updates(numbered(41, said("one")), numbered(42, said("two")))
    first, second = await ask(batch, updates(), until=2)
    assert first == {
        "timeout": ["30"],
        "allowed_updates": ['["message", "edited_message", "callback_query", "my_chat_member"]'],
    }
    assert second == first | {"offset": ["43"]}


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(numbered(41, said("Yes", date="noon")), id="a date in words"),
        pytest.param({"update_id": 41}, id="an update of nothing"),
        pytest.param({}, id="an update without a number"),
        pytest.param(5, id="a number"),
    ],
)
async def test_an_update_that_cannot_be_read_does_not_keep_the_others_from_us(spoilt: object) -> None:
    taken: list[Told] = []
    batch = updates(spoilt, numbered(42, said("Hello")))
    _, second = await ask(batch, updates(), until=2, take=taken.append)
    assert [told.text for told in taken if isinstance(told, InboundText)] == ["Hello"]
    assert second["offset"] == ["43"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(raw(b""), id="a dropped connection"),
        pytest.param(reply(500, '{"ok": false, "error_code": 500, "description": "Internal"}'), id="a server error"),
        pytest.param(reply(502, "<html>"), id="a gateway's page"),
        pytest.param(reply(404, "<html>"), id="a page that looks like a wrong token"),
        pytest.param(reply(409, "<html>"), id="a page that looks like another poller"),
        pytest.param(reply(200, '{"ok": true, "result": 5}'), id="an answer that is no list"),
        pytest.param(reply(429, '{"ok": false, "error_code": 429, "description": "Too Many"}'), id="too many requests"),
    ],
)
async def test_a_fault_that_passes_is_waited_out(fault: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram_account.SHORTEST_WAIT_SECONDS", 0.01)
    taken: list[Told] = []
    await ask(fault, fault, updates(numbered(41, said("Hello"))), updates(), until=4, take=taken.append)
    assert len(taken) == 1


async def test_when_told_to_slow_down_it_waits_as_long_as_it_is_told() -> None:
    slow = reply(429, '{"ok": false, "error_code": 429, "description": "Too Many", "parameters": {"retry_after": 60}}')
    stop = Event()
    async with carrier_answering(slow) as carrier:
        settings = settings_in(Path(), telegram_api_base_url=carrier.base_url)
        asking = asyncio.create_task(poll(account_of(settings), lambda told: None, Clock(), stop, 0.01))
        await asyncio.sleep(0.5)
        stop.set()
        await asyncio.wait_for(asking, 2)
    assert len(carrier.requests) == 1


def test_a_webhook_is_left_alone_and_the_option_that_takes_it_away_is_named(application: Application) -> None:
    set_our_webhook(application.settings)
    with pytest.raises(SettingsError, match="sowhat bot --delete-webhook"), polling(application) as asking:
        asking.result(timeout=5)
    delete_webhook(application.settings)
    with polling(application) as asking, pytest.raises(TimeoutError):
        asking.result(timeout=0.3)


def test_of_two_that_ask_the_first_gives_up_and_says_why(application: Application, network: PhoneNetwork) -> None:
    with pytest.raises(SettingsError, match="only one can"):
        _ask_twice(application, network)


def _ask_twice(application: Application, network: PhoneNetwork) -> None:
    with polling(application) as first:
        network.act(ANN, Reply("Hello"))
        wait_until(lambda: network.untold == (), "the first does not ask")
        with polling(application):
            first.result(timeout=5)


def test_a_wrong_token_ends_it_with_a_sentence(
    tmp_path: Path, migrated_file: Path, clock: Clock, network: PhoneNetwork
) -> None:
    wrong = {"telegram_bot_token": "7000001:another-token", "telegram_api_base_url": network.telegram_base_url}
    application = application_in(tmp_path, migrated_file, clock, **wrong)
    refusal = pytest.raises(SettingsError, match="does not accept TELEGRAM_BOT_TOKEN")
    with refusal as fault, polling(application) as asking:
        asking.result(timeout=5)
    assert "another-token" not in str(fault.value)
    application.database.close()
