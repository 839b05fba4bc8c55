"""Telegram's own description of its Bot API, to hold requests, answers and updates against.

Any room's tests may use it: `validate_call` for what we ask, the others for what the simulator answers and posts.
Everything raises AssertionError with the reason. Tests that use it carry the marker `needs_telegram_contract`, which
skips them where the description is absent. Types that it does not describe (files, stickers …) are only checked to be
objects; python-telegram-bot knows what they must hold.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pytest

from tests.simulator.contract import CONTRACTS

_FILE = CONTRACTS / "telegram_bot_api.json"

needs_telegram_contract = pytest.mark.skipif(
    not _FILE.exists(),
    reason="Telegram's API description is not here: set SOWHAT_CONTRACTS to the folder of telegram_bot_api.json",
)

_ARRAY = "Array of "


def validate_call(method: str, parameters: Mapping[str, Any]) -> None:
    """Check a call: known parameters only, each of its type or its JSON, none that is required missing."""
    described = _methods()[method]
    types = {field["name"]: field["types"] for field in described.get("fields", ())}
    _check_fields(
        f"{method}()", {name: _read(value, types.get(name, ())) for name, value in parameters.items()}, described
    )


def validate_answer(method: str, body: Mapping[str, Any]) -> None:
    """Check the answer to a call that succeeded: `ok`, and a `result` of the type that the method returns."""
    assert body.keys() <= {"ok", "result", "description"}
    assert body["ok"] is True
    _check(f"{method}() result", body["result"], _methods()[method]["returns"])


def validate_error(status: int, body: Mapping[str, Any]) -> None:
    """Check the answer to a call that was refused with an HTTP status."""
    assert body.keys() <= {"ok", "error_code", "description", "parameters"}
    assert body["ok"] is False
    assert body["error_code"] == status, "the error code is the HTTP status"
    _check("description", body["description"], ["String"])
    if "parameters" in body:
        _check("parameters", body["parameters"], ["ResponseParameters"])


def validate_update(update: Mapping[str, Any]) -> None:
    """Check an update: its number, and exactly one thing told."""
    _check("update", update, ["Update"])
    assert len(update) == 2, "an update tells one thing"
    assert update["update_id"] > 0


def _methods() -> dict[str, Any]:
    methods: dict[str, Any] = _description()["methods"]
    return methods


@cache
def _description() -> dict[str, Any]:
    description: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return description


@cache
def _described(name: str) -> tuple[dict[str, Any], ...]:
    """What is described of a type: itself, or what may stand for it."""
    types = _description()["types"]
    if "fields" in types.get(name, {}):
        return (types[name],)
    return tuple(each for each in types.values() if name in each.get("subtype_of", ()) and "fields" in each)


def _check(where: str, value: Any, types: list[str]) -> None:
    complaints = []
    for each in types:
        try:
            return _check_type(where, value, each)
        except AssertionError as complaint:
            complaints.append(str(complaint))
    raise AssertionError("; ".join(complaints))


def _check_type(where: str, value: Any, name: str) -> None:
    if name.startswith(_ARRAY):
        assert isinstance(value, list), f"{where} is no list"
        for place, item in enumerate(value):
            _check_type(f"{where}[{place}]", item, name.removeprefix(_ARRAY))
    elif name == "String":
        assert isinstance(value, str), f"{where} is no string"
    elif name == "Integer":
        assert type(value) is int, f"{where} is no integer"
        assert abs(value) < 2**53, f"{where} has more bits than Telegram's numbers"
    elif name in ("Boolean", "True"):
        assert isinstance(value, bool), f"{where} is neither true nor false"
    elif name == "Float":
        assert isinstance(value, int | float), f"{where} is no number"
    else:
        assert isinstance(value, dict), f"{where} is no object"
        for described in _described(name):
            _check_fields(where, value, described)


def _check_fields(where: str, value: Mapping[str, Any], described: Mapping[str, Any]) -> None:
    fields = {field["name"]: field for field in described.get("fields", ())}
    unknown = value.keys() - fields.keys()
    assert not unknown, f"{where}: Telegram knows no {sorted(unknown)}"
    missing = {name for name, field in fields.items() if field["required"]} - value.keys()
    assert not missing, f"{where}: {sorted(missing)} is missing"
    for name, item in value.items():
        _check(f"{where}.{name}", item, fields[name]["types"])


def _read(value: Any, types: Sequence[str]) -> Any:
    """A form holds only text: what is not meant as text is JSON in it."""
    if not isinstance(value, str) or "String" in types:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
