"""One clock for every process: it runs faster than real time, can leap ahead, and is the same for all."""

import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
"""A Tuesday morning, outside quiet hours."""

_FORM = struct.Struct("ddd")


class SharedClock:
    """Call it for the time (UTC). All processes that open the same file, on one machine, agree.

    The file holds when it was started, by the machine's clock that only goes forward, how many of its seconds pass in
    one of the machine's, and by how many seconds it has leapt.
    """

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _FORM.size)

    def __call__(self) -> datetime:
        """Now, UTC."""
        started, rate, leapt = _FORM.unpack_from(self._shared)
        return START + timedelta(seconds=(time.monotonic() - started) * rate + leapt)

    def leap(self, by: timedelta) -> None:
        """Be `by` later, for everybody at once."""
        started, rate, leapt = _FORM.unpack_from(self._shared)
        _FORM.pack_into(self._shared, 0, started, rate, leapt + by.total_seconds())

    def leap_to(self, moment: datetime) -> None:
        """Be at `moment`, unless that has passed: a clock never goes back."""
        self.leap(max(moment - self(), timedelta()))


def start_clock(path: Path, rate: float) -> SharedClock:
    """Make the file of a clock that begins now, and open it."""
    path.write_bytes(_FORM.pack(time.monotonic(), rate, 0.0))
    return SharedClock(path)
