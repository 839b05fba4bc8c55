"""Looking for phrases as the language files write them."""

from flows.phrases import Found, PhraseIndex, spelled_out


def test_alternatives_are_spelled_out() -> None:
    assert spelled_out("no hot|warm water") == (("no", "hot", "water"), ("no", "warm", "water"))


def test_a_stem_stands_for_every_word_that_begins_so() -> None:
    index: PhraseIndex[str] = PhraseIndex()
    index.add(["smell* gas"], "gas")
    assert index.all_in(["it", "smells", "gas"]) == [Found("gas", 1, 3)]
    assert index.all_in(["it", "smells", "gassy"]) == []


def test_phrases_that_overlap_are_all_found() -> None:
    index: PhraseIndex[str] = PhraseIndex()
    index.add(["no idea"], "unsure")
    index.add(["no"], "no")
    assert {found.meaning for found in index.all_in(["no", "idea"])} == {"unsure", "no"}
