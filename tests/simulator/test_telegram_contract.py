"""The simulator's answers and updates against Telegram's own description of its API, and as the library reads them."""

from collections.abc import Callable
from typing import Any

import pytest
from telegram import Update

from simulator import (
    Block,
    ChatState,
    Edit,
    Faults,
    Line,
    Media,
    MediaKind,
    Move,
    PhoneNetwork,
    Reply,
    Start,
    Tap,
    Tenant,
)
from tests.simulator.conftest import StartNetwork, call, message_chat, result_of, set_webhook, settle, wait_until
from tests.simulator.customer import Customer
from tests.simulator.telegram_contract import (
    needs_telegram_contract,
    validate_answer,
    validate_call,
    validate_error,
    validate_update,
)

pytestmark = needs_telegram_contract

ANN, JOE, GROUP = "7001", "7002", "-7005"
PEOPLE = [
    Tenant(chat=ANN, chat_state=ChatState.OPEN),
    Tenant(chat=JOE),
    Tenant(chat=GROUP, chat_state=ChatState.OPEN),
]

KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}, {"text": "No", "callback_data": "n"}]]}

CALLS: list[Any] = [
    pytest.param("getMe", {}, id="getMe"),
    pytest.param("sendMessage", {"chat_id": 7001, "text": "Helô ŵ 👍"}, id="sendMessage"),
    pytest.param("sendMessage", {"chat_id": ANN, "text": "Well?", "reply_markup": KEYBOARD}, id="with buttons"),
    pytest.param("sendMessage", {"chat_id": -7005, "text": "Hello, all"}, id="to a group"),
    pytest.param("getUpdates", {"offset": 1, "limit": 5, "timeout": 0}, id="getUpdates"),
    pytest.param("setWebhook", {"url": "http://127.0.0.1:1/", "secret_token": "a"}, id="setWebhook"),
    pytest.param("setWebhook", {"url": "", "allowed_updates": ["message"]}, id="setWebhook, without an address"),
    pytest.param("deleteWebhook", {"drop_pending_updates": True}, id="deleteWebhook"),
    pytest.param("getWebhookInfo", {}, id="getWebhookInfo"),
    pytest.param("setMyCommands", {"commands": [{"command": "stop", "description": "Stop"}]}, id="setMyCommands"),
]


@pytest.fixture
def network(start_network: StartNetwork) -> PhoneNetwork:
    return start_network(tenants=PEOPLE)


@pytest.mark.parametrize(("method", "parameters"), CALLS)
def test_what_succeeds_is_answered_as_described(network: PhoneNetwork, method: str, parameters: dict[str, Any]) -> None:
    validate_call(method, parameters)
    network.text_from(ANN, "/start")
    answer = call(network, method, **parameters)
    assert answer.status_code == 200
    validate_answer(method, answer.json())


def test_a_webhook_that_fails_and_a_tap_are_answered_as_described(network: PhoneNetwork, customer: Customer) -> None:
    customer.status = 500
    set_webhook(network, customer, allowed_updates=["message", "callback_query"], max_connections=1)
    message_chat(network, ANN, "Well?", "Yes")
    tap = network.act(ANN, Tap("Yes")).removeprefix("callback:")
    wait_until(lambda: "last_error_message" in result_of(network, "getWebhookInfo"))
    validate_answer("getWebhookInfo", call(network, "getWebhookInfo").json())
    validate_call("answerCallbackQuery", {"callback_query_id": tap})
    validate_answer("answerCallbackQuery", call(network, "answerCallbackQuery", callback_query_id=tap).json())


WRONG_CALLS: list[Any] = [
    pytest.param("sendMessage", {"chat_id": "7999", "text": "Hello"}, id="no such chat"),
    pytest.param("sendMessage", {"chat_id": JOE, "text": "Hello"}, id="never pressed Start"),
    pytest.param("sendMessage", {"chat_id": GROUP, "text": "Hello"}, id="moved"),
    pytest.param("answerCallbackQuery", {"callback_query_id": "1"}, id="no such tap"),
    pytest.param("sendPigeon", {}, id="no such method"),
]


@pytest.mark.parametrize(("method", "parameters"), WRONG_CALLS)
def test_what_is_refused_is_answered_as_described(
    network: PhoneNetwork, method: str, parameters: dict[str, Any]
) -> None:
    network.act(GROUP, Move("-1000000007005"))
    answer = call(network, method, **parameters)
    validate_error(answer.status_code, answer.json())


