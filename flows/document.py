"""A YAML file as plain data that still knows the line and column of each of its parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from flows.faults import Fault, FlowError

Where = tuple[str | int, ...]
"""The way to a part from the top of the file, as ("questions", 0, "ask", "en")."""

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

SHOWN_LENGTH = 40
"""How much of a value that cannot be read is quoted in its fault."""

_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Document:
    """A parsed file: plain data, and where each key and value stands."""

    path: str
    data: dict[str, Plain]
    keys: Mapping[Where, tuple[int, int]]
    values: Mapping[Where, tuple[int, int]]
    faults: tuple[Fault, ...] = ()
    """What is wrong with the YAML though it can be read: a key given twice, an alias, an unknown tag."""

    def fault(self, where: Where, sentence: str, at_key: bool = False) -> Fault:
        """A fault at the part `where`, or at the nearest part around it that the file does have."""
        while where and where not in self.values:
            where = where[:-1]
        # An entry of a list has no key: it stands where its first word does.
        line, column = self.keys.get(where, self.values[where]) if at_key else self.values[where]
        return Fault(self.path, line, column, sentence)


def read_text(path: Path) -> str:
    """The text of a file in UTF-8 (a byte order mark is dropped).

    Raises:
        FlowError: the file cannot be opened, or is not in UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        sentence = "this file is not in UTF-8: save it again with the encoding UTF-8"
        raise FlowError((Fault(str(path), line, 1, sentence),)) from error
    except OSError as error:
        sentence = f"cannot open this file ({error.strerror}): check its name and your permission to read it"
        raise FlowError((Fault(str(path), 1, 1, sentence),)) from error


def parse_document(source: str, path: str) -> Document:
    """Parse YAML 1.2 (so `yes`, `no` and `on` stay words), keeping positions.

    Args:
        source: the whole text of the file.
        path: what to call the file in faults.

    Raises:
        FlowError: it is empty, not YAML, or not a mapping. Lesser faults are in the result's `faults`.
    """
    try:
        root = YAML(typ="safe", pure=True).compose(source)
    except MarkedYAMLError as error:
        raise FlowError((_yaml_fault(error, path),)) from error
    except YAMLError as error:
        sentence = "this file holds a character that YAML does not allow: remove control characters from it"
        raise FlowError((Fault(path, 1, 1, sentence),)) from error
    except RecursionError as error:
        raise FlowError((Fault(path, 1, 1, "this file is nested too deeply: a flow needs few levels"),)) from error
    if root is None:
        raise FlowError((Fault(path, 1, 1, "this file is empty: write `flow:` and the other keys"),))
    if not isinstance(root, MappingNode):
        raise FlowError((Fault(path, 1, 1, "this file must be keys and values: begin with a line `key: value`"),))
    reading = _Reading(path)
    data = reading.mapping(root, ())
    return Document(path, data, reading.keys, reading.values, tuple(reading.faults))


def _yaml_fault(error: MarkedYAMLError, path: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    advice = "check the indentation, use spaces and no tabs, and put texts in double quotes"
    return Fault(path, line, column, f"this is not YAML ({error.problem}): {advice}")


@dataclass
class _Reading:
    """The walk over YAML's nodes: collects positions and faults on the way."""

    path: str
    keys: dict[Where, tuple[int, int]] = field(default_factory=dict)
    values: dict[Where, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def node(self, node: Node, where: Where) -> Plain:
        self.values[where] = _position(node)
        if not isinstance(node, ScalarNode):
            # An alias gives the same node again; following it could repeat without end.
            if id(node) in self.seen:
                self._add(node, "this part is used again by an alias (*): write it out in both places")
                return None
            self.seen.add(id(node))
        if isinstance(node, MappingNode):
            return self.mapping(node, where)
        if isinstance(node, SequenceNode):
            return [self.node(item, (*where, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def mapping(self, node: MappingNode, where: Where) -> dict[str, Plain]:
        self.values[where] = _position(node)
        entries: dict[str, Plain] = {}
        for key_node, value_node in self._named_entries(node):
            key = key_node.value
            if key in entries:
                first_line = self.keys[(*where, key)][0]
                sentence = f"'{key}' is already given on line {first_line}: keep one of the two"
                self._add(key_node, sentence)
                continue
            self.keys[(*where, key)] = _position(key_node)
            entries[key] = self.node(value_node, (*where, key))
        return entries

    def _named_entries(self, node: MappingNode) -> Iterator[tuple[ScalarNode, Node]]:
        for key_node, value_node in node.value:
            if isinstance(key_node, ScalarNode):
                yield key_node, value_node
            else:
                self._add(key_node, "a key must be a plain word: put text with brackets in double quotes")

    def _scalar(self, node: Node) -> Plain:
        try:
            return _plain_value(str(node.tag), node.value)
        except (KeyError, ValueError):
            self._add(node, f"cannot read '{node.value[:SHOWN_LENGTH]}': put it in double quotes")
            return None

    def _add(self, node: Node, sentence: str) -> None:
        self.faults.append(Fault(self.path, *_position(node), sentence))


def _plain_value(tag: str, text: str) -> Plain:
    """The value of a scalar by YAML's core tags; a date stays text, since the models read it."""
    match tag.removeprefix(_TAG):
        case "str" | "timestamp" | "merge" | "value":
            return text
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return int(text.replace("_", ""), 10 if text.lstrip("+-").isdigit() else 0)
        case "float":
            return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
    raise KeyError(tag)


def _position(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
