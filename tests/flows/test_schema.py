"""The JSON Schema that editors use says the same as the models that read a flow file."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from flows.load import LIBRARY
from flows.schema import SCHEMA_FILE, flow_schema
from tests.flows.flow_source import GOOD_FLOW, broken


def schema_faults(source: str) -> list[str]:
    data = YAML(typ="safe", pure=True).load(source)
    as_json = json.loads(json.dumps(data, default=str))
    return [error.message for error in Draft202012Validator(json.loads(flow_schema())).iter_errors(as_json)]


def test_the_committed_schema_is_the_one_the_models_make() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == flow_schema(), "run: sowhat flows schema > flows/flow.schema.json"


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_flow_in_the_library_fits_the_schema_and_names_it_in_its_first_line(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.startswith("# yaml-language-server: $schema=../flow.schema.json\n")
    assert schema_faults(source) == []


def test_an_editor_underlines_an_unknown_key_and_a_wrong_value() -> None:
    assert schema_faults(GOOD_FLOW) == []
    assert schema_faults(broken("reasks:", "reaskz:")) != []
    assert schema_faults(broken("reasks: 1", "reasks: 9")) != []
    assert schema_faults(broken("{type: yes_no}", "{type: yesno}")) != []
