"""Which messages Twilio has already acted on and answered by itself, so that we never answer them a second time.

By default Twilio watches every long-code number for its English keywords: after STOP it blocks the pair of numbers
(a later send fails with error 21610) and confirms to the person; START lifts the block; HELP is answered with a
standard text. Advanced Opt-Out, set on a messaging service, does the same with the landlord's own keywords and
texts and tells our webhook in `OptOutType`. Twilio support can also switch all of it off for an account.

Sources, read in 2026: Twilio help articles 223134027 "Twilio support for opt-out keywords (SMS STOP filtering)" and
31560110671259 "How to track opt-out, opt-in and help messages using the OptOutType parameter", 360034798533
"Getting started with Advanced Opt-Out for messaging services"; Twilio docs "Customize users' opt-in and opt-out
experience with Advanced Opt-Out" (which adds OPTOUT and REVOKE). Only a whole message counts ("Stop" does,
"Stop please" does not), in capitals or not.
"""

from enum import StrEnum


class OptOutMode(StrEnum):
    """Who handles STOP, START and HELP; what `doctor` checks the Twilio account for."""

    DEFAULT = "default"
    ADVANCED = "advanced"
    DISABLED = "disabled"


class OptOutAnswer(StrEnum):
    """What Twilio took a message for, in the words of its `OptOutType`."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


STOP_KEYWORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"})
START_KEYWORDS = frozenset({"START", "UNSTOP"})
HELP_KEYWORDS = frozenset({"HELP", "INFO"})

AMBIGUOUS_START_KEYWORD = "YES"
"""Twilio takes it for START, but to us it is an answer to a question: it never opts anybody in."""

_ANSWERS = {
    **dict.fromkeys(STOP_KEYWORDS, OptOutAnswer.STOP),
    **dict.fromkeys(START_KEYWORDS, OptOutAnswer.START),
    **dict.fromkeys(HELP_KEYWORDS, OptOutAnswer.HELP),
}


def answered_by_twilio(text: str, opt_out_type: str | None, mode: OptOutMode) -> OptOutAnswer | None:
    """What Twilio itself has done with an inbound message, or None when it did nothing that we count.

    `text` is the message as received; `opt_out_type` is the webhook's `OptOutType`, which only Advanced Opt-Out
    sends. In mode ADVANCED the keywords are the landlord's own, so that parameter decides. A message fetched from
    Twilio's list has none; then the three words decide that Advanced Opt-Out does not let anybody remove: STOP,
    START and HELP. A bare YES is None in every mode, though Twilio may lift its own block for it.

    STOP is confirmed by Twilio once and HELP always, but START only to a number that Twilio itself had blocked: who
    stopped in words that Twilio does not know ("please don't text me") hears nothing from it when they come back.

    A near miss such as "STOP." is None: should Twilio confirm that one too, it has blocked the number, and our
    confirmation fails with 21610 instead of arriving twice.
    """
    keyword = text.strip().upper()
    if keyword == AMBIGUOUS_START_KEYWORD:
        return None
    if mode is OptOutMode.DEFAULT:
        return _ANSWERS.get(keyword)
    if mode is OptOutMode.ADVANCED:
        return OptOutAnswer.__members__.get(opt_out_type or keyword)
    return None
