"""What is counted at the end, over SMS and Telegram together."""

from datetime import timedelta

from simulator import ChatState, Move, PhoneNetwork, Start, Tenant
from tests.clock import NOON, Clock
from tests.simulator.conftest import (
    ACCOUNT,
    BOT,
    StartNetwork,
    client_of,
    message_chat,
    result_of,
    send,
    set_webhook,
    settle,
    wait_until,
)
from tests.simulator.customer import Customer

ANN_PHONE, ANN_CHAT = "+447700900001", "7001"
JOE_PHONE, JOE_CHAT = "+447700900002", "7002"

ANN = Tenant(ANN_PHONE, chat=ANN_CHAT, chat_state=ChatState.OPEN)
JOE = Tenant(JOE_PHONE, chat=JOE_CHAT, chat_state=ChatState.OPEN)


def listening(start_network: StartNetwork, customer: Customer, *tenants: Tenant, clock: Clock) -> PhoneNetwork:
    network = start_network(tenants=tenants, inbound_url=f"{customer.url}/inbound", now=clock)
    set_webhook(network, customer)
    return network


def message_everywhere(network: PhoneNetwork, text: str) -> None:
    for phone in (ANN_PHONE, JOE_PHONE):
        send(network, phone, text)
    for chat in (ANN_CHAT, JOE_CHAT):
        message_chat(network, chat, text)
    settle(network)


def test_everything_is_in_one_order(start_network: StartNetwork) -> None:
    network = start_network(tenants=[ANN])
    send(network, ANN_PHONE, "one")
    message_chat(network, ANN_CHAT, "two")
    network.text_from(ANN_CHAT, "three")
    send(network, ANN_PHONE, "four")
    settle(network)
    assert [(message.channel, message.body) for message in network.messages] == [
        ("sms", "one"),
        ("telegram", "two"),
        ("sms", "four"),
    ]
    orders = [message.order for message in (*network.messages[:2], *network.inbound, network.messages[2])]
    assert orders == sorted(orders)


def test_a_stop_in_a_chat_holds_on_the_phone_too_and_for_nobody_else(
    start_network: StartNetwork, customer: Customer
) -> None:
    network = listening(start_network, customer, ANN, JOE, clock=Clock())
    network.text_from(ANN_CHAT, "please leave me alone", stop=True)
    settle(network)
    message_everywhere(network, "Was it worth it?")
    assert [message.recipient for message in network.texts_after_stop] == [ANN_PHONE, ANN_CHAT]


def test_a_stop_on_the_phone_holds_in_the_chat_until_start_there(
    start_network: StartNetwork, customer: Customer
) -> None:
    network = listening(start_network, customer, ANN, clock=Clock())
    network.text_from(ANN_PHONE, "please leave me alone", stop=True)
    settle(network)
    message_chat(network, ANN_CHAT, "one")
    network.act(ANN_CHAT, Start())
    settle(network)
    message_chat(network, ANN_CHAT, "two")
    send(network, ANN_PHONE, "three")
    assert [message.body for message in network.texts_after_stop] == ["one", "three"]


def test_a_stop_from_a_shared_phone_is_everybodys_and_one_from_a_chat_is_not(
    start_network: StartNetwork, customer: Customer
) -> None:
    partner = Tenant(ANN_PHONE, chat=JOE_CHAT, chat_state=ChatState.OPEN)
    network = listening(start_network, customer, ANN, partner, clock=Clock())
    network.text_from(JOE_CHAT, "STOP")
    settle(network)
    message_chat(network, ANN_CHAT, "one")
    assert not network.texts_after_stop
    network.text_from(ANN_PHONE, "please leave us alone", stop=True)
    settle(network)
    message_chat(network, ANN_CHAT, "two")
    message_chat(network, JOE_CHAT, "two")
    assert [message.recipient for message in network.texts_after_stop] == [ANN_CHAT, JOE_CHAT]


