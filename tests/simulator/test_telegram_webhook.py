"""Updates as Telegram posts them to a webhook: in order, again and again, and with a secret."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import requests

from simulator import ChatState, Faults, PhoneNetwork, Reply, Tap, Tenant
from tests.clock import Clock
from tests.given import free_port
from tests.simulator.conftest import (
    SECRET,
    StartNetwork,
    call,
    message_chat,
    result_of,
    set_webhook,
    settle,
    wait_until,
)
from tests.simulator.customer import Customer

ANN, JOE = "7001", "7002"
PEOPLE = [Tenant(chat=ANN, chat_state=ChatState.OPEN), Tenant(chat=JOE, chat_state=ChatState.OPEN)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def network(start_network: StartNetwork, clock: Clock) -> PhoneNetwork:
    return start_network(tenants=PEOPLE, now=clock)


def texts_at(customer: Customer) -> list[str]:
    return [update["message"]["text"] for update in customer.updates()]


def test_an_update_is_posted_with_the_secret_and_then_known(
    network: PhoneNetwork, customer: Customer, clock: Clock
) -> None:
    set_webhook(network, customer)
    network.text_from(ANN, "8")
    clock.advance(timedelta(seconds=5))
    settle(network)
    [post] = customer.posts
    assert post.url == f"{customer.url}/telegram"
    assert post.headers["X-Telegram-Bot-Api-Secret-Token"] == SECRET
    assert post.headers["Content-Type"] == "application/json"
    assert post.update["message"]["text"] == "8"
    assert not network.untold


def test_without_a_secret_there_is_no_header(network: PhoneNetwork, customer: Customer) -> None:
    result_of(network, "setWebhook", url=customer.url)
    network.text_from(ANN, "8")
    settle(network)
    assert "X-Telegram-Bot-Api-Secret-Token" not in customer.posts[0].headers


@pytest.mark.parametrize("secret", ["a b", "ŵ", "a" * 257, "a/b"])
def test_a_secret_that_telegram_does_not_allow_is_refused(network: PhoneNetwork, secret: str) -> None:
    answer = call(network, "setWebhook", url="http://127.0.0.1:1/", secret_token=secret)
    assert answer.status_code == 400
    assert "secret token contains unallowed characters" in answer.json()["description"]


@pytest.mark.parametrize("url", ["ftp://example.org", "example.org", "http://[oops/"])
def test_an_address_that_is_none_is_refused(network: PhoneNetwork, url: str) -> None:
    assert call(network, "setWebhook", url=url).status_code == 400
    assert result_of(network, "getWebhookInfo")["url"] == ""


def test_what_waited_is_posted_once_a_webhook_is_set(network: PhoneNetwork, customer: Customer) -> None:
    for word in ("one", "two"):
        network.text_from(ANN, word)
    settle(network)
    set_webhook(network, customer)
    settle(network)
    assert texts_at(customer) == ["one", "two"]
    assert not network.untold


@pytest.mark.parametrize("method", ["setWebhook", "deleteWebhook"])
def test_what_waited_may_be_dropped(network: PhoneNetwork, customer: Customer, method: str) -> None:
    network.text_from(ANN, "one")
    settle(network)
    url = {"url": customer.url} if method == "setWebhook" else {}
    assert result_of(network, method, drop_pending_updates=True, **url) is True
    network.text_from(ANN, "two")
    settle(network)
    assert [(message.body, message.dropped) for message in network.inbound] == [("one", True), ("two", False)]
    assert texts_at(customer) == (["two"] if method == "setWebhook" else [])


def test_an_update_that_is_not_taken_comes_again_and_holds_up_its_chat_only(
    network: PhoneNetwork, customer: Customer
) -> None:
    customer.status = 503
    set_webhook(network, customer)
    for chat, word in ((ANN, "one"), (ANN, "two"), (JOE, "three")):
        network.text_from(chat, word)
    wait_until(lambda: Counter(texts_at(customer))["one"] > 2 and "three" in texts_at(customer))
    assert "two" not in texts_at(customer)
    assert len({update["update_id"] for update in customer.updates()}) == 2
    assert len(network.untold) == 3
    customer.status = 200
    settle(network)
    assert not network.untold
    assert [text for text in texts_at(customer) if text != "three"][-1] == "two"


def test_the_pauses_between_posts_grow(start_network: StartNetwork, customer: Customer) -> None:
    customer.status = 500
    network = start_network(tenants=PEOPLE, telegram_retry_seconds=0.05)
    set_webhook(network, customer)
    network.text_from(ANN, "one")
    # Pauses of 0.05, 0.1, 0.2 and 0.4 seconds lie between five posts; even ones of 0.05 would allow fifteen.
    assert not network.wait_until_idle(0.76)
    assert 2 <= len(customer.posts) <= 5
    customer.status = 200
    settle(network)


def test_a_retry_after_is_heeded(network: PhoneNetwork, customer: Customer) -> None:
    customer.status, customer.headers = 429, {"Retry-After": "1"}
    set_webhook(network, customer)
    network.text_from(ANN, "one")
    assert not network.wait_until_idle(0.5)
    assert len(customer.posts) == 1
    customer.status = 200
    settle(network)
    assert len(customer.posts) == 2


def test_a_slow_answer_counts_as_none_and_the_update_comes_again(
    start_network: StartNetwork, customer: Customer
) -> None:
    customer.delay = 0.5
    network = start_network(tenants=PEOPLE, telegram_webhook_seconds=0.1)
    set_webhook(network, customer)
    network.text_from(ANN, "one")
    wait_until(lambda: len(customer.posts) >= 2)
    assert len(network.untold) == 1
    assert result_of(network, "getWebhookInfo")["last_error_message"] == "Read timeout expired"
    customer.delay = 0.0
    settle(network)
    assert not network.untold


def test_updates_are_posted_once_the_customer_is_up_again(network: PhoneNetwork, customer: Customer) -> None:
    result_of(network, "setWebhook", url=f"http://127.0.0.1:{free_port()}/")
    network.text_from(ANN, "one")
    assert not network.wait_until_idle(0.1)
    info = result_of(network, "getWebhookInfo")
    assert (info["pending_update_count"], info["last_error_message"]) == (1, "Webhook connection closed")
    set_webhook(network, customer)
    settle(network)
    assert texts_at(customer) == ["one"]
    assert "last_error_message" not in result_of(network, "getWebhookInfo")


@pytest.mark.parametrize(
    ("line", "waits"),
    [
        pytest.param(Reply("yes"), timedelta(hours=24), id="a text"),
        pytest.param(Tap("Yes"), timedelta(seconds=150), id="a tap"),
    ],
)
def test_telegram_gives_up_on_what_is_too_old(
    network: PhoneNetwork, customer: Customer, clock: Clock, line: Reply, waits: timedelta
) -> None:
    customer.status = 500
    set_webhook(network, customer)
    message_chat(network, ANN, "Was it worth it?", "Yes")
    network.act(ANN, line)
    clock.advance(waits - timedelta(seconds=1))
    assert not network.wait_until_idle(0.1)
    assert not network.untold[0].dropped
    clock.advance(timedelta(seconds=1))
    settle(network)
    assert [message.dropped for message in network.untold] == [True]
    customer.status = 200
    network.text_from(ANN, "and now?")
    settle(network)
    assert customer.updates()[-1]["message"]["text"] == "and now?"
    assert len(network.untold) == 1


def test_a_tap_does_not_wait_behind_a_text_that_fails(network: PhoneNetwork, customer: Customer) -> None:
    customer.status = 500
    set_webhook(network, customer)
    message_chat(network, ANN, "Was it worth it?", "Yes")
    network.text_from(ANN, "hm")
    wait_until(lambda: customer.posts)
    network.act(ANN, Tap("Yes"))
    wait_until(lambda: any("callback_query" in update for update in customer.updates()))
    customer.status = 200
    settle(network)


def test_a_method_in_the_answer_is_carried_out(network: PhoneNetwork, customer: Customer) -> None:
    set_webhook(network, customer)
    message_chat(network, ANN, "Was it worth it?", "Yes")
    customer.status, customer.answer = 200, {"method": "sendMessage", "chat_id": 7001, "text": "Thank you."}
    network.act(ANN, Tap("Yes"))
    settle(network)
    assert [message.body for message in network.messages] == ["Was it worth it?", "Thank you."]
    customer.answer = {"method": "answerCallbackQuery", "callback_query_id": network.inbound[0].sid.split(":")[1]}
    network.text_from(ANN, "well?")
    settle(network)
    assert network.unanswered_taps == ()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"method": "deleteWebhook"}, id="deleteWebhook"),
        pytest.param({"method": "setWebhook", "url": ""}, id="setWebhook"),
        pytest.param({"method": "getUpdates", "allowed_updates": ["message"]}, id="getUpdates"),
        pytest.param({"method": "sendPigeon"}, id="unknown"),
        pytest.param({"method": "sendMessage", "chat_id": 1, "text": "Hello"}, id="refused"),
        pytest.param(["method"], id="a list"),
        pytest.param({}, id="nothing"),
    ],
)
def test_an_answer_that_asks_for_nothing_that_can_be_done_still_takes_the_update(
    network: PhoneNetwork, customer: Customer, answer: Any
) -> None:
    set_webhook(network, customer)
    customer.status, customer.answer = 200, answer
    network.text_from(ANN, "one")
    settle(network)
    assert not network.untold
    info = result_of(network, "getWebhookInfo")
    assert (info["url"], "allowed_updates" in info) == (f"{customer.url}/telegram", False)
    assert network.messages == ()


@pytest.mark.parametrize(
    "answered_after", [0, 0.3], ids=["in the middle of a pause", "before the customer has answered"]
)
def test_posting_ends_with_the_webhook(start_network: StartNetwork, customer: Customer, answered_after: float) -> None:
    customer.status, customer.delay = 500, answered_after
    network = start_network(tenants=PEOPLE, telegram_retry_seconds=60)
    set_webhook(network, customer)
    network.text_from(ANN, "one")
    wait_until(lambda: customer.posts)
    assert result_of(network, "deleteWebhook") is True
    settle(network)
    posted = len(customer.posts)
    network.text_from(ANN, "two")
    settle(network)
    assert len(customer.posts) == posted
    assert [update["message"]["text"] for update in result_of(network, "getUpdates")] == ["one", "two"]


def test_the_webhook_tells_how_it_stands(network: PhoneNetwork, customer: Customer, clock: Clock) -> None:
    assert result_of(network, "getWebhookInfo") == {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": 0,
    }
    customer.status = 502
    set_webhook(network, customer, max_connections=5, allowed_updates=["message"])
    network.text_from(ANN, "one")
    wait_until(lambda: "last_error_date" in result_of(network, "getWebhookInfo"))
    assert result_of(network, "getWebhookInfo") == {
        "url": f"{customer.url}/telegram",
        "has_custom_certificate": False,
        "pending_update_count": 1,
        "max_connections": 5,
        "allowed_updates": ["message"],
        "last_error_date": int(clock().timestamp()),
        "last_error_message": "Wrong response from the webhook: 502 Bad Gateway",
    }


def test_no_more_posts_are_under_way_than_the_bot_allows(start_network: StartNetwork, customer: Customer) -> None:
    customer.delay = 0.1
    chats = [str(7100 + number) for number in range(6)]
    network = start_network(tenants=[Tenant(chat=chat, chat_state=ChatState.OPEN) for chat in chats])
    set_webhook(network, customer, max_connections=2)
    for chat in chats:
        network.text_from(chat, "hello")
    settle(network)
    assert (len(customer.posts), customer.most_at_once) == (6, 2)


def test_many_people_at_once_all_get_through_each_in_their_own_order(
    start_network: StartNetwork, customer: Customer
) -> None:
    chats = [str(number) for number in range(7200, 7300)]
    script = tuple(Reply(words, delay_seconds=0) for words in ("one", "two"))
    network = start_network(
        tenants=[Tenant(chat=chat, script=script, chat_state=ChatState.OPEN) for chat in chats],
        faults=Faults(duplicate_webhook=0.2, drop_after_accepting=0.2),
    )
    customer.status = 503
    set_webhook(network, customer)
    for _ in script:
        for chat in chats:
            with suppress(requests.exceptions.ConnectionError):
                message_chat(network, chat, "Was it worth it?")
    wait_until(lambda: len(customer.posts) > len(chats))
    customer.status = 200
    settle(network)
    assert not network.untold
    heard: dict[int, list[str]] = {}
    for update in {update["update_id"]: update for update in customer.updates()}.values():
        heard.setdefault(update["message"]["chat"]["id"], []).append(update["message"]["text"])
    assert heard == {int(chat): ["one", "two"] for chat in chats}
