import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from simulator import PhoneNetwork, Reply, Tenant
from tests.clock import NOON
from tests.simulator.conftest import ACCOUNT, StartNetwork, client_of, send, settle
from tests.simulator.customer import Customer

ANN, JOE, FARAH = "+447700900001", "+447700900002", "+447700900003"


def test_a_text_is_recorded_with_its_words_segments_and_fate(start_network: StartNetwork) -> None:
    network = start_network(tenants=[Tenant(JOE, failure=30003)])
    send(network, ANN, "a" * 161)
    send(network, JOE, "Was it worth it?")
    settle(network)
    assert [(m.recipient, m.segments, m.status, m.carrier, m.created) for m in network.messages] == [
        (ANN, 2, "delivered", False, NOON),
        (JOE, 1, "undelivered", False, NOON),
    ]
    assert network.segments_out == 3


def test_segments_of_replies_are_counted_apart(start_network: StartNetwork) -> None:
    network = start_network()
    network.text_from(ANN, "ŵ" * 71)
    network.text_from(ANN, "STOP")
    settle(network)
    assert (network.segments_out, network.segments_in) == (0, 3)


def test_the_same_words_to_two_phones_are_no_duplicate(start_network: StartNetwork) -> None:
    network = start_network()
    send(network, ANN, "Was it worth it?")
    send(network, JOE, "Was it worth it?")
    assert not network.duplicates
    send(network, JOE, "Was it worth it?")
    assert [(d.phone, d.times) for d in network.duplicates] == [(JOE, 2)]


def test_texts_after_a_stop_in_own_words_are_found_until_start(start_network: StartNetwork, customer: Customer) -> None:
    network = start_network(
        inbound_url=customer.url + "/inbound",
        tenants=[Tenant(ANN, (Reply("pls dont text me again", stop=True), None, Reply("START")))],
    )
    for text in ("Was it worth it?", "You will get no more texts.", "And another.", "Welcome back."):
        send(network, ANN, text)
        send(network, JOE, text)
        settle(network)
    assert [m.body for m in network.texts_after_stop] == ["You will get no more texts.", "And another."]


def test_a_stop_that_the_customer_has_not_heard_of_is_no_fault_of_the_customer(
    start_network: StartNetwork, customer: Customer
) -> None:
    customer.status = 500
    network = start_network(inbound_url=customer.url + "/inbound")
    network.text_from(ANN, "leave me alone", stop=True)
    settle(network)
    send(network, ANN, "Was it worth it?")
    assert not network.texts_after_stop
    client_of(network).messages.list(to=ACCOUNT.number)
    send(network, ANN, "A reminder.")
    client_of(network).messages.list(to=ACCOUNT.number)
    assert [m.body for m in network.texts_after_stop] == ["A reminder."]


def test_a_number_that_opted_out_before_is_refused_until_it_texts_start(
    start_network: StartNetwork,
) -> None:
    network = start_network(tenants=[Tenant(FARAH, failure=21610)])
    with pytest.raises(Exception, match="unsubscribed"):
        send(network, FARAH, "Was it worth it?")
    network.text_from(FARAH, "Start")
    send(network, FARAH, "Was it worth it?")
    settle(network)
    assert [m.carrier for m in network.received(FARAH)] == [True, False]


def test_what_was_seen_can_be_read_after_the_network_has_stopped() -> None:
    with PhoneNetwork(ACCOUNT, now=lambda: NOON, seed=7) as network:
        send(network, ANN, "Was it worth it?")
    assert len(network.messages) == 1


def test_stopping_drops_replies_that_are_still_pending() -> None:
    tenant = Tenant(ANN, (Reply("Yes", delay_seconds=3600),))
    with PhoneNetwork(ACCOUNT, now=lambda: NOON, seed=7, pace=1, tenants=[tenant]) as network:
        send(network, ANN, "Was it worth it?")
    assert network.idle()
    assert network.replies_sent == ()


def test_a_port_that_is_taken_stops_the_start() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        network = PhoneNetwork(ACCOUNT, now=lambda: NOON, seed=7, port=taken.getsockname()[1])
        with pytest.raises(OSError, match="address"):
            network.start()


def test_many_texts_at_once_all_arrive_and_are_all_answered(start_network: StartNetwork, customer: Customer) -> None:
    phones = [f"+447700900{number:03}" for number in range(200, 400)]
    network = start_network(
        inbound_url=customer.url + "/inbound",
        tenants=[Tenant(phone, (Reply(f"Yes {phone}"),)) for phone in phones],
    )
    with ThreadPoolExecutor(8) as senders:
        list(senders.map(lambda phone: send(network, phone, "Was it worth it?"), phones))
    settle(network)
    assert {form["Body"] for form in customer.forms_at("/inbound")} == {f"Yes {phone}" for phone in phones}
    assert (network.untold, network.duplicates) == ((), ())
    assert len({message.sid for message in network.messages}) == len(phones)
