"""Doing several things at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Result = TypeVar("Result")


def at_once(*acts: Callable[[], Result]) -> list[Result]:
    """Do each in a thread of its own, all beginning together; what they return, in their order. Raises what one did."""
    start = Barrier(len(acts))

    def begin(act: Callable[[], Result]) -> Result:
        start.wait(10)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(begin, acts))
