"""References in a file: the ones doubled, unknown, or damaged on the way."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from consultations.cells import read_reference
from consultations.faults import Faults
from consultations.spreadsheet_row import Row

_LOST_ZEROS = (
    "A reference like this one is known with zeros in front, which Excel removes. "
    "Format the column as text and enter it in full."
)


def check_own_references(rows: Sequence[Row], column: str, known: Collection[str], faults: Faults) -> None:
    """Note each row whose reference an earlier row has too, or has lost the zeros which another has in front.

    `known` are the references stored before: one among them is right, whatever it looks like.
    """
    refs = [faults.require(row, column, read_reference) for row in rows]
    damaged = _without_zeros([*known, *refs])
    first_rows: dict[str, int] = {}
    for row, ref in zip(rows, refs, strict=True):
        first = first_rows.setdefault(ref, row.number)
        if first != row.number:
            faults.add(row.number, column, f"Row {first} has this reference too. Keep one row for each.")
        elif ref in damaged and ref not in known:
            faults.add(row.number, column, _LOST_ZEROS)


def look_up_references(
    rows: Sequence[Row], column: str, thing: str, known: Mapping[str, int], faults: Faults
) -> list[int | None]:
    """The id in `known` of what each row refers to; None where that is a fault, which is noted.

    `thing` is what the column refers to, such as "tenant".
    """
    damaged = _without_zeros(known)
    ids = []
    for row in rows:
        ref = faults.require(row, column, read_reference)
        ids.append(known.get(ref))
        if ref not in known:
            unknown = f"No {thing} has this reference. Correct it, or import the {thing} first."
            faults.add(row.number, column, _LOST_ZEROS if ref in damaged else unknown)
    return ids


def _without_zeros(refs: Iterable[str]) -> frozenset[str]:
    # What Excel makes of references that are digits with zeros in front.
    return frozenset(ref.lstrip("0") for ref in refs if ref.isdigit() and ref.startswith("0"))
