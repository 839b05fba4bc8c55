"""Twilio's own description of its Messages API, to hold requests and responses against.

Any room's tests may use it: `validate_request(form)` for what we ask, the others for what the simulator answers.
Everything raises AssertionError or jsonschema.ValidationError with the reason. Tests that use it carry the marker
`needs_contract`, which skips them where the description is absent.
"""

import json
import os
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

_BESIDE_THE_CHECKOUT = Path(__file__).parents[3] / "shared" / "contracts"
CONTRACTS = Path(os.environ.get("SOWHAT_CONTRACTS", _BESIDE_THE_CHECKOUT))
_FILE = CONTRACTS / "twilio_messages.json"

needs_contract = pytest.mark.skipif(
    not _FILE.exists(),
    reason="Twilio's API description is not here: set SOWHAT_CONTRACTS to the folder of twilio_messages.json",
)

_LIST_PATH = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
_READ: dict[str, Callable[[str], object]] = {
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
}

_formats = jsonschema.FormatChecker(formats=())


@_formats.checks("date-time-rfc-2822", raises=ValueError)
def _is_rfc_2822(value: object) -> bool:
    return not isinstance(value, str) or parsedate_to_datetime(value).tzinfo is not None


@_formats.checks("currency")
def _is_currency(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == 3 and value.isupper())


@_formats.checks("phone-number")
def _is_phone_number(value: object) -> bool:
    return not isinstance(value, str) or (value.startswith("+") and value[1:].isdigit())


def validate_request(form: Mapping[str, str | list[str]]) -> None:
    """Check a form that asks Twilio to send a text: known fields only, each of its type, none needed missing."""
    operation = _description()["paths"][_LIST_PATH]["post"]
    schema = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    unknown = form.keys() - schema["properties"].keys()
    assert not unknown, f"Twilio knows no field {sorted(unknown)} of CreateMessageRequest"
    for choice in operation["x-twilio"]["conditional"]:
        names = [name.replace("_", " ").title().replace(" ", "") for name in choice]
        assert form.keys() & set(names), f"Twilio wants one of {names}"
    _validate({name: _read(value, schema["properties"][name]) for name, value in form.items()}, schema)


def validate_query(query: Mapping[str, str]) -> None:
    """Check the query of a request to list messages: known parameters only, numbers within their bounds."""
    parameters = _description()["paths"][_LIST_PATH]["get"]["parameters"]
    schemas = {p["name"]: p["schema"] for p in parameters if p["in"] == "query"}
    unknown = query.keys() - schemas.keys()
    assert not unknown, f"Twilio knows no parameter {sorted(unknown)} of ListMessage"
    for name, value in query.items():
        _validate(_read(value, schemas[name]), schemas[name])


def validate_message(body: Mapping[str, Any]) -> None:
    """Check a Message resource: every field of the description, of its type, and no other."""
    schema = _description()["components"]["schemas"]["api.v2010.account.message"]
    assert body.keys() == schema["properties"].keys()
    _validate(body, schema)


def validate_page(body: Mapping[str, Any]) -> None:
    """Check a page of a list of messages, and each message on it."""
    answers = _description()["paths"][_LIST_PATH]["get"]["responses"]
    schema = answers["200"]["content"]["application/json"]["schema"]
    assert body.keys() == schema["properties"].keys()
    _validate(body, schema)
    for message in body["messages"]:
        validate_message(message)


@cache
def _description() -> dict[str, Any]:
    description: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return description


def _read(value: str | list[str], schema: Mapping[str, Any]) -> object:
    """A form holds only text: read it as the type that the description gives the field."""
    read = _READ.get(schema.get("type", "string"))
    return value if read is None or isinstance(value, list) else read(value)


def _validate(value: object, schema: Mapping[str, Any]) -> None:
    whole = {**_as_json_schema(schema), "components": _as_json_schema(_description()["components"])}
    jsonschema.Draft202012Validator(whole, format_checker=_formats).validate(value)


def _as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0 writes `nullable: true` where JSON Schema has a list of types."""
    if isinstance(node, list):
        return [_as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    converted = {name: _as_json_schema(value) for name, value in node.items()}
    if node.get("nullable") is True:
        converted["type"] = [node["type"], "null"]
    return converted
