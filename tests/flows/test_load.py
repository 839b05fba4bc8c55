"""Reading flow files: what is read, and what is said about a file that cannot be."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.faults import FlowError
from flows.load import load_flow, load_library, read_flow
from tests.flows.flow_source import GOOD_FLOW, broken


def faults_of(source: str) -> list[str]:
    with pytest.raises(FlowError) as caught:
        read_flow(source, "garden-day.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_a_flow_file_is_read_into_questions_with_typed_answers() -> None:
    flow = read_flow(GOOD_FLOW, "garden-day.yaml")
    assert flow.flow == "garden-day"
    assert [question.answer.type for question in flow.questions] == ["yes_no", "choice", "scale"]
    assert flow.question("gained").when is not None


def test_every_flow_in_the_library_loads_under_its_own_name() -> None:
    assert {"so-what", "readership"} <= load_library().keys()


def test_yes_and_no_and_on_stay_words_as_in_yaml_1_2() -> None:
    source = broken('{en: "A skill", cy: "Sgil"}', "{en: on, cy: yes}")
    options = read_flow(source, "x").questions[1].answer.options  # type: ignore[union-attr]  # it is a choice
    assert options[0].label == {"en": "on", "cy": "yes"}


def test_the_version_follows_the_content_and_not_the_layout() -> None:
    version = read_flow(GOOD_FLOW, "a").version
    assert read_flow("# a comment\n" + GOOD_FLOW.replace("reasks: 1\n", "reasks:   1\n\n"), "b").version == version
    assert read_flow(broken("reasks: 1", "reasks: 2"), "c").version != version


def test_a_pinned_source_is_read_though_its_wording_would_not_pass_today() -> None:
    assert read_flow(broken("Reply STOP to opt out.", ""), "pinned").flow == "garden-day"


def test_several_faults_are_told_at_once_in_the_order_of_their_lines() -> None:
    source = broken("reasks: 1", "reasks: often").replace("type: yes_no", "type: yesno").replace("title:", "titel:")
    assert faults_of(source) == [
        "garden-day.yaml:1:1: 'title' is missing: add it",
        "garden-day.yaml:2:1: 'titel' is not a key here: remove it or mend its name (did you mean 'title'?)",
        "garden-day.yaml:6:9: 'reasks' must be a whole number: write it in digits, without quotes",
        "garden-day.yaml:15:13: 'yesno' is no answer type: use one of 'yes_no', 'choice', 'choices', 'scale', "
        "'number', 'date', 'text'",
    ]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("", "1:1: this file is empty: write `flow:` and the other keys"),
        ("# nothing\n", "1:1: this file is empty: write `flow:` and the other keys"),
        ("- a\n- b\n", "1:1: this file must be keys and values: begin with a line `key: value`"),
        ("just words", "1:1: this file must be keys and values: begin with a line `key: value`"),
        (
            "flow: so: what\n",
            "1:9: this is not YAML (mapping values are not allowed here): check the indentation, use spaces and no "
            "tabs, and put texts in double quotes",
        ),
        ("flow: \x00", "1:1: this file holds a character that YAML does not allow: remove control characters from it"),
        ("[" * 5000, "1:1: this file is nested too deeply: a flow needs few levels"),
    ],
)
def test_what_is_no_flow_at_all_gets_a_sentence(source: str, fault: str) -> None:
    assert faults_of(source) == [f"garden-day.yaml:{fault}"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("reasks: 1", "reasks: 1\nreasks: 2", "7:1: 'reasks' is already given on line 6: keep one of the two"),
        ("reasks: 1", "reasks: 3", "6:9: 'reasks' is too large: write 2 or less"),
        ("status: draft", "status: drafft", "5:16: 'status' must be 'reviewed' or 'draft': write one of them"),
        ("  cy: {status: draft}", "  xx: {status: draft}", "5:3: 'xx' is no language code here: use one of en, cy"),
        ("2026-11-20", "last week", "4:52: 'on' must be a day: write it as 2026-11-20"),
        ("is: true}", "is: true, at_least: 3}", "18:11: write exactly one of is, at_least, at_most and answered"),
        ("is: true}", "is: {a: b}}", "18:33: 'is' must be an answer or a list of answers: write it so"),
        ("is: true}", "iz: true}", "18:11: write exactly one of is, at_least"),
        ("      min: 1", "      min: one", "31:12: 'min' must be a whole number: write it in digits, without quotes"),
        (
            "      min: 1",
            "      mn: 1",
            "31:7: 'mn' is not a key here: remove it or mend its name (did you mean 'min'?)",
        ),
        ("[Poor, Fair, Good]", "[Poor, Good]", "30:7: labels for 'en' has 2 entries: write 3"),
        ("id: people", "id: skill", "22:7: the option id 'skill' is used twice: give each option its own id"),
        ("id: score", "id: The Score", "26:9: 'id' must be small letters, digits, - and _"),
        ("answer: {type: yes_no}", "answer: yes_no", "15:13: 'answer' must be keys and values"),
        ("answer: {type: yes_no}", "answer: {kind: yes_no}", "15:13: 'answer' needs a type: add a line such as"),
        ("title: After the garden day", "title: 2011", "2:8: 'title' must be text: put it in double quotes"),
        ("title: After the garden day", 'title: " "', "2:8: 'title' is empty: write its text, or remove the key"),
        ("title: After the garden day", "title: !important x", "2:8: cannot read 'x': put it in double quotes"),
        ("title: After the garden day", "title: *nowhere", "2:8: this is not YAML (found undefined alias 'nowhere')"),
        (
            "reasks: 1",
            "reasks: &a [1]\nexpires_after_days: *a",
            "6:9: this part is used again by an alias (*): write it out",
        ),
        ("reasks: 1", "[1, 2]: 1", "6:1: a key must be a plain word: put text with brackets in double quotes"),
        ("reasks: 1", "reasks: " + "9" * 5000, "6:9: cannot read '9999999999999999999999999999999999999999'"),
    ],
)
def test_a_fault_of_structure_names_its_line_and_what_to_do(old: str, new: str, fault: str) -> None:
    found = faults_of(broken(old, new))
    assert any(line.startswith(f"garden-day.yaml:{fault}") for line in found), found


def test_loading_a_file_also_checks_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "garden-day.yaml"
    path.write_text(broken("{activity}", "{activty}"), encoding="utf-8")
    with pytest.raises(FlowError, match=r"garden-day\.yaml:9:7: nothing fills in \{activty\}"):
        load_flow(path)


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "garden-day.yaml"
    path.write_bytes(b"flow: garden-day\ntitle: Caf\xe9\n")
    with pytest.raises(FlowError, match=r":2:1: this file is not in UTF-8: save it again with the encoding UTF-8"):
        load_flow(path)


def test_a_byte_order_mark_from_a_windows_editor_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "garden-day.yaml"
    path.write_text(GOOD_FLOW, encoding="utf-8-sig")
    assert load_flow(path).flow == "garden-day"


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FlowError, match=r"nowhere\.yaml:1:1: cannot open this file \(No such file or directory\)"):
        load_flow(tmp_path / "nowhere.yaml")


def test_a_library_tells_the_faults_of_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(GOOD_FLOW, encoding="utf-8")
    (tmp_path / "two.yaml").write_text("", encoding="utf-8")
    with pytest.raises(FlowError) as caught:
        load_library(tmp_path)
    assert [fault.sentence for fault in caught.value.faults] == [
        "this flow is 'garden-day': call the file garden-day.yaml",
        "this file is empty: write `flow:` and the other keys",
    ]


@given(st.one_of(st.text(), st.text(alphabet="ab:-[]{}\"'&*!|>#\n \t?,.0123", max_size=80)))
def test_any_text_at_all_is_read_or_refused_with_a_sentence(source: str) -> None:
    with pytest.raises(FlowError) as caught:
        read_flow(source, "anything.yaml")
    assert all(fault.line >= 1 and fault.sentence for fault in caught.value.faults)


@given(st.data())
def test_a_flow_with_a_piece_cut_out_is_read_or_refused_with_a_sentence(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD_FLOW)))
    length = data.draw(st.integers(0, 40))
    inserted = data.draw(st.text(max_size=5))
    with suppress(FlowError):
        read_flow(GOOD_FLOW[:start] + inserted + GOOD_FLOW[start + length :], "cut.yaml")
