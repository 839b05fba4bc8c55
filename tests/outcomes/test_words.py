"""The word lists can be read, and hold what the rules rely on."""

import pytest

from outcomes.words import fold, words_of


@pytest.mark.parametrize("list_name", ["ordinary_words", "given_names"])
def test_a_list_holds_words_and_no_comments(list_name: str) -> None:
    words = words_of(list_name)
    assert len(words) > 500
    assert not any("#" in word for word in words)


def test_accents_case_and_curly_apostrophes_make_no_difference() -> None:
    assert fold("Siân’s") == fold("sian's")
