"""A network with one account and one bot, a customer's web server, and ways to ask the network for something."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from twilio.rest import Client

from simulator import Account, BotAccount, PhoneNetwork
from tests.clock import NOON
from tests.simulator.customer import Customer

ACCOUNT = Account(sid="AC" + "5" * 32, auth_token="pretend-token", number="+447700900100")
SERVICE_ACCOUNT = Account(
    sid=ACCOUNT.sid,
    auth_token=ACCOUNT.auth_token,
    number=ACCOUNT.number,
    messaging_service_sid="MG" + "7" * 32,
)

BOT = BotAccount(token="7000001:pretend-token", username="DerwentBot")
SECRET = "our-secret_1"

StartNetwork = Callable[..., PhoneNetwork]


@pytest.fixture
def customer() -> Iterator[Customer]:
    with Customer() as running:
        yield running


@pytest.fixture
def start_network() -> Iterator[StartNetwork]:
    """Start a network at noon with seed 7, a bot and whatever else the test asks for; it is stopped afterwards."""
    running: list[PhoneNetwork] = []

    def start(account: Account = ACCOUNT, **options: Any) -> PhoneNetwork:
        usual = {"now": lambda: NOON, "seed": 7, "bot": BOT, "telegram_retry_seconds": 0.005}
        network = PhoneNetwork(account, **{**usual, **options})
        network.start()
        running.append(network)
        return network

    yield start
    for network in running:
        network.stop()


def client_of(network: PhoneNetwork) -> Client:
    """The official client, sent to the network instead of to Twilio."""
    client = Client(network.account.sid, network.account.auth_token)
    client.api.base_url = network.base_url
    return client


def send(network: PhoneNetwork, to: str, body: str, status_callback: str | None = None) -> str:
    """Send one text as a customer would; return its id."""
    message = client_of(network).messages.create(
        to=to, from_=network.account.number, body=body, **_given(status_callback)
    )
    sid: str = message.sid
    return sid


def call(network: PhoneNetwork, method: str, **parameters: Any) -> requests.Response:
    """Call a method of the Bot API, with its parameters as JSON."""
    address = f"{network.telegram_base_url}/bot{BOT.token}/{method}"
    return requests.post(address, json=parameters, timeout=10)


def result_of(network: PhoneNetwork, method: str, **parameters: Any) -> Any:
    """Call a method of the Bot API that must succeed; its result."""
    body = call(network, method, **parameters).json()
    assert body["ok"], body
    return body["result"]


def message_chat(network: PhoneNetwork, chat: str, text: str, *labels: str) -> int:
    """Send a message to a chat, with a row of a button for each label; its number in the chat."""
    rows = [[{"text": label, "callback_data": f"answer:{label}"}] for label in labels]
    markup = {"reply_markup": {"inline_keyboard": rows}} if rows else {}
    number: int = result_of(network, "sendMessage", chat_id=chat, text=text, **markup)["message_id"]
    return number


def set_webhook(network: PhoneNetwork, customer: Customer, **parameters: Any) -> None:
    """Have updates posted to the customer."""
    address = f"{customer.url}/telegram"
    assert result_of(network, "setWebhook", url=address, secret_token=SECRET, **parameters) is True


def wait_until(is_so: Callable[[], object]) -> None:
    """Look again and again until it is so, for ten seconds at most."""
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.002)


def settle(network: PhoneNetwork) -> None:
    """Wait for everything under way to end."""
    assert network.wait_until_idle(10), "the network did not come to rest"


def _given(status_callback: str | None) -> dict[str, str]:
    return {} if status_callback is None else {"status_callback": status_callback}
