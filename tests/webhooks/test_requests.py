"""Every request has an id, which its log lines carry and its answer repeats."""

import http.client
from collections.abc import Mapping

import pytest
import structlog
from structlog.testing import capture_logs

from tests.webhooks.conftest import Online
from webhooks.requests import REQUEST_ID_HEADER

SANE = "0f9a1b2c-3d4e-5f60-7182-93a4b5c6d7e8"


def ids_of(online: Online, given: Mapping[str, str]) -> tuple[str, str]:
    """Ask without a signature: the request id that the answer repeats, and that of the line logged about it."""
    processors = [structlog.contextvars.merge_contextvars]
    connection = http.client.HTTPConnection("127.0.0.1", online.application.settings.port)
    with capture_logs(processors=processors) as logs:
        connection.request("POST", "/webhooks/twilio/inbound", body="", headers=dict(given))
        answer = connection.getresponse()
        answer.read()
    connection.close()
    [entry] = logs
    assert entry["event"] == "bad_signature"
    return answer.headers[REQUEST_ID_HEADER], entry["request_id"]


def test_the_proxys_request_id_is_taken_over(shut: Online) -> None:
    assert ids_of(shut, {REQUEST_ID_HEADER: SANE}) == (SANE, SANE)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({}, id="none is given"),
        pytest.param({REQUEST_ID_HEADER: "447700900001"}, id="one that could be a phone number"),
        pytest.param({REQUEST_ID_HEADER: "Ann Beech wrote from home"}, id="one with words"),
        pytest.param({REQUEST_ID_HEADER: "x" * 65}, id="a long one"),
        pytest.param({REQUEST_ID_HEADER: ""}, id="an empty one"),
    ],
)
def test_otherwise_a_request_gets_an_id_of_its_own(shut: Online, given: Mapping[str, str]) -> None:
    answered, logged = ids_of(shut, given)
    assert answered == logged
    assert answered not in given.values()
    assert ids_of(shut, given)[0] != answered
