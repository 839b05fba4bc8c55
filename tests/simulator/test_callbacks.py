import socketserver
import threading

import pytest
from twilio.request_validator import RequestValidator

from simulator import Faults, Tenant
from simulator.callbacks import sign
from tests.simulator.conftest import ACCOUNT, SERVICE_ACCOUNT, StartNetwork, client_of, send, settle
from tests.simulator.customer import Customer

ANN = "+447700900001"
JOE = "+447700900002"

VALIDATOR = RequestValidator(ACCOUNT.auth_token)


def test_the_signature_is_the_one_that_twilios_validator_computes() -> None:
    url = "https://example.org/webhooks/twilio/inbound?a=1&b=%C5%B5"
    form = {"Body": "Diolch yn fawr, roedd yn wych ŵ 👍", "From": ANN, "AccountSid": ACCOUNT.sid, "Empty": ""}
    assert sign(ACCOUNT.auth_token, url, form) == VALIDATOR.compute_signature(url, form)


def test_every_post_is_signed_over_its_url_and_query(start_network: StartNetwork, customer: Customer) -> None:
    network = start_network(inbound_url=customer.url + "/inbound?landlord=derwent")
    send(network, ANN, "Was it worth it?", customer.url + "/status?attempt=a1&b=2")
    network.text_from(ANN, "yes & thanks ŵ")
    settle(network)
    assert len(customer.posts) == 4
    for post in customer.posts:
        assert VALIDATOR.validate(post.url, post.form, post.signature)
        assert not VALIDATOR.validate(post.url + "x", post.form, post.signature)


def test_a_text_is_reported_queued_sent_and_delivered(start_network: StartNetwork, customer: Customer) -> None:
    network = start_network()
    sid = send(network, ANN, "Was it worth it?", customer.url + "/status")
    settle(network)
    assert customer.statuses() == ["queued", "sent", "delivered"]
    assert customer.posts[0].form == {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": "queued",
        "SmsStatus": "queued",
        "To": ANN,
        "From": ACCOUNT.number,
        "AccountSid": ACCOUNT.sid,
        "ApiVersion": "2010-04-01",
    }


@pytest.mark.parametrize("failure", [30003, 30005])
def test_a_dead_number_is_reported_undelivered_with_its_code(
    start_network: StartNetwork, customer: Customer, failure: int
) -> None:
    network = start_network(tenants=[Tenant(JOE, failure=failure)])
    sid = send(network, JOE, "Was it worth it?", customer.url + "/status")
    settle(network)
    assert customer.statuses() == ["queued", "sent", "undelivered"]
    assert [form.get("ErrorCode") for form in customer.forms_at("/status")] == [None, None, str(failure)]
    message = client_of(network).messages(sid).fetch()
    assert (message.status, message.error_code, network.received(JOE)) == ("undelivered", failure, ())


def test_a_messaging_service_finds_a_block_only_after_accepting(
    start_network: StartNetwork, customer: Customer
) -> None:
    network = start_network(SERVICE_ACCOUNT, tenants=[Tenant(JOE, failure=21610)])
    message = client_of(network).messages.create(
        to=JOE,
        messaging_service_sid=SERVICE_ACCOUNT.messaging_service_sid or "",
        body="Was it worth it?",
        status_callback=customer.url + "/status",
    )
    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    settle(network)
    assert customer.statuses() == ["accepted", "failed"]
    assert customer.posts[-1].form["ErrorCode"] == "21610"
    assert network.segments_out == 0


def test_duplicate_callbacks_say_the_same_twice(start_network: StartNetwork, customer: Customer) -> None:
    network = start_network(faults=Faults(duplicate_callback=1))
    send(network, ANN, "Was it worth it?", customer.url + "/status")
    settle(network)
    assert customer.statuses() == ["queued", "queued", "sent", "sent", "delivered", "delivered"]


def test_reordered_callbacks_say_delivered_before_sent(start_network: StartNetwork, customer: Customer) -> None:
    network = start_network(faults=Faults(reordered_callback=1))
    send(network, ANN, "Was it worth it?", customer.url + "/status")
    settle(network)
    assert customer.statuses() == ["queued", "delivered", "sent"]


def test_late_callbacks_come_after_the_phone_has_the_text_and_keep_the_network_busy(
    start_network: StartNetwork, customer: Customer
) -> None:
    network = start_network(faults=Faults(late_callback=1, late_seconds=0.2))
    send(network, ANN, "Was it worth it?", customer.url + "/status")
    assert not network.wait_until_idle(0.05)
    assert len(network.received(ANN)) == 1
    assert customer.statuses() == []
    settle(network)
    assert sorted(customer.statuses()) == ["delivered", "queued", "sent"]


def test_an_inbound_text_is_posted_with_twilios_fields(start_network: StartNetwork, customer: Customer) -> None:
    network = start_network(inbound_url=customer.url + "/inbound")
    sid = network.text_from(ANN, "8, it got me out of the house")
    settle(network)
    (form,) = customer.forms_at("/inbound")
    assert sid.startswith("SM")
    assert form == {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "SmsStatus": "received",
        "From": ANN,
        "To": ACCOUNT.number,
        "Body": "8, it got me out of the house",
        "NumMedia": "0",
        "NumSegments": "1",
        "AccountSid": ACCOUNT.sid,
        "ApiVersion": "2010-04-01",
    }
    assert network.untold == ()


def test_a_webhook_may_come_twice_with_the_same_id(start_network: StartNetwork, customer: Customer) -> None:
    network = start_network(inbound_url=customer.url + "/inbound", faults=Faults(duplicate_webhook=1))
    sid = network.text_from(ANN, "8")
    settle(network)
    assert [form["MessageSid"] for form in customer.forms_at("/inbound")] == [sid, sid]


def test_a_webhook_answered_with_an_error_is_not_tried_again_and_the_text_stays_on_the_list(
    start_network: StartNetwork, customer: Customer
) -> None:
    customer.status = 503
    network = start_network(inbound_url=customer.url + "/inbound")
    sid = network.text_from(ANN, "8")
    settle(network)
    assert len(customer.posts) == 1
    assert [message.sid for message in network.untold] == [sid]
    (listed,) = client_of(network).messages.list(to=ACCOUNT.number)
    assert (listed.sid, listed.direction, listed.body) == (sid, "inbound", "8")
    assert network.untold == ()


def test_a_webhook_that_answers_too_late_counts_as_failed(start_network: StartNetwork, customer: Customer) -> None:
    customer.delay = 0.5
    network = start_network(inbound_url=customer.url + "/inbound", webhook_seconds=0.1)
    network.text_from(ANN, "8")
    settle(network)
    assert len(customer.posts) == 1
    assert len(network.untold) == 1


def test_a_webhook_that_cannot_be_reached_leaves_the_text_on_the_list(start_network: StartNetwork) -> None:
    network = start_network(inbound_url="http://127.0.0.1:1/inbound")
    sid = network.text_from(ANN, "8")
    settle(network)
    assert [message.sid for message in network.untold] == [sid]


def test_a_connection_that_fails_is_tried_once_more(start_network: StartNetwork) -> None:
    connections = []

    class HangUp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            connections.append(self.client_address)

    with socketserver.TCPServer(("127.0.0.1", 0), HangUp) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        # No TLS is spoken here, so that every connection fails before a request can be made on it.
        network = start_network(inbound_url=f"https://127.0.0.1:{server.server_address[1]}/inbound")
        network.text_from(ANN, "8")
        settle(network)
        server.shutdown()
    assert len(connections) == 2
    assert len(network.untold) == 1
