"""Long lists of values in pieces that fit into one statement."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

# SQLite takes 32,766 bound values in a statement; small statements are as fast and keep memory flat.
BATCH_SIZE = 1_000


def in_batches(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in their order, 1,000 at a time."""
    remaining = iter(values)
    while batch := list(islice(remaining, BATCH_SIZE)):
        yield batch
