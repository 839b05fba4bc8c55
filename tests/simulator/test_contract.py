"""The simulator's answers, and the official client's requests, against Twilio's own description of its API."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pytest
import requests

from simulator import OptOutMode, PhoneNetwork, Tenant
from tests.simulator.conftest import SERVICE_ACCOUNT, StartNetwork, send, settle
from tests.simulator.contract import (
    needs_contract,
    validate_message,
    validate_page,
    validate_query,
    validate_request,
)

pytestmark = needs_contract

ANN, JOE = "+447700900001", "+447700900002"
MESSAGES = f"/2010-04-01/Accounts/{SERVICE_ACCOUNT.sid}/Messages"

FORMS = [
    {"To": ANN, "From": SERVICE_ACCOUNT.number, "Body": "Hello"},
    {"To": ANN, "MessagingServiceSid": SERVICE_ACCOUNT.messaging_service_sid or "", "Body": "Helô ŵ 👍"},
    {"To": JOE, "From": SERVICE_ACCOUNT.number, "Body": "Hello", "StatusCallback": "http://127.0.0.1:1/x"},
    {
        "To": ANN,
        "From": SERVICE_ACCOUNT.number,
        "MessagingServiceSid": SERVICE_ACCOUNT.messaging_service_sid or "",
        "Body": "Hello",
        "SmartEncoded": "false",
        "ValidityPeriod": "3600",
    },
]


@pytest.fixture
def network(start_network: StartNetwork) -> PhoneNetwork:
    return start_network(SERVICE_ACCOUNT, tenants=[Tenant(JOE, failure=30005)], opt_out_mode=OptOutMode.ADVANCED)


@pytest.mark.parametrize("form", FORMS)
def test_created_and_fetched_messages_are_as_described(network: PhoneNetwork, form: dict[str, str]) -> None:
    validate_request(form)
    created = _request(network, "POST", f"{MESSAGES}.json", data=form)
    assert created.status_code == 201
    validate_message(created.json())
    settle(network)
    fetched = _request(network, "GET", created.json()["uri"])
    assert fetched.status_code == 200
    validate_message(fetched.json())


def test_pages_of_messages_both_ways_are_as_described(network: PhoneNetwork) -> None:
    for number in range(3):
        send(network, ANN, f"text {number}")
        send(network, JOE, f"text {number}")
    network.text_from(ANN, "STOP")
    settle(network)
    address: str | None = f"{MESSAGES}.json?PageSize=3&DateSent%3E=2026-11-01"
    pages = []
    while address:
        validate_query(dict(parse_qsl(urlsplit(address).query)))
        page = _request(network, "GET", address).json()
        validate_page(page)
        pages.append(page)
        address = page["next_page_uri"]
    assert [len(page["messages"]) for page in pages] == [3, 3, 1]
    assert {message["direction"] for page in pages for message in page["messages"]} == {
        "inbound",
        "outbound-api",
    }


def test_an_empty_page_is_as_described(network: PhoneNetwork) -> None:
    validate_page(_request(network, "GET", f"{MESSAGES}.json").json())


WRONG_FORMS: list[dict[str, str | list[str]]] = [
    {"To": ANN, "From": JOE, "Body": "Hello", "ClientReference": "a1"},
    {"From": JOE, "Body": "Hello"},
    {"To": ANN, "Body": "Hello"},
    {"To": ANN, "From": JOE},
    {"To": ANN, "MessagingServiceSid": "MG1", "Body": "Hello"},
    {"To": "07700 900001", "From": JOE, "Body": "Hello"},
]


@pytest.mark.parametrize("form", WRONG_FORMS)
def test_a_form_that_twilio_does_not_describe_is_found(form: dict[str, str | list[str]]) -> None:
    with pytest.raises((AssertionError, jsonschema.ValidationError)):
        validate_request(form)


WRONG_FIELDS: list[tuple[str, Any]] = [
    ("num_segments", 1),
    ("error_code", "30003"),
    ("status", "lost"),
    ("date_created", "2026-11-20"),
    ("price_unit", "pounds"),
    ("sid", "SM1"),
    ("extra", None),
]


@pytest.mark.parametrize(("name", "value"), WRONG_FIELDS)
def test_a_message_that_twilio_does_not_describe_is_found(network: PhoneNetwork, name: str, value: Any) -> None:
    body = _request(network, "POST", f"{MESSAGES}.json", data=FORMS[0]).json()
    with pytest.raises((AssertionError, jsonschema.ValidationError)):
        validate_message({**body, name: value})


def _request(network: PhoneNetwork, method: str, path: str, data: dict[str, str] | None = None) -> requests.Response:
    credentials = (SERVICE_ACCOUNT.sid, SERVICE_ACCOUNT.auth_token)
    return requests.request(method, network.base_url + path, data=data, auth=credentials, timeout=5)
