"""A process that has been told to stop ends in time, whatever hangs in it."""

import subprocess
import sys
import time

HANGING = """
import os, signal, time
from service import processes
processes.LEAVE_AFTER_SECONDS = 0.3
with processes.told_to_stop():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep({seconds})
print("ended by itself")
time.sleep(0.5)
"""


def end_of(seconds: float) -> tuple[int, str, float]:
    """Tell a process to stop in which something takes so long: its exit code, what it says, and how long it lived."""
    began = time.monotonic()
    process = subprocess.run(
        [sys.executable, "-c", HANGING.format(seconds=seconds)], capture_output=True, text=True, timeout=50, check=False
    )
    return process.returncode, process.stdout, time.monotonic() - began


def test_a_process_in_which_something_hangs_leaves_it_behind() -> None:
    code, said, lived = end_of(40)
    assert (code, "left_with_work_under_way" in said) == (1, True)
    assert lived < 35


def test_a_process_that_ends_in_time_is_left_alone() -> None:
    assert end_of(0)[:2] == (0, "ended by itself\n")
