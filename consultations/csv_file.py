"""A CSV file as numbered rows of text.

Only UTF-8 is taken, with or without a byte order mark. A file in another encoding could be decoded as Windows-1252,
but then a Polish or Welsh name saved in any other code page would be stored wrong and nobody would notice.
"""

import codecs
import csv
import io
from collections.abc import Iterator

from consultations.faults import SpreadsheetError

_SAVE_AS_UTF_8 = 'In Excel choose "Save As", then "CSV UTF-8 (Comma delimited)", or save it as a workbook (.xlsx).'


def csv_rows(content: bytes) -> Iterator[list[str]]:
    """The rows as a spreadsheet counts them: a blank line is one, a cell of several lines adds none.

    Raises SpreadsheetError for an encoding other than UTF-8, NUL bytes and broken quoting.
    """
    lines = io.StringIO(_decoded(content), newline="")
    read = 0
    try:
        for cells in csv.reader(lines, strict=True):
            read += 1
            yield cells
    except csv.Error:
        raise SpreadsheetError(
            f"Row {read + 1}: The quotation marks of this row do not pair up, or a cell is far too long. "
            "Open the file in a spreadsheet, correct the row and save it again."
        ) from None


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SpreadsheetError(f"The file is Unicode text of another kind (UTF-16). {_SAVE_AS_UTF_8}")
    if b"\0" in content:
        raise SpreadsheetError("The file holds NUL bytes, so it is not a CSV file. Export it again as CSV or .xlsx.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise SpreadsheetError(f"Line {line}: The letters are not stored as UTF-8. {_SAVE_AS_UTF_8}") from None
