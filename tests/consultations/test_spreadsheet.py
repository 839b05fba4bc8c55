"""Tables out of CSV files and workbooks, and what is said of those that are none."""

import io
import warnings
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from consultations import spreadsheet, xlsx_file
from consultations.faults import Faults, SpreadsheetError
from consultations.spreadsheet import read_content, read_spreadsheet
from tests.consultations.workbooks import SHEET, with_part, workbook

REQUIRED = ("tenant_ref", "mobile")
OPTIONAL = ("joined_on",)


def table(content: bytes) -> list[tuple[int, dict[str, str]]]:
    faults = Faults()
    rows = read_spreadsheet(content, faults, REQUIRED, OPTIONAL)
    faults.raise_if_any()
    return [(row.number, dict(row.cells)) for row in rows]


def faults_in(content: bytes) -> list[str]:
    with pytest.raises(SpreadsheetError) as caught:
        table(content)
    return list(caught.value.sentences)


PLAIN = [(2, {"tenant_ref": "T1", "mobile": "07700 900101"}), (3, {"tenant_ref": "T2", "mobile": ""})]


@pytest.mark.parametrize(
    "content",
    [
        b"tenant_ref,mobile\nT1,07700 900101\nT2,\n",
        b"tenant_ref,mobile\r\nT1,07700 900101\r\nT2,\r\n",
        b"tenant_ref,mobile\rT1,07700 900101\rT2,",
        b"\xef\xbb\xbftenant_ref,mobile\nT1,07700 900101\nT2,",
        b'\xef\xbb\xbf"tenant_ref",mobile\nT1,07700 900101\nT2,',
        b'"tenant_ref","mobile"\n"T1","07700 900101"\nT2,""\n',
        b"Tenant Ref , MOBILE\n T1 , 07700 900101 \nT2,\n",
        b"tenant_ref,mobile,\nT1,07700 900101,\nT2,,,,\n",
        "tenant_ref,mobile\nT1\u200b,\u202a07700 900101\u202c\nT2,\u00a0\n".encode(),
        workbook([["tenant_ref", "mobile"], ["T1", "07700 900101"], ["T2", None]]),
        workbook([["Tenant ref", "Mobile", None], ["T1 ", "07700 900101"], ["T2"]]),
    ],
    ids=[
        "lf",
        "crlf",
        "cr",
        "bom",
        "bom and quotes",
        "quoted",
        "spaced",
        "empty columns",
        "invisible marks",
        "xlsx",
        "xlsx spaced",
    ],
)
def test_the_same_table_is_read_from_every_form_of_it(content: bytes) -> None:
    assert table(content) == PLAIN


def test_columns_may_come_in_any_order() -> None:
    assert table(b"joined_on,mobile,tenant_ref\n2026-01-05,,T1\n") == [
        (2, {"joined_on": "2026-01-05", "mobile": "", "tenant_ref": "T1"})
    ]


@pytest.mark.parametrize(
    "content",
    [
        b'\ntenant_ref,mobile\n\n"T\n1",\n,\nT2,\n',
        workbook([[None], ["tenant_ref", "mobile"], [None, None], ["T\n1"], [" "], ["T2"]]),
    ],
    ids=["csv", "xlsx"],
)
def test_rows_are_numbered_as_the_spreadsheet_numbers_them(content: bytes) -> None:
    assert [(number, cells["tenant_ref"]) for number, cells in table(content)] == [(4, "T\n1"), (6, "T2")]


def test_accents_typed_in_two_ways_are_stored_in_one() -> None:
    [(_, cells)] = table("tenant_ref,mobile\nW\u0302,\n".encode())
    assert cells["tenant_ref"] == "\u0174"


def test_a_number_that_excel_keeps_inexactly_is_read_as_excel_shows_it() -> None:
    content = workbook([["tenant_ref", "mobile"], [648, ""]])
    content = with_part(content, SHEET, lambda text: text.replace("<v>648</v>", "<v>648.05999999999995</v>"))

    [(_, cells)] = table(content)
    assert cells["tenant_ref"] == "648.06"


def test_a_number_written_as_a_power_of_ten_but_kept_whole_is_read() -> None:
    content = workbook([["tenant_ref", "mobile"], [648, ""]])
    content = with_part(content, SHEET, lambda text: text.replace("<v>648</v>", "<v>7.700900101E9</v>"))

    [(_, cells)] = table(content)
    assert cells["tenant_ref"] == "7700900101"


