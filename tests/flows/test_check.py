"""Checking what a flow says: every check has an example of what it finds."""

from pathlib import Path

import pytest

from flows.check import check_file, check_source
from flows.checks import CHECKS
from flows.checks.length import too_many_segments
from flows.load import LIBRARY
from sms.segments import count_segments
from tests.flows.flow_source import GOOD_FLOW, broken

BROKEN_FLOW = Path(__file__).parent / "broken" / "coffee-morning.yaml"

FIRST_QUESTION = 'ask: {en: "Was it worth your time? Reply Y or N"'
ONE_MORE_QUESTION = """\
  - id: more
    measure: wishes
    ask: {en: "What would you like more of?", cy: "Beth hoffech chi?"}
    answer: {type: text}
thanks:"""

# By the name of each check: what to change in the good flow, and what is then found.
EXAMPLES: dict[str, list[tuple[str, str, str]]] = {
    "duplicate_questions": [
        ("id: score", "id: worth", "26:9: the question id 'worth' is already used above: give this question another id")
    ],
    "missing_languages": [
        (
            ', cy: "A oedd yn werth eich amser? Ydw neu nac ydw"',
            "",
            "14:5: 'ask' has no text in 'cy': add it, or take 'cy' out of languages",
        ),
        (', cy: "Sori, pa un?"', "", "20:5: 'again' has no text in 'cy': add it, or take 'cy' out of languages"),
        (', cy: "Sgil"', "", "24:23: 'label' has no text in 'cy': add it, or take 'cy' out of languages"),
        (", cy: [Gwael, Gweddol, Da]", "", "33:7: 'labels' has no text in 'cy': add it, or take 'cy' out of languages"),
    ],
    "unlisted_languages": [
        (
            'cy: "Sori, pa un?"',
            'cy: "Sori, pa un?", pl: "Co?"',
            "20:75: 'pl' is not among this flow's languages: list it there, or remove this text",
        )
    ],
    "unknown_placeholders": [
        (
            "Hi {first_name}",
            "Hi {first_nme}",
            "9:7: nothing fills in {first_nme} (did you mean 'first_name'?): "
            "use {activity} or {first_name} or {landlord} or {phone}",
        )
    ],
    "stray_braces": [
        (
            "your time?",
            "your {time?",
            "14:15: a brace here belongs to no placeholder: write {activity} or {first_name}",
        ),
        ("your time?", "your time}?", "14:15: a brace here belongs to no placeholder"),
        ("your time?", "{first name}?", "14:15: a brace here belongs to no placeholder"),
        ("A skill", "A {activity} skill", "24:35: a label cannot hold a placeholder: write it in plain words"),
    ],
    "opening_introduces_us": [
        ("{landlord} here", "We are here", "9:7: the opening does not say who is asking: name {landlord} in it"),
        ("Atebwch STOP i optio allan.", "", "10:7: the opening does not say how to stop: add words such as"),
    ],
    "conditions_on_earlier_questions": [
        (
            "question: worth",
            "question: score",
            "18:22: 'score' is asked later, not before: move this question below it",
        ),
        ("question: worth", "question: gained", "18:22: 'gained' is asked later, not before"),
        (
            "question: worth",
            "question: wort",
            "18:22: there is no question 'wort' (did you mean 'worth'?): name an earlier",
        ),
    ],
    "unreachable_questions": [
        (
            "is: true}",
            "is: yes}",
            "18:33: 'worth' is never 'yes', so this question would never be asked for it: write true",
        ),
        ("is: true}", "is: 1}", "18:33: 'worth' is never '1', so this question"),
        ("is: true}", "is: [true, maybe]}", "18:33: 'worth' is never 'maybe'"),
        ("is: true}", "is: []}", "18:33: this list is empty, so this question would never be asked: list at least one"),
        ("is: true}", "at_least: 1}", "18:39: 'worth' is not answered by a number, so this question"),
    ],
    "command_words_in_labels": [
        (
            'en: "A skill"',
            'en: "Help!"',
            "24:35: the label 'Help!' is a command word (the network would answer it itself)",
        ),
        ("[Poor, Fair, Good]", "[Poor, Fair, End]", "33:20: the label 'End' is a command word (the network would opt"),
        (
            'cy: "Sgil"',
            'cy: "Yes"',
            "24:50: the label 'Yes' is a command word (the network could opt the tenant in): ask",
        ),
    ],
    "command_words_in_texts": [
        (
            "Reply Y or N",
            "Reply YES or NO",
            "14:15: this text invites the reply YES, a command word (the network could opt the tenant in): "
            'ask for "Y or N"',
        ),
        ("Just the letter:", "Or reply STOP:", "20:17: this text invites the reply STOP, a command word"),
        ("Reply STOP to", "Reply START to begin, STOP to", "9:7: this text invites the reply START, a command word"),
    ],
    "too_many_questions": [
        (
            "thanks:",
            ONE_MORE_QUESTION,
            "11:1: this flow has 4 questions and 3 are allowed: remove some, or say why it needs them in "
            "many_questions_because",
        )
    ],
    "reviewed_by_nobody": [
        (
            "cy: {status: draft}",
            "cy: {status: reviewed}",
            "5:7: 'cy' is called reviewed without 'by and on': write who read it (by) and the day",
        ),
        (', "on": 2026-11-20', "", "4:7: 'en' is called reviewed without 'on': write who read it"),
    ],
    "reminder_after_expiry": [
        (
            "reminder_after_days: 2",
            "reminder_after_days: 7",
            "7:22: the reminder after 7 days comes too late, since the survey closes after 7: make",
        )
    ],
    "control_characters": [
        ("your time?", "your\\0 time?", "14:15: this text holds a control character (U+0000): remove it"),
        ('"A skill"', '"A\\tskill"', "24:35: this text holds a control character (U+0009): remove it"),
        ("After the garden day", '"After \\a the day"', "2:8: this text holds a control character (U+0007)"),
    ],
    "too_many_segments": [
        (
            "Was it worth",
            "Was it really worth " + "very " * 80,
            "9:7: with long names this message takes 4 segments in GSM-7 and 3 are allowed: shorten it",
        ),
        (
            "Diolch gan",
            "Diolch ŵ " + "yn fawr " * 55,
            "34:48: with long names this message takes 8 segments in UCS-2 and 6 are allowed: shorten it",
        ),
    ],
}


