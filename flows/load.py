"""Reading flow files: from a path, from the library, and from the source text that a conversation is pinned to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flows.checks import CHECKS, Finding
from flows.document import Document, parse_document, read_text
from flows.faults import Fault, FlowError
from flows.flow import Flow
from flows.model_faults import read_model, read_model_and_faults

LIBRARY = Path(__file__).parent / "library"

MOST_KEPT = 64
"""How many flows are kept once they have been read."""


@dataclass(frozen=True)
class FlowSource:
    """A flow file as far as it could be read.

    `flow` is None where more is wrong than an unknown or repeated key; `faults` are those found while reading.
    """

    document: Document
    flow: Flow | None
    faults: tuple[Fault, ...]


@lru_cache(MOST_KEPT)
def read_flow(source: str, name: str) -> Flow:
    """Read a flow from its YAML source, as kept for a running conversation.

    Kept once read: reading takes longer than counting a hundred conversations. Only its structure is demanded: a
    conversation goes on with the version it began with, even when the checks of a flow's wording have become stricter
    since.

    Args:
        source: the whole text of the flow file.
        name: what to call it in faults.

    Raises:
        FlowError: with every fault of structure.
    """
    return read_model(Flow, parse_document(source, name))


def read_flow_source(source: str, name: str) -> FlowSource:
    """Read a flow as far as possible, for checking it.

    Raises:
        FlowError: the text is not YAML, empty, or not keys and values.
    """
    document = parse_document(source, name)
    flow, faults = read_model_and_faults(Flow, document)
    return FlowSource(document, flow, faults)


def load_flow(path: Path) -> Flow:
    """Read a flow file and check all it says, but for the length of its messages (see `flows.check`).

    Raises:
        FlowError: with every fault, each as path:line:column and what to do.
    """
    source = read_flow_source(read_text(path), str(path))
    faults = source.faults
    if source.flow is not None:
        faults += faults_in_content(source.flow, source.document)
    if source.flow is None or faults:
        raise FlowError(faults)
    return source.flow


def faults_in_content(flow: Flow, document: Document) -> tuple[Fault, ...]:
    """What `flows.checks.CHECKS` find in a flow, with their lines in the document it was read from."""
    return tuple(fault for check in CHECKS for fault in found_faults(check(flow), document))


def found_faults(findings: Iterable[Finding], document: Document) -> Iterator[Fault]:
    """Findings as faults with a line and a column."""
    for finding in findings:
        yield document.fault(finding.where, finding.sentence, finding.at_key)


def load_library(directory: Path = LIBRARY) -> dict[str, Flow]:
    """Read every flow file (`*.yaml`) in a directory, by flow id.

    Raises:
        FlowError: with the faults of all the files; also where a file is not called after its flow.
    """
    flows: dict[str, Flow] = {}
    faults: list[Fault] = []
    for path in sorted(directory.glob("*.yaml")):
        try:
            flow = load_flow(path)
        except FlowError as error:
            faults.extend(error.faults)
            continue
        # The file's name is unique in the directory, so holding ids to it keeps them unique too.
        if flow.flow != path.stem:
            faults.append(Fault(str(path), 1, 1, f"this flow is '{flow.flow}': call the file {flow.flow}.yaml"))
        flows[flow.flow] = flow
    if faults:
        raise FlowError(tuple(faults))
    return flows
