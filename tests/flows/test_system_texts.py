"""The texts every flow shares are there in every language, and short."""

from pathlib import Path

import pytest

from flows.checks.length import LONGEST_FACTS, MOST_SEGMENTS
from flows.faults import FlowError
from flows.flow import LANGUAGES
from flows.load import load_library
from flows.render import render_question
from flows.system_texts import SYSTEM_TEXTS, load_system_texts, read_language_texts
from sms.segments import count_segments

LIBRARY = tuple(load_library().values())
TEXTS = load_system_texts()
SAMPLE = {**LONGEST_FACTS, "hint": "hint", "letters": "A-E", "chosen": "I met people", "min": "1", "max": "10"}
ENGLISH = (Path(__file__).parents[2] / "flows" / "system_texts" / "en.yaml").read_text(encoding="utf-8")


def faults_of(source: str) -> list[str]:
    with pytest.raises(FlowError) as caught:
        read_language_texts(source, "en.yaml")
    return [fault.sentence for fault in caught.value.faults]


def test_there_is_a_file_for_every_language_we_understand() -> None:
    assert set(TEXTS.by_language) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", SYSTEM_TEXTS)
def test_every_text_can_be_filled_in_and_fits_in_few_segments(language: str, key: str) -> None:
    count = count_segments(TEXTS.text(language, key, SAMPLE))
    assert count.segments <= MOST_SEGMENTS[count.encoding]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reminder_with_any_question_of_the_library_fits_in_few_segments(language: str) -> None:
    reminder = TEXTS.text(language, "reminder", SAMPLE)
    for flow in LIBRARY:
        for question in flow.questions:
            count = count_segments(f"{reminder}\n{render_question(question, language, LONGEST_FACTS)}")
            assert count.segments <= MOST_SEGMENTS[count.encoding], question.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_to_a_disclosure_names_nothing_on_a_phone_that_others_may_read(language: str) -> None:
    text = TEXTS.text(language, "safeguarding", SAMPLE)
    assert "999" in text
    assert LONGEST_FACTS["first_name"] not in text


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  late:", "  latte:", "the text 'late' is missing: add it"),
        ("  late:", "  latte:", "there is no system text 'latte': remove it, or mend its name (did you mean 'late'?)"),
        ("{hint}", "{clue}", "the text 'reask' cannot fill in {clue}: use {hint}"),
        ("{hint}", "{hint", "the text 'reask' has a brace that belongs to no placeholder: remove it or complete it"),
        ("language: en", "language: cy", "this file says language 'cy': call it cy.yaml"),
        ("status: reviewed", "status: fine", "'status' must be 'reviewed' or 'draft': write one of them"),
    ],
)
def test_a_fault_in_a_file_of_system_texts_says_what_to_do(old: str, new: str, sentence: str) -> None:
    assert old in ENGLISH
    assert sentence in faults_of(ENGLISH.replace(old, new, 1))


def test_the_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("", encoding="utf-8")
    (tmp_path / "cy.yaml").write_text("- no", encoding="utf-8")
    with pytest.raises(FlowError) as caught:
        load_system_texts(tmp_path)
    assert len(caught.value.faults) == 2
