"""The real phone network and the real Twilio channel, for the tests that send."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from simulator import Account, PhoneNetwork
from sms.twilio_account import TwilioAccount
from sms.twilio_channel import TwilioChannel, open_twilio_channel
from storage.database import Database
from tests.clock import Clock
from tests.rows import add_address, add_conversation, add_text
from tests.simulator.customer import Customer

ACCOUNT = Account(sid="AC" + "5" * 32, auth_token="pretend-token", number="+447700900100")

StartNetwork = Callable[..., PhoneNetwork]
OpenChannel = Callable[..., AbstractAsyncContextManager[TwilioChannel]]


@pytest.fixture
def customer() -> Iterator[Customer]:
    """A web server that notes the status callbacks that come."""
    with Customer() as running:
        yield running


@pytest.fixture
def start_network(clock: Clock) -> Iterator[StartNetwork]:
    """Start a network that goes by the test's clock, with whatever faults and tenants the test asks for."""
    running: list[PhoneNetwork] = []

    def start(**options: Any) -> PhoneNetwork:
        network = PhoneNetwork(ACCOUNT, now=clock, seed=7, **options)
        network.start()
        running.append(network)
        return network

    yield start
    for network in running:
        network.stop()


@pytest.fixture
def open_channel(customer: Customer) -> OpenChannel:
    """Open the Twilio channel to a network; its callbacks go to the customer."""

    def open_to(network: PhoneNetwork, send_timeout_seconds: float = 5.0) -> AbstractAsyncContextManager[TwilioChannel]:
        return open_twilio_channel(twilio_account(network.base_url, customer.url), send_timeout_seconds)

    return open_to


@pytest.fixture
def invitation(database: Database) -> int:
    """The first text of a conversation with Ann, in the outbox; its id."""
    with database.work() as work:
        address = add_address(work)
        return add_text(work, address, conversation_id=add_conversation(work, address).id).id


def twilio_account(api_base_url: str, public_base_url: str) -> TwilioAccount:
    """The network's account, as our settings would give it."""
    return TwilioAccount(
        account_sid=ACCOUNT.sid,
        auth_token=ACCOUNT.auth_token,
        public_base_url=public_base_url,
        from_number=ACCOUNT.number,
        api_base_url=api_base_url,
    )
