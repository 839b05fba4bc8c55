"""What is wrong with a file, gathered so that whoever made it hears of everything at once."""

from collections.abc import Callable
from typing import TypeVar

from consultations.spreadsheet_row import Row

T = TypeVar("T")

_WHOLE_ROW = ""


class SpreadsheetError(Exception):
    """A file that cannot be taken. `sentences` each name a place and say what to do, and quote no cell's content."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Faults:
    """The faults of one file by cell: the first one said of a cell stands, since others tend to follow from it."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str], str] = {}

    def add(self, row_number: int, column: str, sentence: str) -> None:
        """Note that `sentence` is to be said of one cell, unless its whole row is at fault."""
        if (row_number, _WHOLE_ROW) not in self._found:
            self._found.setdefault((row_number, column), f"Row {row_number}, {column}: {sentence}")

    def add_row(self, row_number: int, sentence: str) -> None:
        """Note that `sentence` is to be said of a whole row; nothing is then said of its cells."""
        self._found.setdefault((row_number, _WHOLE_ROW), f"Row {row_number}: {sentence}")

    def read(self, row: Row, column: str, reader: Callable[[str], T]) -> T | None:
        """What `reader` makes of a cell; None for an empty or absent cell, and for one whose ValueError is noted."""
        written = row.cells.get(column, "")
        if not written:
            return None
        try:
            return reader(written)
        except ValueError as fault:
            self.add(row.number, column, str(fault))
            return None

    def require(self, row: Row, column: str, reader: Callable[[str], str]) -> str:
        """Like `read` for text, but an empty cell is a fault too; "" when a fault is noted."""
        if not row.cells[column]:
            self.add(row.number, column, "Fill this cell in; it cannot be empty.")
        return self.read(row, column, reader) or ""

    def raise_if_any(self) -> None:
        """Raise SpreadsheetError with every fault noted so far, in the order of the rows."""
        if self._found:
            by_row = sorted(self._found.items(), key=lambda found: found[0][0])
            raise SpreadsheetError(*(sentence for _, sentence in by_row))
