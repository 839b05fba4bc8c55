"""Checking a flow file whole: what is wrong, where, and what to do about it."""

from pathlib import Path

from flows.checks.length import CountSegments, too_many_segments
from flows.document import read_text
from flows.faults import Fault, FlowError
from flows.load import FlowSource, faults_in_content, found_faults, read_flow_source


def check_file(path: Path, count_segments: CountSegments) -> tuple[Fault, ...]:
    """Every fault of a flow file, in the order of its lines; none when it is fine.

    Args:
        path: the file.
        count_segments: how the channel counts a text, in segments and encoding ("GSM-7" or "UCS-2").
    """
    try:
        return check_source(read_text(path), str(path), count_segments)
    except FlowError as error:
        return error.faults


def check_source(source: str, name: str, count_segments: CountSegments) -> tuple[Fault, ...]:
    """Every fault of a flow's YAML text, in the order of its lines; `name` is what faults call it."""
    try:
        return check_flow(read_flow_source(source, name), count_segments)
    except FlowError as error:
        return error.faults


def check_flow(source: FlowSource, count_segments: CountSegments) -> tuple[Fault, ...]:
    """Every fault of a flow that was read, in the order of its lines.

    What it says is checked only where its structure allows it: a file with a missing key shows that first.
    """
    faults = set(source.faults)
    if source.flow is not None:
        faults.update(faults_in_content(source.flow, source.document))
        faults.update(found_faults(too_many_segments(source.flow, count_segments), source.document))
    return tuple(sorted(faults))
