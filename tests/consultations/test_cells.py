"""Dates, numbers, hours and pounds as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.cells import (
    LARGEST_NUMBER,
    read_date,
    read_hours,
    read_name,
    read_pounds,
    read_reference,
    read_single_line,
    read_title,
    read_whole_number,
)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("2026-11-20 00:00:00", date(2026, 11, 20)),
        ("2026-11-20T14:32", date(2026, 11, 20)),
        ("20/11/2026", date(2026, 11, 20)),
        ("03/04/2026", date(2026, 4, 3)),
        ("3/4/2026 09:15", date(2026, 4, 3)),
        ("29/02/2028", date(2028, 2, 29)),
    ],
)
def test_a_date_is_read_in_iso_order_or_day_first(written: str, day: date) -> None:
    assert read_date(written) == day


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("46346", "This is a number, not a date."),
        ("46346.5", "This is a number, not a date."),
        ("29/02/2026", "There is no such day."),
        ("11/20/2026", "There is no such day."),
        ("2026-13-01", "There is no such day."),
        ("0000-01-01", "There is no such day."),
        ("20/11/26", "Write the date as 2026-11-20 or 20/11/2026."),
        ("20 November", "Write the date as 2026-11-20 or 20/11/2026."),
        ("2026-11-20 soon", "Write the date as 2026-11-20 or 20/11/2026."),
        ("٢٠٢٦-١١-٢٠", "Write the date as 2026-11-20 or 20/11/2026."),
    ],
)
def test_what_is_no_date_is_told_how_to_write_one(written: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence.replace("?", r"\?")):
        read_date(written)


@pytest.mark.parametrize(("written", "number"), [("0", 0), ("104", 104), ("1,088", 1_088), ("12.0", 12), ("007", 7)])
def test_a_count_is_read(written: str, number: int) -> None:
    assert read_whole_number(written) == number


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("-1", "less than nothing"),
        ("−1", "less than nothing"),
        ("about 40", "Write a whole number in digits"),
        ("40+", "Write a whole number in digits"),
        ("1,08", "Write a whole number in digits"),
        ("NaN", "Write a whole number in digits"),
        ("4.5", "without a fraction"),
        ("9" * 5_000, "too large"),
        (str(LARGEST_NUMBER + 1), "too large"),
    ],
)
def test_what_is_no_count_is_refused(written: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_whole_number(written)


@pytest.mark.parametrize(
    ("written", "minutes"), [("0", 0), ("1.5", 90), ("49.5", 2_970), ("6.9", 414), ("0.125", 8), ("1,000", 60_000)]
)
def test_hours_become_minutes_rounded_half_up(written: str, minutes: int) -> None:
    assert read_hours(written) == minutes


@pytest.mark.parametrize("written", ["1:30", "2h", "-3", "35791395", "9" * 400])
def test_what_is_no_number_of_hours_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        read_hours(written)


@pytest.mark.parametrize(
    ("written", "pence"),
    [("648.06", 64_806), ("£5,190", 519_000), ("£ 254.9", 25_490), ("0", 0), ("0.44", 44), ("1161.000", 116_100)],
)
def test_pounds_become_pence(written: str, pence: int) -> None:
    assert read_pounds(written) == pence


@pytest.mark.parametrize("written", ["44p", "€5", "-1", "£-1", "0.125", "1e3", "21474836.48", "££5"])
def test_what_is_no_amount_in_pounds_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        read_pounds(written)


@given(st.integers(0, LARGEST_NUMBER))
def test_every_amount_to_the_penny_is_read_back(pence: int) -> None:
    assert read_pounds(f"{pence // 100}.{pence % 100:02}") == pence


@given(st.text(min_size=1, max_size=30))
@pytest.mark.parametrize("reader", [read_date, read_whole_number, read_hours, read_pounds, read_reference, read_name])
def test_any_text_is_read_or_refused_without_being_repeated(reader: object, written: str) -> None:
    assert callable(reader)
    try:
        reader(written)
    except ValueError as fault:
        sentence = str(fault)
        assert sentence.endswith(".")
        assert len(written) < 8 or written not in sentence


def test_a_text_on_several_lines_is_put_on_one() -> None:
    assert read_single_line("Home Group\n  welcome\u00a0events") == "Home Group welcome events"


@pytest.mark.parametrize("written", ["2026-02-01", "2026-02-01 00:00:00", "01/02/2026"])
def test_a_reference_that_excel_has_made_a_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="Excel has made a date of this reference"):
        read_reference(written)


def test_names_and_references_have_a_greatest_length() -> None:
    assert read_name("x" * 40) == "x" * 40
    with pytest.raises(ValueError, match="40 characters"):
        read_name("x" * 41)
    assert read_title("7" * 80) == "7" * 80
    with pytest.raises(ValueError, match="80 characters"):
        read_title("7" * 81)
    with pytest.raises(ValueError, match="64 characters"):
        read_reference("x" * 65)


@pytest.mark.parametrize(
    "name",
    ["Siân", "O'Brien", "D’Arcy", "Anne-Marie van der Berg", "J.R. Oakley", "St. John", "Łukasz", "गीता", "احمد", "李"],
)
def test_a_name_is_read_in_any_script(name: str) -> None:
    assert read_name(name) == name


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("Ann2", "Write the name alone"),
        ("{first_name}", "Write the name alone"),
        ("https://example.org", "Write the name alone"),
        ("Ann\u202ehceeB", "Write the name alone"),
        ("Ann\x07", "Write the name alone"),
        ("07700 900123", "Write the name alone"),
        ("example.org", "web address"),
        ("t.co", "web address"),
        ("-", "in letters"),
    ],
)
def test_what_is_more_than_a_name_is_refused(written: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_name(written)


def test_a_title_that_turns_the_writing_round_is_refused() -> None:
    with pytest.raises(ValueError, match="turns the writing round"):
        read_title("Coffee \u202egninrom")
