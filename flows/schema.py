"""The JSON Schema of a flow file, for editors that complete and underline while somebody writes one."""

import json
from pathlib import Path

from flows.flow import Flow

SCHEMA_FILE = Path(__file__).parent / "flow.schema.json"
"""The committed copy, which flow files name in their first line."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def flow_schema() -> str:
    """The schema as JSON text with a newline at its end, made from the same models that read a flow file."""
    schema = {"$schema": _DIALECT, **Flow.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
