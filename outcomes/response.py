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

from collections.abc import Mapping
from dataclasses import dataclass

from outcomes.fates import Fate
from outcomes.statistics import Interval, wilson_interval


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


def count_response(fates: Mapping[Fate, int], new: int, *, closed: bool) -> Response:
    """Put together what became of the conversations of one launch by a moment.

    Args:
        fates: how many conversations had which fate.
        new: how many of those who replied did so first in the week.
        closed: whether the time for replies was over.
    """
    waiting, without_reply = fates.get(Fate.WAITING, 0), fates.get(Fate.OPEN, 0)
    stopped = fates.get(Fate.REPLIED_AND_STOPPED, 0)
    to_ask = 0 if closed else waiting
    never_asked = fates.get(Fate.NEVER_ASKED, 0) + waiting - to_ask
    still_open = 0 if closed else without_reply
    return Response(
        asked=sum(fates.values()) - to_ask - never_asked,
        replied=fates.get(Fate.REPLIED, 0) + stopped,
        refused=fates.get(Fate.REFUSED, 0),
        unreachable=fates.get(Fate.UNREACHABLE, 0),
        open=still_open,
        silent=fates.get(Fate.SILENT, 0) + without_reply - still_open,
        new=new,
        stopped_after_reply=stopped,
        to_ask=to_ask,
        never_asked=never_asked,
    )
