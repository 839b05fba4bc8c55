"""Counting segments, against the tables of 3GPP TS 23.038 and a second definition of packing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.segments import GSM_BASIC, GSM_EXTENSION, SegmentCount, count_segments, normalise_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", SegmentCount("GSM-7", 0, 1), id="no words still make one message"),
        pytest.param("Hello", SegmentCount("GSM-7", 5, 1), id="plain English"),
        pytest.param("a" * 160, SegmentCount("GSM-7", 160, 1), id="160 fit in one"),
        pytest.param("a" * 161, SegmentCount("GSM-7", 161, 2), id="161 take two of 153"),
        pytest.param("a" * 306, SegmentCount("GSM-7", 306, 2), id="306 fill two parts"),
        pytest.param("a" * 307, SegmentCount("GSM-7", 307, 3), id="307 start a third"),
        pytest.param("£é@Δ\n\r", SegmentCount("GSM-7", 6, 1), id="pound, accents, Greek capitals and line breaks"),
        pytest.param("€5 [ok]", SegmentCount("GSM-7", 10, 1), id="extension characters count two"),
        pytest.param("€" * 80, SegmentCount("GSM-7", 160, 1), id="eighty euros fill one"),
        pytest.param("€" * 81, SegmentCount("GSM-7", 162, 2), id="eighty-one euros do not"),
        pytest.param("a" * 152 + "€" + "a" * 152, SegmentCount("GSM-7", 306, 3), id="an escape pair is not parted"),
        pytest.param("a" * 151 + "€" + "a" * 153, SegmentCount("GSM-7", 306, 2), id="an escape pair ends a part"),
        pytest.param("’", SegmentCount("UCS-2", 1, 1), id="a typographic apostrophe is not in the alphabet"),
        pytest.param("`", SegmentCount("UCS-2", 1, 1), id="nor is a backtick"),
        pytest.param("ŵ" * 70, SegmentCount("UCS-2", 70, 1), id="70 Welsh letters fit in one"),
        pytest.param("ŵ" * 71, SegmentCount("UCS-2", 71, 2), id="71 take two of 67"),
        pytest.param("ŵ" * 134, SegmentCount("UCS-2", 134, 2), id="134 fill two parts"),
        pytest.param("ŵ" * 135, SegmentCount("UCS-2", 135, 3), id="135 start a third"),
        pytest.param("😀" * 35, SegmentCount("UCS-2", 70, 1), id="35 emoji fill one"),
        pytest.param("😀" * 36, SegmentCount("UCS-2", 72, 2), id="36 do not"),
        pytest.param("ŵ" * 66 + "😀" + "ŵ" * 66, SegmentCount("UCS-2", 134, 3), id="a surrogate pair is not parted"),
        pytest.param("Zażółć", SegmentCount("UCS-2", 6, 1), id="Polish"),
        pytest.param("e\u0301", SegmentCount("GSM-7", 1, 1), id="an accent typed apart is joined first"),
        pytest.param("w\u0302", SegmentCount("UCS-2", 1, 1), id="also where the letter is not in the alphabet"),
        pytest.param("\x1b", SegmentCount("UCS-2", 1, 1), id="a bare escape is no GSM character of ours"),
    ],
)
def test_a_text_is_counted(text: str, expected: SegmentCount) -> None:
    assert count_segments(text) == expected


def test_the_alphabet_has_the_size_the_standard_gives_it() -> None:
    assert len(GSM_BASIC) == 127  # 128 code points, one of which is the escape
    assert len(GSM_EXTENSION) == 10
    assert not GSM_BASIC & GSM_EXTENSION


def _parts_by_slicing(units: list[str], limit: int) -> int:
    """A second definition: cut off the longest run of whole characters that fits, until nothing is left."""
    parts = 0
    while units:
        length = max(n for n in range(1, len(units) + 1) if sum(map(len, units[:n])) <= limit)
        units = units[length:]
        parts += 1
    return parts


@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("ab€[ŵ😀\n" + "e\u0301"), st.characters(exclude_categories=["Cs"])),
        max_size=400,
    ),
    st.booleans(),
)
def test_any_text_takes_as_many_segments_as_slicing_its_encoded_form(text: str, only_gsm: bool) -> None:
    if only_gsm:
        text = "".join(character for character in text if character in GSM_BASIC | GSM_EXTENSION)
    composed = unicodedata.normalize("NFC", text)
    is_gsm = all(character in GSM_BASIC | GSM_EXTENSION for character in composed)
    units = (
        ["\x1bx" if character in GSM_EXTENSION else "x" for character in composed]
        if is_gsm
        else ["x" * (len(character.encode("utf-16-le")) // 2) for character in composed]
    )
    total = sum(map(len, units))
    single, part = (160, 153) if is_gsm else (70, 67)
    expected = 1 if total <= single else _parts_by_slicing(units, part)
    assert count_segments(text) == SegmentCount("GSM-7" if is_gsm else "UCS-2", total, expected)


@given(st.text(), st.text())
def test_more_text_never_takes_fewer_segments(start: str, more: str) -> None:
    # Composed and joined by a letter, so that normalising cannot shorten the whole.
    text = normalise_text(start) + "a"
    assert count_segments(text + normalise_text(more)).segments >= count_segments(text).segments


def test_a_lone_surrogate_is_counted_and_not_an_error() -> None:
    assert count_segments("\ud83d") == SegmentCount("UCS-2", 1, 1)