def test_a_stop_on_the_phone_holds_in_a_group_that_has_moved(start_network: StartNetwork, customer: Customer) -> None:
    person = Tenant(ANN_PHONE, chat="-7001", chat_state=ChatState.OPEN)
    network = listening(start_network, customer, person, clock=Clock())
    network.act("-7001", Move("-1000000007001"))
    network.text_from(ANN_PHONE, "please leave me alone", stop=True)
    settle(network)
    message_chat(network, "-1000000007001", "Was it worth it?")
    assert [message.recipient for message in network.texts_after_stop] == ["-1000000007001"]


def test_a_stop_tells_when_it_was_sent_and_when_it_was_taken(start_network: StartNetwork, customer: Customer) -> None:
    clock = Clock()
    customer.status = 503
    network = listening(start_network, customer, ANN, clock=clock)
    network.text_from(ANN_CHAT, "stop")
    assert not network.wait_until_idle(0.05)
    assert [(stop.created, stop.told) for stop in network.stops] == [(NOON, None)]
    message_chat(network, ANN_CHAT, "on its way already")
    clock.advance(timedelta(minutes=3))
    customer.status = 200
    settle(network)
    [stop] = network.stops
    assert (stop.created, stop.told) == (NOON, NOON + timedelta(minutes=3))
    assert not network.texts_after_stop
    message_chat(network, ANN_CHAT, "too late")
    assert [message.body for message in network.texts_after_stop] == ["too late"]


def test_the_same_words_twice_to_a_chat_are_a_duplicate_and_to_a_phone_and_a_chat_are_not(
    start_network: StartNetwork,
) -> None:
    network = start_network(tenants=[ANN])
    send(network, ANN_PHONE, "Was it worth it?")
    message_chat(network, ANN_CHAT, "Was it worth it?")
    assert not network.duplicates
    message_chat(network, ANN_CHAT, "Was it worth it?")
    assert [(duplicate.phone, duplicate.times) for duplicate in network.duplicates] == [(ANN_CHAT, 2)]


def test_the_addresses_of_a_person_are_told_and_a_shared_phone_has_those_of_both(start_network: StartNetwork) -> None:
    partner = Tenant(ANN_PHONE, chat=JOE_CHAT)
    network = start_network(tenants=[ANN, partner])
    assert network.addresses_of(ANN_CHAT) == {ANN_PHONE, ANN_CHAT}
    assert network.addresses_of(ANN_PHONE) == {ANN_PHONE, ANN_CHAT, JOE_CHAT}
    assert network.addresses_of(JOE_PHONE) == {JOE_PHONE}


def test_chats_cost_no_segments(start_network: StartNetwork) -> None:
    network = start_network(tenants=[ANN])
    message_chat(network, ANN_CHAT, "Was it worth it?")
    network.text_from(ANN_CHAT, "yes")
    assert (network.segments_out, network.segments_in) == (0, 0)


def test_twilio_lists_nothing_of_telegrams(start_network: StartNetwork) -> None:
    network = start_network(tenants=[ANN])
    message_chat(network, ANN_CHAT, "Was it worth it?")
    network.text_from(ANN_CHAT, "yes")
    settle(network)
    assert client_of(network).messages.list() == []
    assert len(network.untold) == 1


def test_the_network_is_busy_while_an_update_is_not_taken(start_network: StartNetwork, customer: Customer) -> None:
    customer.status = 503
    network = listening(start_network, customer, ANN, clock=Clock())
    network.text_from(ANN_CHAT, "yes")
    assert not network.wait_until_idle(0.05)
    result_of(network, "deleteWebhook")
    settle(network)


def test_the_network_can_be_stopped_while_it_posts(customer: Customer) -> None:
    customer.status = 503
    with PhoneNetwork(ACCOUNT, now=Clock(), seed=7, bot=BOT, tenants=[ANN]) as network:
        set_webhook(network, customer)
        network.text_from(ANN_CHAT, "yes")
        wait_until(lambda: customer.posts)
    assert network.idle()
    assert len(network.untold) == 1
