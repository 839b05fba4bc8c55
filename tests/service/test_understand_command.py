"""`sowhat understand`: the contract that scripts depend on."""

import json

import pytest
from click.testing import CliRunner, Result

from service.commands.understand import understand

SCALE = {"type": "scale", "min": 0, "max": 10}


def run(*lines: object) -> Result:
    written = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return CliRunner().invoke(understand, input=written.encode())


def test_each_line_is_answered_by_a_line_with_exactly_the_keys_of_the_contract() -> None:
    result = run(
        {"answer": SCALE, "languages": ["en"], "reply": "7 but theres mould in my sons room"},
        {"answer": {"type": "yes_no"}, "languages": ["ur", "en"], "reply": "ہاں", "received": None},
        {"answer": {"type": "text"}, "languages": ["en"], "reply": "STOP"},
    )
    assert result.exit_code == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {
            "status": "understood",
            "value": 7,
            "comment": "but theres mould in my sons room",
            "command": None,
            "alerts": ["damp_mould"],
            "rule": "number",
        },
        {
            "status": "understood",
            "value": True,
            "comment": None,
            "command": None,
            "alerts": [],
            "rule": "yes_no_word",
        },
        {
            "status": "command",
            "value": None,
            "comment": None,
            "command": "opt_out",
            "alerts": [],
            "rule": "command_opt_out",
        },
    ]


def test_received_gives_today_its_date() -> None:
    line = {
        "answer": {"type": "date"},
        "languages": ["en"],
        "reply": "yesterday",
        "received": "2026-11-20T10:00:00+00:00",
    }
    assert json.loads(run(line).stdout)["value"] == "2026-11-19"


def test_blank_lines_are_passed_over_and_no_lines_give_none() -> None:
    assert run("", "  ").stdout == ""


def test_odd_characters_do_not_stop_it() -> None:
    result = run('{"answer": {"type": "text"}, "languages": ["en"], "reply": "a\\u0000\\ud800"}')
    assert json.loads(result.stdout)["value"] == "a\ufffd"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{not json", "this is not JSON"),
        ("[1]", "this is no JSON object"),
        ("[" * 100_000, "this is not JSON"),
        ({"languages": ["en"], "reply": "7"}, '"answer" is missing'),
        ({"answer": SCALE, "reply": "7"}, '"languages" is missing'),
        ({"answer": SCALE, "languages": ["en", 7], "reply": "7"}, '"languages" is missing or no list'),
        ({"answer": SCALE, "languages": ["en"]}, '"reply" is missing'),
        ({"answer": SCALE, "languages": ["en"], "reply": "7", "extra": 1}, 'the key "extra" is not known'),
        ({"answer": SCALE, "languages": ["en"], "reply": "7", "received": "now"}, '"received" is no time'),
        ({"answer": {"type": "stars"}, "languages": ["en"], "reply": "7"}, "answer: "),
        ({"answer": {"type": "scale", "min": 5, "max": 1}, "languages": [], "reply": "7"}, "must be greater than min"),
    ],
)
def test_a_bad_line_is_named_with_what_to_do(line: object, says: str) -> None:
    good = {"answer": SCALE, "languages": ["en"], "reply": "7"}
    result = run(good, line, good)
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 1
    assert "Standard input, line 2: " in result.stderr
    assert says in result.stderr
