"""`sowhat understand`: replies on standard input, what they mean on standard output, a JSON object a line."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flows.answers import Answer

_KEYS = ("answer", "languages", "reply", "received")


class BadLine(click.ClickException):
    """A line of standard input that is not what the command reads."""

    exit_code = 2

    def __init__(self, number: int, fault: str) -> None:
        super().__init__(f"Standard input, line {number}: {fault}")


class _LineError(Exception):
    """What is wrong with a line, and what to do."""


@dataclass(frozen=True, slots=True)
class _Asked:
    answer: str  # as JSON, so that an answer type seen before need not be checked again
    languages: tuple[str, ...]
    reply: str
    received: datetime | None


@click.command()
def understand() -> None:
    """Understand replies: JSON lines in, JSON lines out.

    Reads {"answer": {"type": "yes_no"}, "languages": ["ur", "en"], "reply": "haan", "received":
    "2026-11-20T10:00:00+00:00"} a line; "answer" is what a flow file writes, "received" may be left out. Writes
    {"status", "value", "comment", "command", "alerts", "rule"} for each.
    """
    output = sys.stdout.buffer
    for number, line in _lines(sys.stdin.buffer):
        try:
            outcome = _outcome(_asked(line))
        except _LineError as error:
            output.flush()
            raise BadLine(number, str(error)) from None
        output.write(json.dumps(outcome, ensure_ascii=False).encode() + b"\n")
    output.flush()


def _lines(stream: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, numbered from 1."""
    return ((number, line) for number, line in enumerate(stream, start=1) if line.strip())


def _asked(line: bytes) -> _Asked:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        raise _LineError("this is not JSON in UTF-8. Write one object a line.") from None
    if not isinstance(content, dict):
        raise _LineError('this is no JSON object. Write {"answer": …, "languages": …, "reply": …}.')
    unknown = sorted(set(content) - set(_KEYS))
    if unknown:
        raise _LineError(f"the key {json.dumps(unknown[0])} is not known. Use only {', '.join(_KEYS)}.")
    answer, reply = content.get("answer"), content.get("reply")
    if not isinstance(answer, dict):
        raise _LineError('"answer" is missing or no object. Write it as a flow file does, such as {"type": "yes_no"}.')
    if not isinstance(reply, str):
        raise _LineError('"reply" is missing or no string. Give the text as it was received.')
    return _Asked(json.dumps(answer), _languages(content), reply, _received(content))


def _languages(content: Mapping[str, object]) -> tuple[str, ...]:
    languages = content.get("languages")
    if not isinstance(languages, list) or not all(isinstance(code, str) for code in languages):
        raise _LineError('"languages" is missing or no list of codes. Write it as ["ur", "en"].')
    return tuple(languages)


def _received(content: Mapping[str, object]) -> datetime | None:
    written = content.get("received")
    if written is None:
        return None
    try:
        return datetime.fromisoformat(str(written))
    except ValueError:
        raise _LineError('"received" is no time. Write it as "2026-11-20T10:00:00+00:00", or leave it out.') from None


def _outcome(asked: _Asked) -> dict[str, object]:
    from flows.understanding import understand as understand_reply

    outcome = understand_reply(_answer(asked.answer), asked.languages, asked.reply, asked.received)
    return {
        "status": outcome.status,
        "value": outcome.value,
        "comment": outcome.comment,
        "command": outcome.command,
        "alerts": outcome.alerts,
        "rule": outcome.rule,
    }


@lru_cache(maxsize=1024)
def _answer(written: str) -> "Answer":
    """The answer type from its JSON.

    Raises:
        _LineError: it is not what a flow file may write.
    """
    from pydantic import TypeAdapter, ValidationError

    from flows.answers import Answer

    adapter: TypeAdapter[Answer] = TypeAdapter(Answer)
    try:
        return adapter.validate_json(written)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in ("answer", *first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        raise _LineError(f"{place}: {message}. Write it as a flow file does.") from None
