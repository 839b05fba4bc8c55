"""The row of column names at the top of a table."""

from collections.abc import Sequence
from difflib import get_close_matches

from consultations.faults import SpreadsheetError

LONGEST_HEADING = 40


def read_header(number: int, headings: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> list[str]:
    """The column names as our code knows them, one for each heading, "" for a column without one.

    Capitals, and spaces for underscores, do not matter: "Tenant Ref" is tenant_ref. `number` is the header's row.
    Raises SpreadsheetError naming what is missing, unknown or there twice.
    """
    known = [*required, *optional]
    names = ["_".join(heading.lower().split()) for heading in headings]
    if not set(names) & set(known):
        # Without a single known name this is a title, or a tenant: its text is not for repeating.
        raise SpreadsheetError(_no_header(number, headings, required))
    faults = [
        *(f"Row {number}: Add the missing column {name}." for name in required if name not in names),
        *(_unknown(number, name, known) for name in names if name and name not in known),
        *(f"Row {number}: Keep only one column {name}; there are several." for name in known if names.count(name) > 1),
    ]
    if faults:
        raise SpreadsheetError(*faults)
    return names


def _no_header(number: int, headings: Sequence[str], required: Sequence[str]) -> str:
    if len(headings) == 1 and (";" in headings[0] or "\t" in headings[0]):
        return f"Row {number}: Separate the columns with commas, not with semicolons or tabs."
    return (
        f"Row {number}: The first row must name the columns: {', '.join(required)}. "
        "Remove titles and merged cells above the names, or add the names."
    )


def _unknown(number: int, name: str, known: Sequence[str]) -> str:
    likely = get_close_matches(name, known, n=1)
    remedy = f"Rename it {likely[0]}" if likely else "Remove it"
    return f"Row {number}: The column “{name[:LONGEST_HEADING]}” is not known. {remedy}."