def test_values_of_a_workbook_become_plain_text() -> None:
    values = [
        7700900101,
        12.5,
        0.1 + 0.2,
        5190.0,
        0.00001,
        True,
        date(2026, 11, 20),
        datetime.fromisoformat("2026-11-20 09:30"),
        "0",
    ]
    content = workbook([["tenant_ref", "mobile"], *([value, ""] for value in values)])

    assert [cells["tenant_ref"] for _, cells in table(content)] == [
        "7700900101",
        "12.5",
        "0.3",
        "5190",
        "0.00001",
        "True",
        "2026-11-20",
        "2026-11-20 09:30:00",
        "0",
    ]


def test_the_first_sheet_is_the_one_that_is_read() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["tenant_ref", "mobile"])
    book.active.append(["T1", ""])
    book.create_sheet("Notes").append(["Something else"])
    stored = io.BytesIO()
    book.save(stored)

    assert table(stored.getvalue()) == [(2, {"tenant_ref": "T1", "mobile": ""})]


def test_a_wrong_size_in_the_workbook_cuts_nothing_off() -> None:
    content = workbook([["tenant_ref", "mobile"], ["T1", ""], ["T2", ""]])
    content = with_part(content, SHEET, lambda text: text.replace('ref="A1:B3"', 'ref="A1:A1"'))

    assert len(table(content)) == 2


@pytest.mark.parametrize("content", [b"", b"\n\n", b" , \n", b"\xef\xbb\xbf", workbook([]), workbook([[None], [" "]])])
def test_an_empty_file_is_told_what_it_needs(content: bytes) -> None:
    assert faults_in(content) == ["The file is empty. Its first row must name the columns: tenant_ref, mobile."]


@pytest.mark.parametrize("content", [b"tenant_ref,mobile\n", workbook([["tenant_ref", "mobile"]])])
def test_a_header_alone_is_not_a_table(content: bytes) -> None:
    assert faults_in(content) == ["The file has no rows under its column names in row 1. Add at least one."]


@pytest.mark.parametrize(
    ("header", "sentences"),
    [
        ("tenant_ref", ["Row 1: Add the missing column mobile."]),
        (
            "tenant_ref,moblie",
            [
                "Row 1: Add the missing column mobile.",
                "Row 1: The column “moblie” is not known. Rename it mobile.",
            ],
        ),
        ("tenant_ref,mobile,shoe_size", ["Row 1: The column “shoe_size” is not known. Remove it."]),
        ("tenant_ref,mobile,Mobile", ["Row 1: Keep only one column mobile; there are several."]),
        ("tenant_ref;mobile", ["Row 1: Separate the columns with commas, not with semicolons or tabs."]),
        ("tenant_ref\tmobile", ["Row 1: Separate the columns with commas, not with semicolons or tabs."]),
    ],
)
def test_a_wrong_header_is_told_what_to_change(header: str, sentences: list[str]) -> None:
    assert faults_in(f"{header}\nT1,\n".encode()) == sentences


@pytest.mark.parametrize(
    "content",
    [
        b"T1,07700 900101\nT2,07700 900102\n",
        b"Tenants on 20 November,,\ntenant_ref,mobile\nT1,\n",
        workbook([["Tenants on 20 November", None], ["tenant_ref", "mobile"], ["T1", ""]]),
    ],
    ids=["no header", "title above", "merged title above"],
)
def test_a_first_row_that_is_no_header_is_not_repeated(content: bytes) -> None:
    [sentence] = faults_in(content)
    assert sentence.startswith("Row 1: The first row must name the columns: tenant_ref, mobile. ")
    assert "07700" not in sentence
    assert "November" not in sentence


def test_a_merged_header_leaves_cells_without_a_name() -> None:
    content = workbook([["tenant_ref", "mobile", None], ["T1", "", "07700 900101"]])
    assert faults_in(content) == [
        "Row 2, column C: This cell has no column name above it. Name the column, or empty the cell."
    ]


def test_a_comma_too_many_is_found() -> None:
    assert faults_in(b"tenant_ref,mobile\nT1,,x\n") == [
        "Row 2, column C: This cell has no column name above it. Name the column, or empty the cell."
    ]


@pytest.mark.parametrize("mangled", ["7.7009E+09", "4.47701E+11", "7,7009E+09", "1E+15", "1.5e-07"])
def test_a_number_that_excel_has_shortened_is_refused(mangled: str) -> None:
    assert faults_in(f'tenant_ref,mobile\nT1,"{mangled}"\n'.encode()) == [
        "Row 2, mobile: Excel has shortened this number and lost digits. Format the column as text and enter it again."
    ]


