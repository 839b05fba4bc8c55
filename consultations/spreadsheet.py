"""Reading a table from a CSV file or an Excel workbook, whatever its name says it is.

Everything that is wrong with it is said at once, by row and column as the spreadsheet shows them, without quoting a
cell: cells hold names and phone numbers.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from openpyxl.utils import get_column_letter

from consultations.csv_file import csv_rows
from consultations.faults import Faults, SpreadsheetError
from consultations.header import read_header
from consultations.spreadsheet_row import Row
from consultations.xlsx_file import UnreadableCell, xlsx_rows

MAX_BYTES = 50_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_CELL_CHARACTERS = 10_000

_ZIP_SIGNATURE = b"PK\x03\x04"
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"

# "7.7009E+09": what is left of a long number once Excel has shown it as a power of ten and saved it so.
_POWER_OF_TEN = re.compile(r"\d(?:[.,]\d+)?[Ee][+-]\d{2,}", re.ASCII)

# Marks of writing direction, zero-width spaces and byte order marks come along when a cell is copied from elsewhere.
_INVISIBLE = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"

Cell = str | UnreadableCell


def read_content(path: Path) -> bytes:
    """The bytes of a file; raises SpreadsheetError when there are more than 50 MB of them, or they cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as fault:
        raise SpreadsheetError(f"The file cannot be read ({fault.strerror}). Name another one.") from None
    if len(content) > MAX_BYTES:
        raise SpreadsheetError("The file is larger than 50 MB. Split it, or remove what is not to be imported.")
    return content


def read_spreadsheet(
    content: bytes, faults: Faults, required: Sequence[str], optional: Sequence[str] = ()
) -> list[Row]:
    """The rows of a table whose first row names its columns, in any order; blank rows are left out.

    `required` columns must be there, `optional` ones may be, others are refused so that a misspelt one is not lost.
    Cell text is trimmed and in Unicode's NFC form; dates of a workbook are ISO 8601, its numbers plain digits.

    Single cells that cannot be taken are noted in `faults`, for the caller to add to and raise, and come as "".

    Raises SpreadsheetError when the file as a whole, or its header, cannot be taken.
    """
    filled = [(number, cells) for number, cells in _numbered(content) if any(cells)]
    for number, cells in filled:
        if len(cells) > MAX_COLUMNS:
            raise SpreadsheetError(f"Row {number}: This row reaches beyond {MAX_COLUMNS:,} columns. Delete the rest.")
    if not filled:
        raise SpreadsheetError(f"The file is empty. Its first row must name the columns: {', '.join(required)}.")
    header_number, header = filled[0]
    names = read_header(header_number, [_heading(cell) for cell in header], required, optional)
    if len(filled) == 1:
        raise SpreadsheetError(f"The file has no rows under its column names in row {header_number}. Add at least one.")
    if not content.startswith(_ZIP_SIGNATURE):  # a workbook leaves out the empty cells at the end of a row
        for number, cells in filled[1:]:
            _check_row_is_whole(number, len(cells), names, faults)
    return [_row(number, cells, names, faults) for number, cells in filled[1:]]


def _check_row_is_whole(number: int, cells: int, names: Sequence[str], faults: Faults) -> None:
    """Note a row that ends before the last named column: it broke off, or a comma is missing and cells have moved."""
    named = max(index for index, name in enumerate(names, start=1) if name)
    if cells < named:
        faults.add_row(
            number,
            f"Cells are missing: there are {named} columns, and this row has {cells}. "
            "Write a comma for every cell, also for an empty one.",
        )


def _numbered(content: bytes) -> Iterable[tuple[int, Sequence[Cell]]]:
    if content.startswith(_OLE_SIGNATURE):
        raise SpreadsheetError(
            "This is an old Excel workbook (.xls), or one with a password. Save it as .xlsx without a password."
        )
    beyond = MAX_ROWS + 2  # the header, and one row too many
    rows: list[Sequence[Cell]]
    if content.startswith(_ZIP_SIGNATURE):
        rows = list(xlsx_rows(content, beyond))
    else:
        rows = list(islice(csv_rows(content), beyond))
    if len(rows) == beyond:
        raise SpreadsheetError(
            f"The file has more than {MAX_ROWS:,} rows. Split it, or delete the empty rows at its end."
        )
    return enumerate(([_trimmed(cell) for cell in row] for row in rows), start=1)


def _trimmed(cell: Cell) -> Cell:
    if isinstance(cell, UnreadableCell):
        return cell
    return unicodedata.normalize("NFC", cell).strip(_INVISIBLE).strip().strip(_INVISIBLE)


def _heading(cell: Cell) -> str:
    return cell if isinstance(cell, str) else ""


def _row(number: int, cells: Sequence[Cell], names: Sequence[str], faults: Faults) -> Row:
    texts = dict.fromkeys(filter(None, names), "")
    for index, cell in enumerate(cells):
        name = names[index] if index < len(names) else ""
        column = name or f"column {get_column_letter(index + 1)}"
        sentence = _what_is_wrong(cell, named=bool(name))
        if sentence:
            faults.add(number, column, sentence)
        elif isinstance(cell, str) and name:
            texts[name] = cell
    return Row(number, texts)


def _what_is_wrong(cell: Cell, named: bool) -> str | None:
    if not cell:
        return None
    if not named:
        return "This cell has no column name above it. Name the column, or empty the cell."
    if isinstance(cell, UnreadableCell):
        return cell.sentence
    if cell.startswith("="):
        return "This is a formula. Replace it with its value."
    if _POWER_OF_TEN.fullmatch(cell):
        return "Excel has shortened this number and lost digits. Format the column as text and enter it again."
    if len(cell) > MAX_CELL_CHARACTERS:
        return f"Shorten this to {MAX_CELL_CHARACTERS:,} characters or fewer."
    if any(unicodedata.category(character) == "Cc" and character not in "\t\n\r" for character in cell):
        return "This holds an invisible control character. Delete the cell's content and type it again."
    return None
