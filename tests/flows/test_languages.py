"""The language files: they load, say what they must, and do not contradict each other."""

from collections import defaultdict

import pytest

from flows.alerts import Alert
from flows.commands import Command
from flows.languages import LanguageFileError, known_languages, language, language_codes, read_language
from flows.phrases import spelled_out


def test_there_is_a_file_for_every_language_of_the_surveys() -> None:
    assert set(language_codes()) >= {"en", "cy", "pl", "ur", "so", "hi", "gu", "ps", "zh"}


@pytest.mark.parametrize("code", language_codes())
def test_every_language_has_the_words_a_survey_needs(code: str) -> None:
    words = language(code)
    for needed in (words.yes, words.no, words.dont_know, words.rather_not_say, words.not_applicable, words.negations):
        assert needed
    assert set(words.alerts) == set(Alert)
    assert {Command.OPT_OUT, Command.HELP, Command.CALL_ME, Command.WRONG_PERSON} <= set(words.commands)
    assert set(words.commands) <= set(Command)


@pytest.mark.parametrize("code", language_codes())
def test_no_word_means_yes_and_no_in_one_language(code: str) -> None:
    words = language(code)
    assert not _sequences(*words.yes, *words.yes_alone) & _sequences(*words.no, *words.no_alone)


def test_no_command_is_an_answer_in_any_language() -> None:
    answers = defaultdict(list)
    for code in language_codes():
        words = language(code)
        for sequence in _sequences(*words.yes, *words.yes_alone, *words.no, *words.no_alone, *words.dont_know):
            answers[sequence].append(code)
    for code in language_codes():
        for command, phrases in language(code).commands.items():
            if command == Command.LANGUAGE:
                continue  # "hoffwn" (I would like) asks for a language only beside its name
            for sequence in _sequences(*phrases.alone, *phrases.clause, *phrases.anywhere):
                assert sequence not in answers, f"{code}: {command}: {' '.join(sequence)}"


def test_english_comes_first_and_unknown_languages_are_passed_over() -> None:
    assert known_languages(["ur", "xx", "zh-Hans", "en", "../en"]) == ("en", "ur", "zh")


def test_an_unknown_key_in_a_language_file_is_named() -> None:
    with pytest.raises(LanguageFileError, match=r"flows/languages/xx.yaml: correct 'yess'"):
        read_language("flows/languages/xx.yaml", "name: X\nasked_for_as: [x]\nyess: [ja]\n")


def test_a_language_file_that_is_no_yaml_is_named() -> None:
    with pytest.raises(LanguageFileError, match=r"flows/languages/xx.yaml: this is not YAML"):
        read_language("flows/languages/xx.yaml", "name: [X\n")


def _sequences(*phrases: str) -> set[tuple[str, ...]]:
    return {sequence for phrase in phrases for sequence in spelled_out(phrase)}
