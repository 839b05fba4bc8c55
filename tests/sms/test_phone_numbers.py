"""Phone numbers as spreadsheets and people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.phone_numbers import UnusablePhoneNumber, normalise_phone_number


@pytest.mark.parametrize(
    "written",
    [
        "07700 900123",
        "07700900123",
        "07700-900-123",
        "(07700) 900 123",
        "07700.900.123",
        "+447700900123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "00447700900123",
        "447700900123",
        "7700900123",
        "  07700\u00a0900123\t",
        "０７７００９００１２３",
        "07700 900‑123",
    ],
)
def test_every_way_of_writing_a_number_gives_the_same_one(written: str) -> None:
    assert normalise_phone_number(written) == "+447700900123"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("+46 70 174 06 05", "+46701740605", id="a Swedish mobile"),
        pytest.param("+1 202 555 0123", "+12025550123", id="a country where mobiles cannot be told from landlines"),
    ],
)
def test_mobile_numbers_from_elsewhere_are_taken(written: str, expected: str) -> None:
    assert normalise_phone_number(written) == expected


def test_a_number_without_country_code_is_read_as_one_of_the_region() -> None:
    assert normalise_phone_number("070-174 06 05", region="SE") == "+46701740605"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        pytest.param("", "is empty", id="nothing"),
        pytest.param("  ", "is empty", id="spaces"),
        pytest.param("unknown", "not one phone number", id="words"),
        pytest.param("07700 CALL ME", "not one phone number", id="letters are not dialled"),
        pytest.param("7.70E+09", "not one phone number", id="what a spreadsheet makes of a number"),
        pytest.param("07700 900123 / 07700 900456", "not one phone number", id="two numbers"),
        pytest.param("07700 900123 ext 4", "not one phone number", id="an extension"),
        pytest.param("=07700900123", "not one phone number", id="a formula"),
        pytest.param("07700 900123\x00", "not one phone number", id="a NUL"),
        pytest.param("07700 90012", "No such phone number", id="a digit short"),
        pytest.param("07700 9001234", "No such phone number", id="a digit long"),
        pytest.param("07700 1234", "No such phone number", id="half a number"),
        pytest.param("+999 1234567", "not a phone number", id="no such country"),
        pytest.param("020 7946 0000", "landline", id="a landline"),
        pytest.param("070 0000 0000", "personal number", id="a personal number"),
        pytest.param("+447000000000", "personal number", id="a personal number with its country code"),
        pytest.param("0909 879 0123", "premium-rate", id="a premium-rate number"),
        pytest.param("0808 157 0123", "not a mobile", id="a freephone number"),
        pytest.param("03069 990123", "not a mobile", id="a number for the whole country"),
    ],
)
def test_a_number_that_cannot_be_texted_is_refused_in_a_sentence(written: str, sentence: str) -> None:
    with pytest.raises(UnusablePhoneNumber) as refusal:
        normalise_phone_number(written)
    assert sentence in str(refusal.value)
    assert str(refusal.value).endswith(".")


@given(st.one_of(st.text(), st.from_regex(r"\+?[0-9 ()-]{5,20}", fullmatch=True)))
def test_anything_written_gives_a_number_that_is_its_own_written_form_or_a_refusal(written: str) -> None:
    try:
        number = normalise_phone_number(written)
    except UnusablePhoneNumber:
        return
    assert normalise_phone_number(number) == number


@pytest.mark.parametrize("written", ["07700 90012", "020 7946 0000", "+999 1234567", "07700900123/07700900456"])
def test_a_refusal_does_not_repeat_the_number(written: str) -> None:
    with pytest.raises(UnusablePhoneNumber) as refusal:
        normalise_phone_number(written)
    assert written not in str(refusal.value)
    assert refusal.value.__cause__ is None
