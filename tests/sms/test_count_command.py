"""`sowhat sms count`, as a script calls it."""

import json

import pytest
from click.testing import CliRunner

from service.commands.sms import sms


def test_each_line_is_counted() -> None:
    result = CliRunner().invoke(sms, ["count"], input='{"text": "Hello"}\n\n{"text": "ŵ😀", "extra": 1}\n')
    assert result.exit_code == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"encoding": "GSM-7", "characters": 5, "segments": 1, "text": "Hello"},
        {"encoding": "UCS-2", "characters": 3, "segments": 1, "text": "ŵ😀"},
    ]


def test_a_lone_surrogate_is_counted_and_written_back() -> None:
    result = CliRunner().invoke(sms, ["count"], input='{"text": "\\ud83d"}')
    assert result.exit_code == 0
    assert json.loads(result.stdout)["text"] == "\ud83d"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"Hello", "not JSON"),
        (b"\xff\xfe\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'["Hello"]', 'no "text"'),
        (b"{}", 'no "text"'),
        (b'{"text": 5}', 'no "text"'),
        (b'{"text": null}', 'no "text"'),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_ends_with_wrong_usage(line: bytes, fault: str) -> None:
    result = CliRunner().invoke(sms, ["count"], input=b'{"text": "Hello"}\n' + line)
    assert result.exit_code == 2
    assert "Standard input, line 2" in result.stderr
    assert fault in result.stderr
    assert len(result.stdout.splitlines()) == 1