def test_a_number_too_long_for_excel_is_refused() -> None:
    assert faults_in(workbook([["tenant_ref", "mobile"], [4477009001010000, ""]])) == [
        "Row 2, tenant_ref: This number is longer than Excel can keep, so its last digits are lost. "
        "Format the column as text and enter it again."
    ]


@pytest.mark.parametrize(
    "content",
    [
        b'tenant_ref,mobile\nT1,"=""07700900101"""\n',
        workbook([["tenant_ref", "mobile"], ["T1", "=A1"]]),
        workbook([["tenant_ref", "mobile"], ["T1", '=HYPERLINK("http://example.org")']]),
        workbook([["tenant_ref", "mobile"], ["T1", ArrayFormula("B2", "=A1:A1")]]),
    ],
)
def test_a_formula_is_refused_and_never_worked_out(content: bytes) -> None:
    [sentence] = faults_in(content)
    assert sentence.startswith("Row 2, mobile: This is a formula. Replace it with its value")


def test_an_error_of_the_spreadsheet_is_refused() -> None:
    assert faults_in(workbook([["tenant_ref", "mobile"], ["T1", "#N/A"]])) == [
        "Row 2, mobile: This is an error of the spreadsheet. Give the right value, or empty the cell."
    ]


def test_a_huge_cell_is_refused() -> None:
    assert faults_in(f"tenant_ref,mobile\nT1,{'7' * 10_001}\n".encode()) == [
        "Row 2, mobile: Shorten this to 10,000 characters or fewer."
    ]


def test_a_control_character_is_refused() -> None:
    assert faults_in(b"tenant_ref,mobile\nT\x071,\n") == [
        "Row 2, tenant_ref: This holds an invisible control character. Delete the cell's content and type it again."
    ]


@pytest.mark.parametrize(
    ("content", "beginning"),
    [
        ("tenant_ref,mobile\nT1,\nSiân,\n".encode("cp1252"), "Line 3: The letters are not stored as UTF-8. "),
        ("tenant_ref,mobile\nT1,\n".encode("utf-16"), "The file is Unicode text of another kind (UTF-16). "),
        (b"tenant_ref,mobile\nT\x001,\n", "The file holds NUL bytes, so it is not a CSV file. "),
        (b'tenant_ref,mobile\nT1,"07700\nT2,\n', "Row 2: The quotation marks of this row do not pair up"),
        (b'tenant_ref,mobile\nT1,\nT2,"0"7\n', "Row 3: The quotation marks of this row do not pair up"),
        (b'tenant_ref,mobile\n"' + b"7" * 200_000 + b'",\n', "Row 2: The quotation marks of this row do not pair up"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old Excel workbook (.xls), or one with a password. "),
        (b"PK\x03\x04 and then nothing of the sort", "The file looks like an Excel workbook, but cannot be read "),
        (workbook([["tenant_ref"]])[:-30], "The file looks like an Excel workbook, but cannot be read "),
    ],
    ids=["cp1252", "utf-16", "nul", "open quote", "stray quote", "huge field", "xls", "no zip", "cut short"],
)
def test_what_is_no_table_is_told_how_to_become_one(content: bytes, beginning: str) -> None:
    [sentence] = faults_in(content)
    assert sentence.startswith(beginning)


def archive(**parts: str) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return stored.getvalue()


def test_a_zip_of_something_else_is_no_workbook() -> None:
    [sentence] = faults_in(archive(holiday="photographs"))
    assert sentence.startswith("The file looks like an Excel workbook, but cannot be read as one. ")


def test_an_opendocument_spreadsheet_is_told_to_become_a_workbook() -> None:
    assert faults_in(archive(content_xml="<office/>")) == [
        "This is an OpenDocument spreadsheet. Save it as an Excel workbook (.xlsx) or as CSV."
    ]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "MAX_UNPACKED_BYTES", 100_000)
    content = with_part(workbook([["tenant_ref", "mobile"]]), SHEET, lambda text: text + " " * 100_000)

    [sentence] = faults_in(content)
    assert sentence.startswith("The workbook unpacks to more than 200 MB. ")


def test_entities_that_multiply_are_no_workbook() -> None:
    definitions = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10)
    )
    content = with_part(
        workbook([["tenant_ref", "mobile"], [700, ""]]),
        SHEET,
        lambda text: f"<!DOCTYPE x [{definitions}]>{text.replace('<v>700', '<v>&a9;')}",
    )
    [sentence] = faults_in(content)
    assert sentence.startswith("The file looks like an Excel workbook, but cannot be read as one. ")


