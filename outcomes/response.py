"""Who was asked and what became of it: response by the definitions of survey practice.

The words follow AAPOR, Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for Surveys (10th
edition, 2023), fitted to a text message. One conversation is one case: people who share a phone are asked once.

asked
    The carrier accepted a text that put a question to them. Texts that wait, were cancelled or were refused by the
    carrier do not count; texts accepted and then not delivered do, so that the rate is not flattered.
replied
    At least one question got a reply that was settled: understood, declined, or unclear even when asked again. A
    STOP or a HELP alone is no reply. Complete and partial cases over all cases asked is AAPOR's Response Rate 2,
    the strictest rate that counts partial ones, but that we count whoever wrote anything at all to a question.
refused
    Texted STOP without having replied. Whoever stops after a reply has replied.
unreachable
    The text was not delivered, or reached somebody else; no reply.
open
    No reply yet, and still time for one.
silent
    No reply, and the time is over.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from outcomes.statistics import Interval, wilson_interval
from storage.figures import ConversationRow, QuestionPut
from storage.models.consultations import Progress


@dataclass(frozen=True)
class Rate:
    """So many of so many, with the 95% interval of the share (None where nobody was asked)."""

    count: int
    base: int

    @property
    def interval(self) -> Interval | None:
        """After Wilson."""
        return wilson_interval(self.count, self.base)


@dataclass(frozen=True)
class Response:
    """What became of one launch. `replied` to `silent` add up to `asked`.

    `new` of those who replied did so first in the week; `stopped_after_reply` of them texted STOP later. `to_ask`
    wait for their first text, `never_asked` will get none.
    """

    asked: int = 0
    replied: int = 0
    refused: int = 0
    unreachable: int = 0
    open: int = 0
    silent: int = 0
    new: int = 0
    stopped_after_reply: int = 0
    to_ask: int = 0
    never_asked: int = 0

    @property
    def rate(self) -> Rate:
        """Those who replied, of those asked."""
        return Rate(self.replied, self.asked)


class _Fate(StrEnum):
    REPLIED = "replied"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    OPEN = "open"
    SILENT = "silent"
    TO_ASK = "to_ask"
    NEVER_ASKED = "never_asked"


@dataclass(frozen=True)
class Moments:
    """What the figures are counted by: the week began at `since`, they are as at `until`, replies end at `closes`."""

    since: datetime
    until: datetime
    closes: datetime


def count_response(
    conversations: Sequence[ConversationRow],
    put: Sequence[QuestionPut],
    first_replies: Mapping[int, datetime],
    moments: Moments,
) -> Response:
    """Count what became of the conversations of one launch.

    Args:
        conversations: all of them.
        put: the questions that the carrier accepted for them.
        first_replies: when the first reply of a conversation was recorded, by its id.
        moments: see `Moments`; what happened later is left out, so that a week counted again gives the same.
    """
    undelivered = {row.conversation_id: True for row in put}
    for row in put:
        undelivered[row.conversation_id] &= row.undelivered
    fates = {row.id: _fate(row, undelivered.get(row.id), row.id in first_replies, moments) for row in conversations}
    counts = Counter(fates.values())
    replied = [row for row in conversations if fates[row.id] is _Fate.REPLIED]
    return Response(
        **{str(fate): counts[fate] for fate in _Fate},
        asked=len(conversations) - counts[_Fate.TO_ASK] - counts[_Fate.NEVER_ASKED],
        new=sum(first_replies[row.id] >= moments.since for row in replied),
        stopped_after_reply=sum(_has_ended(row, moments) and row.progress is Progress.REFUSED for row in replied),
    )


def _fate(row: ConversationRow, undelivered: bool | None, replied: bool, moments: Moments) -> _Fate:
    """`undelivered` is None when no question was put."""
    if replied:  # whoever replied was asked, even if the carrier never said that it took our text
        return _Fate.REPLIED
    ended = _has_ended(row, moments)
    over = ended or moments.closes <= moments.until
    if undelivered is None:
        return _Fate.NEVER_ASKED if over else _Fate.TO_ASK
    if ended and row.progress is Progress.REFUSED:
        return _Fate.REFUSED
    if undelivered or (ended and row.progress is Progress.UNREACHABLE):
        return _Fate.UNREACHABLE
    return _Fate.SILENT if over else _Fate.OPEN


def _has_ended(row: ConversationRow, moments: Moments) -> bool:
    return row.ended_at is not None and row.ended_at < moments.until
