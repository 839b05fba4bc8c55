import time

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from simulator import Faults
from simulator.faults import RequestFault, choose_request_fault, strikes
from tests.simulator.conftest import StartNetwork, client_of, send, settle

ANN = "+447700900001"


def test_the_same_seed_and_cause_meet_the_same_fault() -> None:
    faults = Faults(too_many_requests=0.3, server_error=0.3)
    causes = [f"request {number}" for number in range(200)]
    first = [choose_request_fault(faults, 7, cause) for cause in causes]
    assert first == [choose_request_fault(faults, 7, cause) for cause in causes]
    assert first != [choose_request_fault(faults, 8, cause) for cause in causes]


@pytest.mark.parametrize("fault", list(RequestFault))
def test_a_fault_strikes_about_as_often_as_its_rate_says(fault: RequestFault) -> None:
    faults = Faults(**{fault.value: 0.2})
    met = [choose_request_fault(faults, 7, f"request {number}") for number in range(2000)]
    assert 330 < met.count(fault) < 470
    assert set(met) == {fault, None}


def test_a_rate_of_nought_never_strikes_and_of_one_always() -> None:
    assert not any(strikes(0, 7, str(cause)) for cause in range(100))
    assert all(strikes(1, 7, str(cause)) for cause in range(100))


def test_rates_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="late_callback"):
        Faults(late_callback=1.5)
    with pytest.raises(ValueError, match="more than 1"):
        Faults(server_error=0.6, too_many_requests=0.6)


@pytest.mark.parametrize(
    ("rate", "status", "code", "accepted"),
    [
        ("too_many_requests", 429, 20429, 0),
        ("server_error", 500, 20500, 0),
        ("server_error_after_accepting", 500, 20500, 1),
    ],
)
def test_a_request_is_answered_with_an_error(
    start_network: StartNetwork, rate: str, status: int, code: int, accepted: int
) -> None:
    network = start_network(faults=Faults(**{rate: 1}))
    with pytest.raises(TwilioRestException) as refusal:
        send(network, ANN, "Was it worth it?")
    assert (refusal.value.status, refusal.value.code) == (status, code)
    settle(network)
    assert len(network.messages) == len(network.received(ANN)) == accepted


@pytest.mark.parametrize(("rate", "accepted"), [("drop_before_accepting", 0), ("drop_after_accepting", 1)])
def test_a_connection_is_dropped(start_network: StartNetwork, rate: str, accepted: int) -> None:
    network = start_network(faults=Faults(**{rate: 1}))
    with pytest.raises(requests.exceptions.ConnectionError):
        send(network, ANN, "Was it worth it?")
    settle(network)
    assert len(network.messages) == accepted


def test_a_text_is_accepted_and_delivered_while_its_answer_hangs(start_network: StartNetwork) -> None:
    network = start_network(faults=Faults(hang_after_accepting=1, hang_seconds=0.3))
    began = time.monotonic()
    send(network, ANN, "Was it worth it?")
    assert time.monotonic() - began >= 0.3
    assert len(network.received(ANN)) == 1


def test_a_client_that_gives_up_waiting_has_its_text_on_the_list(start_network: StartNetwork) -> None:
    network = start_network(faults=Faults(hang_after_accepting=1, hang_seconds=3600))
    form = {"To": ANN, "From": network.account.number, "Body": "Was it worth it?"}
    path = f"/2010-04-01/Accounts/{network.account.sid}/Messages.json"
    credentials = (network.account.sid, network.account.auth_token)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(network.base_url + path, data=form, auth=credentials, timeout=0.2)
    assert [message.body for message in client_of(network).messages.list(to=ANN)] == ["Was it worth it?"]


def test_faults_can_be_lifted_while_the_network_runs(start_network: StartNetwork) -> None:
    network = start_network(faults=Faults(server_error_after_accepting=1))
    with pytest.raises(TwilioRestException):
        send(network, ANN, "Was it worth it?")
    network.conditions.faults = Faults()
    send(network, ANN, "Was it worth it?")
    settle(network)
    assert [(d.phone, d.text, d.times) for d in network.duplicates] == [(ANN, "Was it worth it?", 2)]
    assert len(client_of(network).messages.list(to=ANN)) == 2