@pytest.mark.parametrize("row", ["999999999999", "200003"])
def test_a_row_far_down_is_one_row_too_many(row: str) -> None:
    content = workbook([["tenant_ref", "mobile"], ["T1", ""]])
    content = with_part(content, SHEET, lambda text: text.replace('<row r="2"', f'<row r="{row}"').replace("A2", ""))

    assert faults_in(content) == ["The file has more than 200,000 rows. Split it, or delete the empty rows at its end."]


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 3)

    assert len(table(b"tenant_ref,mobile\n" + b"T1,\n" * 3)) == 3
    assert faults_in(b"tenant_ref,mobile\n" + b"T1,\n" * 4) == [
        "The file has more than 3 rows. Split it, or delete the empty rows at its end."
    ]


@pytest.mark.parametrize("commas", [1_000, 100_000])
def test_too_many_columns_are_refused(commas: int) -> None:
    assert faults_in(b"tenant_ref,mobile\nT1" + b"," * commas + b"x\n") == [
        "Row 2: This row reaches beyond 1,000 columns. Delete the rest."
    ]


def test_every_fault_is_said_once_and_in_the_order_of_the_rows() -> None:
    assert [sentence.split(":")[0] for sentence in faults_in(b"tenant_ref,mobile\n=1,=2\nT2,=3\n,,=4\n")] == [
        "Row 2, tenant_ref",
        "Row 2, mobile",
        "Row 3, mobile",
        "Row 4, column C",
    ]


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_BYTES", 10)
    (tmp_path / "small.csv").write_bytes(b"0123456789")
    (tmp_path / "large.csv").write_bytes(b"0123456789X")

    assert read_content(tmp_path / "small.csv") == b"0123456789"
    with pytest.raises(SpreadsheetError, match="larger than 50 MB"):
        read_content(tmp_path / "large.csv")


def test_workbooks_with_unknown_features_warn_nobody() -> None:
    content = with_part(
        workbook([["tenant_ref", "mobile"], ["T1", ""]]),
        SHEET,
        lambda text: text.replace("</worksheet>", '<extLst><ext uri="{0}"/></extLst></worksheet>'),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(table(content)) == 1


def refused_with(content: bytes) -> tuple[str, ...]:
    """The sentences that a file is refused with, none when it is read; anything else raised is a failure."""
    try:
        table(content)
    except SpreadsheetError as fault:
        return fault.sentences
    return ()


def are_sentences(texts: tuple[str, ...]) -> bool:
    return all(text[0].isupper() and text.endswith(".") for text in texts)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_sentences(content: bytes) -> None:
    assert are_sentences(refused_with(content))


@given(st.text(max_size=200))
def test_any_text_under_a_right_header_is_read_or_refused_in_sentences(text: str) -> None:
    assert are_sentences(refused_with(b"tenant_ref,mobile\n" + text.encode("utf-8", "surrogatepass")))


SMALL_WORKBOOK = workbook([["tenant_ref", "mobile", "joined_on"], ["T1", "07700 900101", date(2026, 1, 5)]])


@settings(deadline=None)
@given(st.integers(0, len(SMALL_WORKBOOK) - 1), st.binary(min_size=1, max_size=30))
def test_a_damaged_workbook_is_read_or_refused_in_sentences(position: int, noise: bytes) -> None:
    assert are_sentences(refused_with(SMALL_WORKBOOK[:position] + noise + SMALL_WORKBOOK[position + len(noise) :]))


@settings(deadline=None)
@given(st.text(alphabet='<>/="&; rtsvcAB0123456789.eE-', max_size=60), st.integers(0, 600))
def test_a_sheet_of_nonsense_is_read_or_refused_in_sentences(noise: str, position: int) -> None:
    assert are_sentences(
        refused_with(with_part(SMALL_WORKBOOK, SHEET, lambda text: text[:position] + noise + text[position:]))
    )


def test_a_row_of_a_csv_file_that_breaks_off_is_a_fault_and_not_empty_cells() -> None:
    [sentence] = faults_in(b"tenant_ref,joined_on,mobile\nT1,,\nT2,\nT3,,\n")
    assert sentence.startswith("Row 3: Cells are missing: there are 3 columns, and this row has 2.")


def test_cells_without_a_column_name_need_not_be_there() -> None:
    assert table(b"tenant_ref,mobile,,\nT1,\n") == [(2, {"tenant_ref": "T1", "mobile": ""})]


def test_a_file_that_cannot_be_read_is_told_in_a_sentence() -> None:
    with pytest.raises(SpreadsheetError, match="The file cannot be read"):
        read_content(Path("/proc/self/mem"))
