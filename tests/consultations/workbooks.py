"""Workbooks for tests, written by openpyxl and then, where a test needs it, damaged by hand."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook with one sheet of these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


def with_part(content: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The same workbook with the text of one of its parts changed."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            new.writestr(part, change(text.decode()) if part == name else text)
    return changed.getvalue()
