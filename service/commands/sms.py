"""`sowhat sms`: what a text message takes before anybody is texted."""

import json
import sys
from collections.abc import Iterable, Iterator

import click


class BadLine(click.ClickException):
    """A line of standard input that is not what the command reads."""

    exit_code = 2

    def __init__(self, number: int, fault: str) -> None:
        super().__init__(f'Standard input, line {number}: {fault}. Write a line such as {{"text": "Hello"}}.')


@click.group()
def sms() -> None:
    """Text messages: how many segments a text takes."""


@sms.command()
def count() -> None:
    """Count segments: JSON lines {"text": …} in, JSON lines with encoding, characters and segments out.

    Characters are counted as the network does: € [ ] { } and a few more take two in GSM-7, most emoji two in UCS-2.
    """
    from sms.segments import count_segments

    for text in _texts(sys.stdin.buffer):
        counted = count_segments(text)
        click.echo(
            json.dumps(
                {
                    "encoding": counted.encoding,
                    "characters": counted.characters,
                    "segments": counted.segments,
                    "text": text,
                }
            )
        )


def _texts(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _text(line, number)


def _text(line: bytes, number: int) -> str:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine(number, "this is not JSON in UTF-8") from None
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise BadLine(number, 'this has no "text" that is a string')
    return str(record["text"])
