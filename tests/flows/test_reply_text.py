"""Cleaning a reply and cutting it into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reply_text import LONGEST_READ, clean, fold, read_text


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("don’t know", ("dont", "know")),
        ("Ｙｅｓ ８", ("yes", "8")),
        ("wiem, że wieś", ("wiem", "ze", "wies")),
        ("cafe\u0301", ("cafe",)),
        ("7️⃣", ("7",)),
        ("7½", ("7", "1⁄2")),
        ("Yess 👍🏽", ("yess", "👍")),
        ("हाँ जी", ("हां", "जी")),
        ("很好8分", ("很", "好", "8", "分")),
        ("\u200byes\u200e", ("yes",)),
        ("8.", ("8",)),
        ("?!…", ()),
    ],
)
def test_words_are_compared_without_what_does_not_matter(reply: str, words: tuple[str, ...]) -> None:
    assert read_text(reply).words == words


@pytest.mark.parametrize(
    "reply",
    ["7\nSent from my iPhone", "7 Sent from my Galaxy", "7\n\nGet Outlook for iOS", "7\nWysłane z iPhone’a"],
)
def test_the_signature_of_a_telephone_is_no_part_of_the_reply(reply: str) -> None:
    assert clean(reply) == "7"


def test_what_a_database_refuses_is_not_in_the_cleaned_text() -> None:
    assert clean("a\x00b\ud800c") == "ab\ufffdc"


def test_one_word_has_one_form_whichever_keyboard_it_was_typed_on() -> None:
    assert fold("نہيں") == fold("نہیں")
    assert fold("ŷ") == fold("y\u0302") == "y"


@given(reply=st.text(max_size=5000))
def test_every_word_stands_where_it_says_it_does(reply: str) -> None:
    said = read_text(reply)
    assert len(said.gaps) == len(said.words) + 1
    pieces = [said.gaps[0]]
    for start, end, gap in zip(said.starts, said.ends, said.gaps[1:], strict=True):
        pieces += [said.text[start:end], gap]
    assert "".join(pieces) == said.text
    assert len(said.text) <= LONGEST_READ * 3  # composing a character can lengthen it threefold at most
