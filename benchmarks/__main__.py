"""`python -m benchmarks`: measure, print, and write docs/performance.md. Takes about a minute."""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from benchmarks.landlord import PHONES, ask_everybody
from benchmarks.profiled_turn import profile_turn
from benchmarks.report import render
from benchmarks.start_up import measure_start_up
from benchmarks.turns import measure_turns

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def main() -> None:
    """Measure everything, one thing after the other."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("ERROR"))
    with TemporaryDirectory() as name:
        asked = Path(name) / "asked"
        asked.mkdir()
        _tell("Asking everybody the first question")
        ask_everybody(asked, PHONES)
        _tell("Turns of conversations against a bare endpoint")
        turns = measure_turns(asked)
        _tell("Where the time goes")
        profiled = profile_turn(Path(shutil.copytree(asked, Path(name) / "profiled")))
    _tell("Starting")
    page = render(turns, profiled, measure_start_up())
    PAGE.write_text(page, encoding="utf-8")
    print(page)  # noqa: T201 - a command line of its own


def _tell(stage: str) -> None:
    print(f"{stage} …", file=sys.stderr)  # noqa: T201 - as above


if __name__ == "__main__":
    main()
