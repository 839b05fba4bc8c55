"""What had become of a conversation at a moment, by the definitions of `outcomes.response`."""

from datetime import datetime
from enum import StrEnum

from storage.models.consultations import Progress
from storage.recorded import Recorded


class Fate(StrEnum):
    """One for each conversation at each moment.

    `waiting` for its first text · `never_asked` since it ended before · `open` without a reply · `silent` to its end ·
    `refused` · `unreachable` · `replied` · `replied_and_stopped`, by a later STOP. Where the consultation has closed,
    whoever waits will never be asked and whoever is open has been silent.
    """

    WAITING = "waiting"
    NEVER_ASKED = "never_asked"
    OPEN = "open"
    SILENT = "silent"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    REPLIED = "replied"
    REPLIED_AND_STOPPED = "replied_and_stopped"


def fate_at(conversation: Recorded, moment: datetime, *, replied: bool) -> Fate:
    """What had become of a conversation by `moment` (UTC), that moment included; `replied` if it had got a reply."""
    ended = conversation.ended_at is not None and conversation.ended_at <= moment
    refused = ended and conversation.progress is Progress.REFUSED
    if replied:  # whoever replied was asked, even if the carrier never said that it took our text
        return Fate.REPLIED_AND_STOPPED if refused else Fate.REPLIED
    undelivered = [put.undelivered for put in conversation.puts if put.put_at <= moment]
    if not undelivered:
        return Fate.NEVER_ASKED if ended else Fate.WAITING
    if refused:
        return Fate.REFUSED
    if all(undelivered) or (ended and conversation.progress is Progress.UNREACHABLE):
        return Fate.UNREACHABLE
    return Fate.SILENT if ended else Fate.OPEN
