"""`sowhat flows` as it is typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.commands.flows import flows
from tests.flows.flow_source import GOOD_FLOW, broken

BROKEN_FLOW = Path(__file__).parents[1] / "flows" / "broken" / "coffee-morning.yaml"


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(flows, arguments, input=typed)


def test_check_without_a_path_checks_the_library() -> None:
    result = run("check")
    assert (result.exit_code, result.output) == (0, "2 flows are fine\n")


def test_check_prints_each_fault_with_its_place_and_fails() -> None:
    result = run("check", str(BROKEN_FLOW))
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert len(lines) >= 12
    assert all(line.startswith(f"{BROKEN_FLOW}:") for line in lines)


def test_check_takes_a_directory(tmp_path: Path) -> None:
    (tmp_path / "garden-day.yaml").write_text(GOOD_FLOW, encoding="utf-8")
    assert run("check", str(tmp_path)).output == "1 flow is fine\n"


def test_check_of_a_directory_without_flows_is_wrong_usage(tmp_path: Path) -> None:
    result = run("check", str(tmp_path))
    assert result.exit_code == 2
    assert "there is no flow file (*.yaml)" in result.output


def test_check_of_a_file_that_is_not_there_is_wrong_usage() -> None:
    assert run("check", "nowhere.yaml").exit_code == 2


def test_show_lists_the_library_with_its_versions() -> None:
    rows = json.loads(run("show", "--json").output)
    assert [row["flow"] for row in rows] == ["readership", "so-what"]
    assert rows[1]["languages"]["en"] == "reviewed"
    assert rows[1]["version"] in run("show").output


def test_show_prints_what_a_tenant_reads() -> None:
    result = run("show", "readership", "--language", "cy")
    assert result.exit_code == 0
    assert "sowhat: Helo Ann, Derwent Living" in result.output


def test_try_chats_and_shows_what_is_recorded() -> None:
    result = run("try", "readership", typed="no\nBin days\n")
    assert result.exit_code == 0
    assert "[recorded reads = no]" in result.output
    assert result.output.endswith("[ended completed]\n")


def test_try_ends_when_the_typing_ends() -> None:
    result = run("try", "readership", "--language", "pl", typed="")
    assert result.exit_code == 0
    assert "sowhat: Dzień dobry Ann" in result.output


@pytest.mark.parametrize("command", ["show", "try"])
def test_an_unknown_flow_or_language_is_wrong_usage_and_names_the_known_ones(command: str) -> None:
    result = run(command, "nothing")
    assert result.exit_code == 2
    assert "one of readership, so-what" in result.output
    result = run(command, "so-what", "--language", "fr")
    assert result.exit_code == 2
    assert "choose one of en, cy" in result.output


def test_a_flow_with_faults_is_not_tried_but_its_faults_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "garden-day.yaml"
    path.write_text(broken("reasks: 1", "reasks: often"), encoding="utf-8")
    result = run("try", str(path))
    assert result.exit_code == 1
    assert f"{path}:6:9: 'reasks' must be a whole number" in result.output


def test_schema_prints_json_for_editors() -> None:
    assert json.loads(run("schema").output)["title"] == "Flow"
