"""One row of a table as text, with the number by which its author finds it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`number` is the spreadsheet's own (the header is usually row 1); `cells` is trimmed text by column name.

    Only the columns that the file has are there; an empty cell is "".
    """

    number: int
    cells: Mapping[str, str]
