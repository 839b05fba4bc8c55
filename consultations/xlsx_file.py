"""The first sheet of an Excel workbook (.xlsx) as rows of text. Formulas are never worked out."""

import io
import warnings
import zipfile
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA

from consultations.faults import SpreadsheetError

MAX_UNPACKED_BYTES = 200_000_000

# Excel keeps 15 significant digits and replaces the rest with zeros.
_EXCEL_DIGITS = 15


@dataclass(frozen=True)
class UnreadableCell:
    """A cell whose value is not to be trusted; `sentence` says what its author should do."""

    sentence: str


def xlsx_rows(content: bytes, at_most: int) -> list[list[str | UnreadableCell]]:
    """The first `at_most` rows of the first sheet; a row that the file leaves out comes as an empty one.

    Raises SpreadsheetError for what is no workbook, or unpacks to more than 200 MB.
    """
    try:
        _refuse_bombs(content)
        with warnings.catch_warnings():
            # openpyxl warns of workbook features it ignores, such as drop-down lists; they do not concern us.
            warnings.simplefilter("ignore")
            sheet = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
            # The size a workbook claims for its sheet can be wrong, and would then cut the sheet short.
            sheet.reset_dimensions()
            return [[_text(cell) for cell in row] for row in islice(sheet.iter_rows(), at_most)]
    except SpreadsheetError:
        raise
    except Exception:
        # The parser meets a stranger's bytes here: a damaged file makes it raise any of a dozen types, from KeyError
        # to zlib.error, and their texts can quote cells.
        raise SpreadsheetError(
            "The file looks like an Excel workbook, but cannot be read as one. "
            "Open it in Excel and save it again as .xlsx."
        ) from None


def _refuse_bombs(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    if any(member.filename == "content.xml" for member in members):
        raise SpreadsheetError("This is an OpenDocument spreadsheet. Save it as an Excel workbook (.xlsx) or as CSV.")
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise SpreadsheetError("The workbook unpacks to more than 200 MB. Keep only the sheet to import, or use CSV.")


def _text(cell: Any) -> str | UnreadableCell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == TYPE_FORMULA:
        return UnreadableCell("This is a formula. Replace it with its value (Paste Special, Values).")
    if cell.data_type == TYPE_ERROR:
        return UnreadableCell("This is an error of the spreadsheet. Give the right value, or empty the cell.")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_text(value)
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    return str(value)


def _number_text(value: float) -> str | UnreadableCell:
    if not abs(value) < 10**_EXCEL_DIGITS:
        return UnreadableCell(
            "This number is longer than Excel can keep, so its last digits are lost. "
            "Format the column as text and enter it again."
        )
    return format(Decimal(f"{value:.{_EXCEL_DIGITS}g}"), "f")