@pytest.mark.parametrize("fault", ["too_many_requests", "server_error"])
def test_faults_are_answered_as_described(start_network: StartNetwork, fault: str) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(**{fault: 1.0}))
    answer = call(network, "sendMessage", chat_id=ANN, text="Hello")
    validate_error(answer.status_code, answer.json())


def a_photo(kind: MediaKind) -> Reply:
    return Reply("", media=(Media(kind, "image/jpeg", b"content"),))


LINES: list[Any] = [
    pytest.param(Reply("Helô ŵ 👍"), ANN, "message", id="text"),
    pytest.param(Start("TOKEN"), JOE, "message", id="start"),
    pytest.param(Tap("Yes"), ANN, "callback_query", id="tap"),
    pytest.param(Edit("no"), ANN, "edited_message", id="edit"),
    pytest.param(Block(), ANN, "my_chat_member", id="block"),
    pytest.param(Move("-1000000007005"), GROUP, "message", id="move"),
    *(pytest.param(a_photo(kind), ANN, "message", id=kind) for kind in MediaKind),
]


@pytest.mark.parametrize(("line", "chat", "kind"), LINES)
def test_updates_are_as_described_and_as_the_library_reads_them(
    network: PhoneNetwork, customer: Customer, line: Line, chat: str, kind: str
) -> None:
    set_webhook(network, customer)
    message_chat(network, ANN, "Was it worth it?", "Yes", "No")
    network.text_from(ANN, "yes")
    network.act(chat, line)
    settle(network)
    for update in customer.updates():
        validate_update(update)
        read = Update.de_json(update, None)
        assert read.to_dict()["update_id"] == update["update_id"]
    last = max(customer.updates(), key=lambda update: int(update["update_id"]))
    assert kind in last


def test_a_bot_let_in_again_is_told_as_described(network: PhoneNetwork) -> None:
    network.act(ANN, Block())
    network.act(ANN, Start())
    settle(network)
    for update in result_of(network, "getUpdates"):
        validate_update(update)


UNDESCRIBED_CALLS: list[Any] = [
    pytest.param({"text": "Hello"}, id="no chat"),
    pytest.param({"chat_id": 7001}, id="no text"),
    pytest.param({"chat_id": 7001, "text": "Hello", "attempt": "a1"}, id="an unknown parameter"),
    pytest.param({"chat_id": 7001, "text": 8}, id="a number for a text"),
    pytest.param({"chat_id": 7001, "text": "Hello", "reply_markup": '{"inline_keyboard": [["Yes"]]}'}, id="no button"),
    pytest.param({"chat_id": 7001, "text": "Hello", "disable_notification": "maybe"}, id="neither true nor false"),
]


@pytest.mark.parametrize("parameters", UNDESCRIBED_CALLS)
def test_a_call_that_telegram_does_not_describe_is_found(parameters: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        validate_call("sendMessage", parameters)


def test_a_call_in_a_form_is_read_as_what_it_means() -> None:
    markup = '{"inline_keyboard": [[{"text": "8", "callback_data": "8"}]]}'
    form = {"chat_id": "7001", "text": "8", "disable_notification": "true", "reply_markup": markup}
    validate_call("sendMessage", form)


Change = Callable[[dict[str, Any]], object]

UNDESCRIBED_UPDATES: list[Any] = [
    pytest.param(lambda update: update.update(extra=1), id="something unknown beside"),
    pytest.param(lambda update: update.update(edited_message=update["message"]), id="two things at once"),
    pytest.param(lambda update: update.pop("update_id"), id="no number"),
    pytest.param(lambda update: update["message"].pop("date"), id="no date"),
    pytest.param(lambda update: update["message"].update(date="2026-11-20"), id="a date that is no number"),
    pytest.param(lambda update: update["message"].update(date=1.5), id="half a second"),
    pytest.param(lambda update: update["message"]["from"].update(is_bot=0), id="a number for false"),
    pytest.param(lambda update: update["message"]["chat"].update(phone="1"), id="something unknown within"),
]


@pytest.mark.parametrize("change", UNDESCRIBED_UPDATES)
def test_an_update_that_telegram_does_not_describe_is_found(network: PhoneNetwork, change: Change) -> None:
    network.text_from(ANN, "yes")
    settle(network)
    [update] = result_of(network, "getUpdates")
    validate_update(update)
    change(update)
    with pytest.raises(AssertionError):
        validate_update(update)
