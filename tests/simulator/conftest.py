"""A network with one account, a customer's web server, and the official Twilio client pointed at the network."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from twilio.rest import Client

from simulator import Account, PhoneNetwork
from tests.simulator.customer import Customer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

ACCOUNT = Account(sid="AC" + "5" * 32, auth_token="pretend-token", number="+447700900100")
SERVICE_ACCOUNT = Account(
    sid=ACCOUNT.sid,
    auth_token=ACCOUNT.auth_token,
    number=ACCOUNT.number,
    messaging_service_sid="MG" + "7" * 32,
)

StartNetwork = Callable[..., PhoneNetwork]


@pytest.fixture
def customer() -> Iterator[Customer]:
    with Customer() as running:
        yield running


@pytest.fixture
def start_network() -> Iterator[StartNetwork]:
    """Start a network at noon with seed 7 and whatever else the test asks for; it is stopped afterwards."""
    running: list[PhoneNetwork] = []

    def start(account: Account = ACCOUNT, **options: Any) -> PhoneNetwork:
        network = PhoneNetwork(account, **{"now": lambda: NOON, "seed": 7, **options})
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


def settle(network: PhoneNetwork) -> None:
    """Wait for everything under way to end."""
    assert network.wait_until_idle(10), "the network did not come to rest"


def _given(status_callback: str | None) -> dict[str, str]:
    return {} if status_callback is None else {"status_callback": status_callback}
