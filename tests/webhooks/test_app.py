"""The web application: everything is denied but what is on one list, and refusals are one plain line."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from service.wiring import web_application
from tests.webhooks.conftest import Online
from tests.webhooks.telegram_caller import UPDATE
from tests.webhooks.twilio_caller import FORM_TYPE, INBOUND, STATUS, sign, text_fields
from webhooks.app import LARGEST_REQUEST_BYTES, PUBLIC_ENDPOINTS

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")


def test_every_endpoint_is_on_the_public_list_or_answers_403(shut: Online) -> None:
    app = web_application(shut.application)
    app.add_url_rule("/tenants/<int:tenant>", "forgotten", lambda tenant: "Ann Beech", methods=["GET", "POST"])
    denied = {rule.endpoint for rule in app.url_map.iter_rules() if _statuses(app, rule) == {403}}
    assert {rule.endpoint for rule in app.url_map.iter_rules()} - denied <= PUBLIC_ENDPOINTS
    assert "forgotten" in denied


def test_a_public_endpoint_checks_for_itself_who_calls(shut: Online) -> None:
    app = web_application(shut.application)
    public = [rule for rule in app.url_map.iter_rules() if rule.endpoint in PUBLIC_ENDPOINTS]
    assert {rule.endpoint for rule in public} == PUBLIC_ENDPOINTS
    statuses = {rule.endpoint: _statuses(app, rule) for rule in public}
    assert [statuses.pop(f"health.{name}") for name in ("alive", "ready", "metrics")] == [{200}, {200}, {404}]
    assert set().union(*statuses.values()) == {403}


def _statuses(app: Flask, rule: Rule) -> set[int]:
    """What the rule answers to whoever has nothing to show, by any method it takes."""
    path = rule.rule.replace("<int:tenant>", "1")
    client = app.test_client()
    return {client.open(path, method=method).status_code for method in METHODS if method in (rule.methods or ())}


@pytest.mark.parametrize(
    "path", ["/", "/admin", "/webhooks", "/webhooks/twilio", INBOUND + "/", UPDATE + "/", "/static/app.css"]
)
def test_an_unknown_path_is_404(shut: Online, path: str) -> None:
    answer = shut.anybody.ask("GET", path)
    assert (answer.status, answer.content_type) == (404, "text/plain")
    assert answer.text.count("\n") == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("path", [INBOUND, STATUS, UPDATE])
def test_another_method_is_405(shut: Online, method: str, path: str) -> None:
    assert shut.anybody.ask(method, path).status == 405


@pytest.mark.parametrize("path", [INBOUND, STATUS, UPDATE])
def test_a_request_that_is_too_large_is_413_before_it_has_come(shut: Online, path: str) -> None:
    before = shut.landlord.count_rows()
    headers = {"Content-Type": FORM_TYPE, "Content-Length": str(LARGEST_REQUEST_BYTES + 1)}
    assert shut.anybody.ask("POST", path, headers=headers).status == 413
    assert shut.landlord.count_rows() == before


def test_the_application_refuses_what_is_too_large_whatever_server_it_runs_on(shut: Online) -> None:
    fields = text_fields("x" * LARGEST_REQUEST_BYTES)
    client = web_application(shut.application).test_client()
    answer = client.post(INBOUND, data=dict(fields), headers={"X-Twilio-Signature": sign(INBOUND, fields)})
    assert answer.status_code == 413


def test_the_longest_text_that_twilio_hands_over_is_taken(online: Online) -> None:
    assert online.twilio.text("🏠" * 1600).status == 200


def test_a_fault_of_our_own_is_a_500_that_says_nothing_of_the_request(
    online: Online, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("Ann Beech wrote from +447700900001")

    monkeypatch.setattr("service.received.take_in", break_down)
    answer = online.twilio.text("My name is Ann")
    assert (answer.status, answer.content_type) == (500, "text/plain")
    assert "Ann" not in answer.text
    assert "Traceback" not in answer.text
