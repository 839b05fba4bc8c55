import pytest
from twilio.base.exceptions import TwilioRestException

from simulator import OptOutMode, Reply, Tenant
from simulator.opt_out import OptOut, find_keyword
from tests.simulator.conftest import SERVICE_ACCOUNT, StartNetwork, client_of, send, settle
from tests.simulator.customer import Customer

ANN = "+447700900001"


@pytest.mark.parametrize(
    "text", ["STOP", "stop", " Stop\n", "StopAll", "unsubscribe", "cancel", "END", "quit", "optout", "REVOKE"]
)
def test_a_stop_keyword_alone_blocks_the_phone_and_is_answered_once(text: str) -> None:
    opt_out = OptOut(OptOutMode.DEFAULT)
    assert opt_out.take(ANN, text).answer is not None
    assert opt_out.is_blocked(ANN)
    assert opt_out.take(ANN, text).answer is None


@pytest.mark.parametrize("text", ["stop please", "STOP.", "no more texts", "opt out", "ارک"])
def test_a_stop_in_other_words_is_not_the_carriers_business(text: str) -> None:
    opt_out = OptOut(OptOutMode.DEFAULT)
    assert opt_out.take(ANN, text).answer is None
    assert not opt_out.is_blocked(ANN)


@pytest.mark.parametrize("text", ["START", "Yes", "unstop"])
def test_a_start_keyword_unblocks_and_is_answered_only_after_a_stop(text: str) -> None:
    opt_out = OptOut(OptOutMode.DEFAULT)
    assert opt_out.take(ANN, text).answer is None
    opt_out.take(ANN, "STOP")
    assert opt_out.take(ANN, text).answer is not None
    assert not opt_out.is_blocked(ANN)


def test_help_is_answered_whether_blocked_or_not() -> None:
    opt_out = OptOut(OptOutMode.DEFAULT)
    assert opt_out.take(ANN, "help").answer is not None
    opt_out.take(ANN, "STOP")
    assert opt_out.take(ANN, "INFO").answer is not None


@pytest.mark.parametrize(("text", "kind"), [("quit", "STOP"), ("yes", "START"), ("info", "HELP")])
def test_advanced_opt_out_names_the_keyword_and_the_default_does_not(text: str, kind: str) -> None:
    assert OptOut(OptOutMode.ADVANCED).take(ANN, text).opt_out_type == kind
    assert OptOut(OptOutMode.DEFAULT).take(ANN, text).opt_out_type is None


def test_switched_off_nothing_is_answered_blocked_or_named() -> None:
    opt_out = OptOut(OptOutMode.DISABLED)
    result = opt_out.take(ANN, "STOP")
    assert (result.answer, result.opt_out_type, opt_out.is_blocked(ANN)) == (None, None, False)
    assert find_keyword("STOP") is not None


def test_the_carriers_confirmation_is_marked_and_hidden_from_the_customer(
    start_network: StartNetwork, customer: Customer
) -> None:
    network = start_network(inbound_url=customer.url + "/inbound")
    network.text_from(ANN, "Stop")
    settle(network)
    (confirmation,) = network.received(ANN)
    assert confirmation.carrier
    with pytest.raises(TwilioRestException, match="not found"):
        client_of(network).messages(confirmation.sid).fetch()
    assert [m.direction for m in client_of(network).messages.list()] == ["inbound"]
    (form,) = customer.forms_at("/inbound")
    assert form["Body"] == "Stop"
    assert "OptOutType" not in form


def test_the_carriers_confirmation_takes_no_line_of_the_script(start_network: StartNetwork) -> None:
    network = start_network(tenants=[Tenant(ANN, (Reply("help"), Reply("8")))])
    send(network, ANN, "Was it worth it?")
    settle(network)
    assert [reply.text for reply in network.replies_sent] == ["help"]
    send(network, ANN, "How much, 0 to 10?")
    settle(network)
    assert [reply.text for reply in network.replies_sent] == ["help", "8"]


def test_the_webhook_carries_the_opt_out_type_in_advanced_mode(start_network: StartNetwork, customer: Customer) -> None:
    network = start_network(SERVICE_ACCOUNT, inbound_url=customer.url + "/inbound", opt_out_mode=OptOutMode.ADVANCED)
    network.text_from(ANN, "YES")
    settle(network)
    (form,) = customer.forms_at("/inbound")
    assert form["OptOutType"] == "START"
    assert form["MessagingServiceSid"] == SERVICE_ACCOUNT.messaging_service_sid
    assert network.received(ANN) == ()
