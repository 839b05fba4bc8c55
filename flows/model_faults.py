"""What a pydantic model finds wrong with a file, as faults with a line and a sentence that says what to do."""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from flows.document import Document, Where
from flows.faults import Fault, FlowError
from flows.flow import LANGUAGES

Model = TypeVar("Model", bound=BaseModel)

_SENTENCES: Mapping[str, Callable[[str, Mapping[str, Any]], str]] = {
    "string_type": lambda key, _: f"'{key}' must be text: put it in double quotes",
    "string_too_short": lambda key, _: f"'{key}' is empty: write its text, or remove the key",
    "string_too_long": lambda key, facts: f"'{key}' is too long: {facts.get('max_length')} characters at most",
    "string_pattern_mismatch": lambda key, _: (
        f"'{key}' must be small letters, digits, - and _, beginning with a letter: word it so"
    ),
    "mapping_type": lambda key, _: _not_a_mapping(key),
    "dict_type": lambda key, _: _not_a_mapping(key),
    "model_type": lambda key, _: _not_a_mapping(key),
    "model_attributes_type": lambda key, _: _not_a_mapping(key),
    "tuple_type": lambda key, _: f"'{key}' must be a list: write one entry a line, each after a dash",
    "too_short": lambda key, facts: f"'{key}' has too few entries: write at least {facts.get('min_length')}",
    "too_long": lambda key, facts: f"'{key}' has too many entries: keep {facts.get('max_length')} at most",
    "int_type": lambda key, _: _not_a_number(key),
    "int_parsing": lambda key, _: _not_a_number(key),
    "int_from_float": lambda key, _: _not_a_number(key),
    "float_type": lambda key, _: _not_a_number(key),
    "float_parsing": lambda key, _: _not_a_number(key),
    "bool_type": lambda key, _: f"'{key}' must be true or false: write one of the two, without quotes",
    "bool_parsing": lambda key, _: f"'{key}' must be true or false: write one of the two, without quotes",
    "date_type": lambda key, _: f"'{key}' must be a day: write it as 2026-11-20",
    "date_from_datetime_parsing": lambda key, _: f"'{key}' must be a day: write it as 2026-11-20",
    "greater_than_equal": lambda key, facts: f"'{key}' is too small: write {facts.get('ge')} or more",
    "less_than_equal": lambda key, facts: f"'{key}' is too large: write {facts.get('le')} or less",
    "literal_error": lambda key, facts: f"'{key}' must be {facts.get('expected')}: write one of them",
    "union_tag_not_found": lambda key, _: f"'{key}' needs a type: add a line such as `type: yes_no`",
    "union_tag_invalid": lambda key, facts: (
        f"'{facts.get('tag')}' is no answer type: use one of {facts.get('expected_tags')}"
    ),
    "value_error": lambda key, facts: str(facts.get("error")),
}


def _not_a_mapping(key: str) -> str:
    return f"'{key}' must be keys and values: indent them below it, one a line"


def _not_a_number(key: str) -> str:
    return f"'{key}' must be a whole number: write it in digits, without quotes"


def read_model(model: type[Model], document: Document) -> Model:
    """Read a document as `model`.

    Raises:
        FlowError: with every fault that the model finds.
    """
    value, faults = read_model_and_faults(model, document)
    if value is None or faults:
        raise FlowError(faults)
    return value


def read_model_and_faults(model: type[Model], document: Document) -> tuple[Model | None, tuple[Fault, ...]]:
    """Read a document as `model`, leaving out unknown keys, so that more can be checked despite them.

    Returns:
        The model, or None where anything but an unknown key is wrong; and all the faults.
    """
    known: Any = document.data
    faults = document.faults
    while True:
        try:
            return model.model_validate(known), faults
        except ValidationError as error:
            details = error.errors(include_url=False)
        # A union reports one fault for each of its members, and they all come out as the same sentence.
        faults += tuple(dict.fromkeys(_fault(model, document, detail) for detail in details))
        if any(detail["type"] != "extra_forbidden" for detail in details):
            return None, faults
        for detail in details:
            known = _without(known, _where(document, detail["loc"]))


def closest(name: str, known: Iterable[str]) -> str:
    """ ", did you mean 'x'?" where one of the known names is near to `name`, else nothing."""
    near = get_close_matches(name, list(known), n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _fault(model: type[BaseModel], document: Document, detail: ErrorDetails) -> Fault:
    loc = detail["loc"]
    where = _where(document, loc)
    if detail["type"] == "missing":
        return document.fault(where, f"'{loc[-1]}' is missing: add it", at_key=True)
    key = next((part for part in reversed(where) if isinstance(part, str)), "the file")
    if loc[-1:] == ("[key]",):
        sentence = f"'{key}' is no language code here: use one of {', '.join(LANGUAGES)}"
        return document.fault(where, sentence, at_key=True)
    if detail["type"] == "extra_forbidden":
        sentence = f"'{key}' is not a key here: remove it or mend its name{closest(key, _known_keys(model, loc))}"
        return document.fault(where, sentence, at_key=True)
    if where[-2:] == ("when", "is"):
        return document.fault(where, "'is' must be an answer or a list of answers: write it so")
    write = _SENTENCES.get(detail["type"])
    sentence = write(key, detail.get("ctx", {})) if write else f"'{key}' cannot be read: {detail['msg']}"
    return document.fault(where, sentence)


def _where(document: Document, loc: Where) -> Where:
    """The part of the file that pydantic means; its location also names answer types, which the file does not."""
    where: Where = ()
    for part in loc:
        if (*where, part) in document.values:
            where = (*where, part)
    return where


def _without(data: Any, where: Where) -> Any:
    """A copy of plain data without the key at `where`."""
    first, rest = where[0], where[1:]
    copied = copy(data)
    if rest:
        copied[first] = _without(data[first], rest)
    else:
        del copied[first]
    return copied


def _known_keys(model: type[BaseModel], loc: Where) -> list[str]:
    """The keys that may stand where the unknown key at `loc` stands, read from the model's JSON Schema."""
    schema = model.model_json_schema()
    part = schema
    for name in loc[:-1]:
        part = _resolved(part, schema)
        if "discriminator" in part:
            part = {"$ref": part["discriminator"]["mapping"][name]}
        elif isinstance(name, int):
            part = part["items"]
        elif name in part.get("properties", {}):
            part = part["properties"][name]
        else:
            part = next(iter(part["patternProperties"].values()))
    return list(_resolved(part, schema).get("properties", ()))


def _resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A part of a JSON Schema with its reference followed, and its optional form taken as given."""
    if "anyOf" in part:
        part = part["anyOf"][0]
    if "$ref" in part:
        definition: dict[str, Any] = schema["$defs"][part["$ref"].rsplit("/", 1)[1]]
        return definition
    return part
