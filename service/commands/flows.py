"""`sowhat flows`: check, show and try out flow files."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flows.flow import Flow
    from flows.system_texts import SystemTexts

SAMPLE_FACTS = {
    "first_name": "Ann",
    "activity": "Coffee morning",
    "landlord": "Derwent Living",
    "phone": "01632 960 100",
}
"""What placeholders stand for where no tenant is concerned."""


@click.group("flows")
def flows() -> None:
    """Check, show and try out flow files."""


@flows.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Find what is wrong in flow files, by default in the whole library.

    PATHS are flow files or directories of them. Each fault is printed as path:line:column and what to do.
    """
    from flows.check import check_file
    from sms.segments import count_segments

    files = list(_flow_files(paths))
    faults = [fault for file in files for fault in check_file(file, count_segments)]
    for fault in faults:
        click.echo(str(fault))
    if faults:
        sys.exit(1)
    click.echo("1 flow is fine" if len(files) == 1 else f"{len(files)} flows are fine")


@flows.command("show")
@click.argument("flow", required=False)
@click.option("--language", default="en", show_default=True, help="The language to print the messages in.")
@click.option("--json", "as_json", is_flag=True, help="Print the list of flows as JSON.")
def show(flow: str | None, language: str, as_json: bool) -> None:
    """List the library, or print the messages of FLOW (an id in the library, or a file)."""
    if flow is None:
        _list_library(as_json)
        return
    from flows.transcript import SPEAKER, spoken

    for message in _messages(_find_flow(flow, language), language):
        click.echo(spoken(SPEAKER, message))


@flows.command("try")
@click.argument("flow")
@click.option("--language", default="en", show_default=True, help="The language to begin in; drafts are allowed.")
def try_out(flow: str, language: str) -> None:
    """Chat with FLOW (an id in the library, or a file) in the terminal. Nothing is sent or stored.

    Each line typed is a reply; what is recorded of it is shown in brackets.
    """
    from datetime import UTC, datetime

    from flows.conversation import ConversationState, Reply
    from flows.engine import advance, start
    from flows.transcript import transcript_lines

    chosen, texts = _find_flow(flow, language), _system_texts()
    state, events = start(chosen, texts, ConversationState(language, SAMPLE_FACTS))
    click.echo("\n".join(transcript_lines(events)))
    for text in _typed_lines():
        now = datetime.now(UTC)
        state, events = advance(chosen, texts, state, Reply(text, now), now, live=False)
        click.echo("\n".join(transcript_lines(events)))
        if state.question_id is None:
            return


@flows.command("schema")
def schema() -> None:
    """Print the JSON Schema of a flow file, for editors."""
    from flows.schema import flow_schema

    click.echo(flow_schema(), nl=False)


def _flow_files(paths: tuple[Path, ...]) -> Iterator[Path]:
    from flows.load import LIBRARY

    for path in paths or (Path(os.path.relpath(LIBRARY)),):
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.glob("*.yaml"))
        if not found:
            raise click.UsageError(f"there is no flow file (*.yaml) in {path}: name another directory")
        yield from found


def _find_flow(name: str, language: str) -> "Flow":
    """A flow by its id in the library or by its file, which has texts in `language`; else the command fails."""
    from flows.faults import FlowError
    from flows.load import LIBRARY, load_flow

    path = Path(name) if name.endswith((".yaml", ".yml")) else LIBRARY / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(file.stem for file in sorted(LIBRARY.glob("*.yaml")))
        raise click.UsageError(f"there is no flow '{name}': name a file, or one of {known}")
    try:
        flow = load_flow(path)
    except FlowError as error:
        raise click.ClickException(f"this flow has faults, mend them first\n{error}") from error
    if language not in flow.languages:
        raise click.UsageError(f"'{name}' is not in '{language}': choose one of {', '.join(flow.languages)}")
    return flow


def _system_texts() -> "SystemTexts":
    from flows.faults import FlowError
    from flows.system_texts import load_system_texts

    try:
        return load_system_texts()
    except FlowError as error:
        raise click.ClickException(f"the system texts have faults, mend them first\n{error}") from error


def _list_library(as_json: bool) -> None:
    from flows.faults import FlowError
    from flows.load import load_library

    try:
        library = load_library()
    except FlowError as error:
        raise click.ClickException(f"the library has faults, mend them first\n{error}") from error
    rows = [
        {
            "flow": flow.flow,
            "version": flow.version,
            "title": flow.title,
            "questions": len(flow.questions),
            "languages": {code: translation.status for code, translation in flow.languages.items()},
        }
        for flow in library.values()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for flow in library.values():
        reviewed = [code for code, translation in flow.languages.items() if translation.status == "reviewed"]
        drafts = [code for code in flow.languages if code not in reviewed]
        click.echo(f"{flow.flow}  {flow.version}  {flow.title}")
        click.echo(f"  reviewed: {', '.join(reviewed) or 'none'}; drafts: {', '.join(drafts) or 'none'}")


def _messages(flow: "Flow", language: str) -> Iterator[str]:
    """What the flow says when every question is asked and every reply is clear."""
    from flows.render import render_opening, render_question, render_thanks

    yield render_opening(flow, language, SAMPLE_FACTS)
    for question in flow.questions[1:]:
        yield render_question(question, language, SAMPLE_FACTS)
    yield render_thanks(flow, language, SAMPLE_FACTS)


def _typed_lines() -> Iterator[str]:
    """Replies from standard input, with a prompt where somebody is typing them."""
    while True:
        if sys.stdin.isatty():
            click.echo(f"{SAMPLE_FACTS['first_name']}: ", nl=False)
        line = sys.stdin.buffer.readline()
        if not line:
            return
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")
