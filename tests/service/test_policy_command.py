"""`sowhat policy` as it is typed."""

import json
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from service.commands.policy import policy
from service.policy_readers import WrongPolicyValueError
from service.policy_values import POLICY_VALUES, read_policy_value
from storage.database import Database
from storage.policy import Policy, current_policy, policy_names


def run(*arguments: str) -> Result:
    return CliRunner().invoke(policy, arguments)


def in_force(database: Database) -> Policy:
    with database.reading() as work:
        return current_policy(work)


def test_every_policy_value_can_be_shown_and_set() -> None:
    assert tuple(POLICY_VALUES) == policy_names()


@pytest.mark.parametrize("name", POLICY_VALUES)
def test_the_example_of_a_value_can_be_set(name: str) -> None:
    read_policy_value(name, [POLICY_VALUES[name].example.strip('"')], Policy())


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("landlord", ["Derwent", "Living"], "Derwent Living"),
        ("landlord_phone", ["01632 960100"], "01632 960100"),
        ("landlord_phone", ["0800", "111", "999"], "0800 111 999"),
        ("time_zone", ["Europe/Dublin"], "Europe/Dublin"),
        ("quiet_from", ["19:30"], time(19, 30)),
        ("quiet_until", ["00:00"], time(0, 0)),
        ("quiet_weekdays", ["saturday", "Sun"], (5, 6)),
        ("quiet_weekdays", ["none"], ()),
        ("spending_cap_pence", ["£50"], 5000),
        ("spending_cap_pence", ["£1,049.50"], 104_950),
        ("spending_cap_pence", ["4999p"], 4999),
        ("spending_cap_pence", ["£0"], 0),
        ("segment_price_pence", ["4.25p"], Decimal("4.25")),
        ("segment_price_pence", ["£0.0425"], Decimal("4.25")),
        (
            "digest_recipients",
            ["gwen.pugh@example.org", "joe@example.org"],
            ("gwen.pugh@example.org", "joe@example.org"),
        ),
        ("digest_recipients", ["gwen.pugh@example.org,gwen.pugh@example.org"], ("gwen.pugh@example.org",)),
        ("digest_weekday", ["Friday"], 4),
        ("digest_time", ["07:05"], time(7, 5)),
        ("undo_minutes", ["0"], 0),
        ("team_numbers", ["07700900123", "+44 7700 900124"], ("+447700900123", "+447700900124")),
    ],
)
def test_a_value_is_stored_as_the_policy_holds_it(database: Database, name: str, typed: list[str], stored: Any) -> None:
    result = run("set", name, *typed)
    assert result.exit_code == 0, result.output
    assert in_force(database) == replace(Policy(), **{name: stored})


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("landlord", [" "], "1 to 40 characters"),
        ("landlord", ["Derwent\x1b[2J"], "1 to 40 characters"),
        ("landlord_phone", ["ring Gwen"], "such as 01632 960100"),
        ("time_zone", ["Europe/Londn"], "Did you mean Europe/London?"),
        ("quiet_from", ["8pm"], "such as 08:30"),
        ("quiet_from", ["25:00"], "such as 08:30"),
        ("quiet_from", ["09:00"], "leaves no time to send"),
        ("quiet_weekdays", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "leaves no time to send"),
        ("quiet_weekdays", ["Sonntag"], "such as monday"),
        ("quiet_weekdays", [""], "or none to empty the list"),
        ("spending_cap_pence", ["50"], "with its unit"),
        ("spending_cap_pence", ["£49.505"], "fractions of a penny"),
        ("spending_cap_pence", ["£-5"], "with its unit"),
        ("segment_price_pence", ["0p"], "more than nothing"),
        ("digest_recipients", ["gwen.pugh"], "such as ann@example.org"),
        ("alert_recipients", ["none", "gwen@example.org"], "such as ann@example.org"),
        ("digest_weekday", ["8"], "such as monday"),
        ("undo_minutes", ["-5"], "from 0 to 1440"),
        ("undo_minutes", ["²"], "from 0 to 1440"),
        ("team_numbers", ["01632 960100"], "Nothing was changed"),
        ("team_nmbers", ["07700900123"], "Did you mean team_numbers?"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence_and_not_stored(
    database: Database, name: str, typed: list[str], sentence: str
) -> None:
    result = run("set", name, "--", *typed)
    assert result.exit_code == 2
    assert sentence in result.output
    assert in_force(database) == Policy()


def test_show_says_since_when_a_value_holds_and_who_set_it(database: Database) -> None:
    run("set", "spending_cap_pence", "£75", "--by", "Gwen Pugh")
    lines = run("show").output.splitlines()
    assert "spending_cap_pence = £75.00" in lines
    assert "set by Gwen Pugh" in lines[lines.index("spending_cap_pence = £75.00") + 1]
    assert "(the default)" in lines[lines.index("quiet_from = 20:00") + 1]


def test_show_as_json_has_every_value(database: Database) -> None:
    run("set", "team_numbers", "07700900123", "--by", "Gwen Pugh")
    rows: dict[str, dict[str, Any]] = {row["name"]: row for row in json.loads(run("show", "--json").output)}
    assert tuple(rows) == policy_names()
    assert rows["team_numbers"]["value"] == "+447700900123"
    assert rows["team_numbers"]["by"] == "Gwen Pugh"
    assert rows["quiet_from"]["since"] is None


def test_a_value_set_again_is_not_recorded_again(database: Database) -> None:
    assert "is 15 already" in run("set", "undo_minutes", "15").output
    assert "(the default)" in run("show").output.split("undo_minutes = 15\n")[1].splitlines()[0]


@given(st.sampled_from(policy_names()), st.lists(st.text(), max_size=3))
def test_whatever_is_typed_is_a_value_or_a_sentence(name: str, typed: list[str]) -> None:
    try:
        value = read_policy_value(name, typed, Policy())
    except WrongPolicyValueError as fault:
        shown = str(fault)
    else:
        shown = POLICY_VALUES[name].show(value)
    assert shown