def found(source: str) -> list[str]:
    return [str(fault) for fault in check_source(source, "garden-day.yaml", count_segments)]


@pytest.mark.parametrize("check", [check.__name__ for check in (*CHECKS, too_many_segments)])
def test_every_check_has_an_example_that_only_it_finds(check: str) -> None:
    assert EXAMPLES.get(check), f"write an example of what {check} finds"
    for old, new, fault in EXAMPLES[check]:
        faults = found(broken(old, new))
        assert [line for line in faults if line.startswith(f"garden-day.yaml:{fault}")], (fault, faults)
        assert len(faults) == 1, faults


def test_every_example_belongs_to_a_check() -> None:
    assert EXAMPLES.keys() == {check.__name__ for check in (*CHECKS, too_many_segments)}


def test_a_good_flow_has_no_fault() -> None:
    assert found(GOOD_FLOW) == []


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_flow_in_the_library_is_fine(path: Path) -> None:
    assert [str(fault) for fault in check_file(path, count_segments)] == []


def test_four_questions_are_allowed_with_a_reason() -> None:
    source = broken("thanks:", ONE_MORE_QUESTION).replace("reasks: 1", 'many_questions_because: "asked once a year"')
    assert found(source) == []


@pytest.mark.parametrize(
    ("answer", "condition", "is_fine"),
    [
        ("{type: scale, min: 1, max: 5}", "is: 5", True),
        ("{type: scale, min: 1, max: 5}", "is: 6", False),
        ("{type: scale, min: 1, max: 5}", "is: 2.5", False),
        ("{type: scale, min: 0, max: 1}", "is: true", False),
        ("{type: scale, min: 1, max: 5}", "at_least: 5", True),
        ("{type: scale, min: 1, max: 5}", "at_least: 6", False),
        ("{type: scale, min: 1, max: 5}", "at_most: 0", False),
        ("{type: number}", "at_least: 1000", True),
        ("{type: number, min: 10}", "at_most: 9", False),
        ("{type: number, max: 10}", "is: 11", False),
        ("{type: text}", "answered: true", True),
        ("{type: text}", "is: bingo", False),
        ("{type: date}", "answered: false", True),
        ("{type: date}", "at_least: 3", False),
    ],
)
def test_a_condition_must_be_one_that_some_answer_meets(answer: str, condition: str, is_fine: bool) -> None:
    source = broken("answer: {type: yes_no}", f"answer: {answer}").replace("is: true", condition)
    assert (found(source) == []) is is_fine


def test_a_choice_is_compared_with_its_option_ids() -> None:
    source = broken("    measure: satisfaction", "    measure: satisfaction\n    when: {question: gained, is: skills}")
    assert found(source) == [
        "garden-day.yaml:28:34: 'gained' is never 'skills', so this question would never be asked for it: "
        "write one of skill, people"
    ]
    assert found(source.replace("skills", "skill")) == []


def test_the_rest_is_still_checked_when_a_key_is_unknown_or_given_twice() -> None:
    source = broken("reasks: 1", "reaskz: 1\nreminder_after_days: 3").replace("{activity}", "{activty}", 1)
    assert [line.split(": ")[0] for line in found(source)] == [
        "garden-day.yaml:6:1",
        "garden-day.yaml:8:1",
        "garden-day.yaml:10:7",
    ]


def test_a_file_that_is_not_there_is_a_fault_like_any_other(tmp_path: Path) -> None:
    faults = check_file(tmp_path / "nowhere.yaml", count_segments)
    assert [fault.sentence for fault in faults] == [
        "cannot open this file (No such file or directory): check its name and your permission to read it"
    ]


def test_the_broken_example_shows_a_dozen_faults_at_once_in_the_order_of_its_lines() -> None:
    faults = check_file(BROKEN_FLOW, count_segments)
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    assert len(faults) >= 12
