"""What a check has found, in one line."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether something must be done."""

    OK = "ok"
    FIX = "fix"
    UNCHECKED = "unchecked"


_MARKS = {Verdict.OK: "ok", Verdict.FIX: "FIX", Verdict.UNCHECKED: "–"}


@dataclass(frozen=True)
class Finding:
    """One line of the report. `sentence` says what is wrong and what to do, what is well, or why nobody can tell."""

    subject: str
    verdict: Verdict
    sentence: str

    def __str__(self) -> str:
        return f"{_MARKS[self.verdict]:<4}{self.subject}: {self.sentence}"


def ok(subject: str, sentence: str) -> Finding:
    """Nothing to do."""
    return Finding(subject, Verdict.OK, sentence)


def fix(subject: str, sentence: str) -> Finding:
    """Something to do, which the sentence says."""
    return Finding(subject, Verdict.FIX, sentence)


def unchecked(subject: str, because: str) -> Finding:
    """Nobody can tell from here; `because` is a clause that says why."""
    return Finding(subject, Verdict.UNCHECKED, f"could not be checked because {because}")
