"""Faults on demand, on Telegram as on SMS."""

import time
from collections import Counter

import pytest
import requests

from simulator import ChatState, Faults, PhoneNetwork, Tenant
from tests.simulator.conftest import (
    StartNetwork,
    call,
    message_chat,
    result_of,
    set_webhook,
    settle,
)
from tests.simulator.customer import Customer

ANN, JOE = "7001", "7002"
PHONE = "+447700900001"
PEOPLE = [Tenant(chat=ANN, chat_state=ChatState.OPEN), Tenant(chat=JOE, chat_state=ChatState.OPEN)]


@pytest.mark.parametrize(
    ("rate", "status", "accepted"),
    [("too_many_requests", 429, 0), ("server_error", 500, 0), ("server_error_after_accepting", 500, 1)],
)
def test_a_message_is_answered_with_an_error(
    start_network: StartNetwork, rate: str, status: int, accepted: int
) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(**{rate: 1.0}))
    answer = call(network, "sendMessage", chat_id=ANN, text="Was it worth it?")
    assert (answer.status_code, answer.json()["error_code"]) == (status, status)
    assert len(network.messages) == len(network.received(ANN)) == accepted


def test_too_many_requests_say_how_long_to_wait(start_network: StartNetwork) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(too_many_requests=1, retry_after_seconds=7))
    answer = call(network, "sendMessage", chat_id=ANN, text="Was it worth it?").json()
    assert (answer["description"], answer["parameters"]) == ("Too Many Requests: retry after 7", {"retry_after": 7})


@pytest.mark.parametrize(("rate", "accepted"), [("drop_before_accepting", 0), ("drop_after_accepting", 1)])
def test_a_connection_is_dropped(start_network: StartNetwork, rate: str, accepted: int) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(**{rate: 1.0}))
    with pytest.raises(requests.exceptions.ConnectionError):
        message_chat(network, ANN, "Was it worth it?")
    assert len(network.messages) == accepted


def test_a_message_is_in_the_chat_while_its_answer_hangs(start_network: StartNetwork) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(hang_after_accepting=1, hang_seconds=0.3))
    began = time.monotonic()
    message_chat(network, ANN, "Was it worth it?")
    assert time.monotonic() - began >= 0.3
    assert len(network.received(ANN)) == 1


def test_other_methods_meet_no_fault(start_network: StartNetwork) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(server_error=1))
    assert result_of(network, "getMe")["is_bot"] is True


def test_a_refusal_stays_one_whatever_the_fault_after_accepting(start_network: StartNetwork) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(server_error_after_accepting=1))
    assert call(network, "sendMessage", chat_id="7999", text="Hello").status_code == 400


def hear_both(network: PhoneNetwork, customer: Customer) -> None:
    """Let texts and updates be posted to the customer."""
    set_webhook(network, customer)
    network.conditions.inbound_url = f"{customer.url}/inbound"


def heard(customer: Customer) -> list[str]:
    """The words that were posted, of texts and updates, in order."""
    return [
        post.update["message"]["text"] if post.url.endswith("/telegram") else post.form["Body"]
        for post in customer.posts
    ]


@pytest.mark.parametrize("address", [PHONE, ANN])
def test_a_webhook_may_come_twice(start_network: StartNetwork, customer: Customer, address: str) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(duplicate_webhook=1))
    hear_both(network, customer)
    network.text_from(address, "8")
    settle(network)
    assert heard(customer) == ["8", "8"]
    assert customer.posts[0].body == customer.posts[1].body


@pytest.mark.parametrize("address", [PHONE, ANN])
def test_a_webhook_may_come_late(start_network: StartNetwork, customer: Customer, address: str) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(late_webhook=1, late_seconds=0.3))
    hear_both(network, customer)
    network.text_from(address, "8")
    assert not network.wait_until_idle(0.1)
    assert not customer.posts
    assert [message.body for message in network.untold] == ["8"]
    settle(network)
    assert heard(customer) == ["8"]
    assert not network.untold


@pytest.mark.parametrize("address", [PHONE, ANN])
def test_a_webhook_may_come_after_the_next_one(start_network: StartNetwork, customer: Customer, address: str) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(reordered_webhook=1, late_seconds=60))
    hear_both(network, customer)
    network.text_from(address, "first")
    assert not network.wait_until_idle(0.05)
    assert not customer.posts
    network.conditions.faults = Faults()
    network.text_from(address, "second")
    settle(network)
    assert heard(customer) == ["second", "first"]


@pytest.mark.parametrize("address", [PHONE, ANN])
def test_a_webhook_with_none_after_it_comes_when_it_is_late_enough(
    start_network: StartNetwork, customer: Customer, address: str
) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(reordered_webhook=1, late_seconds=0.2))
    hear_both(network, customer)
    network.text_from(address, "only")
    settle(network)
    assert heard(customer) == ["only"]


def test_updates_that_are_fetched_may_be_out_of_order_too(start_network: StartNetwork) -> None:
    network = start_network(tenants=PEOPLE, faults=Faults(reordered_webhook=1, late_seconds=60))
    network.text_from(ANN, "first")
    network.text_from(JOE, "somebody else")
    assert not network.wait_until_idle(0.05)
    network.conditions.faults = Faults()
    network.text_from(ANN, "second")
    network.text_from(JOE, "later")
    settle(network)
    updates = result_of(network, "getUpdates")
    mine = [update["message"]["text"] for update in updates if update["message"]["chat"]["id"] == 7001]
    assert mine == ["second", "first"]


def test_the_same_seed_strikes_the_same_messages(start_network: StartNetwork) -> None:
    def statuses(seed: int) -> list[int]:
        network = start_network(tenants=PEOPLE, seed=seed, faults=Faults(too_many_requests=0.3, server_error=0.3))
        return [call(network, "sendMessage", chat_id=ANN, text=f"text {n}").status_code for n in range(60)]

    first = statuses(7)
    assert first == statuses(7)
    assert first != statuses(8)
    counted = Counter(first)
    assert min(counted[200], counted[429], counted[500]) > 8
