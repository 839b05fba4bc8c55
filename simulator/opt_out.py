"""Twilio's own handling of STOP, START and HELP, which runs before the customer hears of the text.

Source: Twilio's help pages "Twilio support for opt-out keywords", "Getting Started with Advanced Opt-Out" and
"How to Track Opt-Out, Opt-In and Help Messages Using the OptOutType Parameter"; OPTOUT and REVOKE since May 2025.
"""

from dataclasses import dataclass
from enum import StrEnum


class OptOutMode(StrEnum):
    """How the account is set up: Twilio's default, Advanced Opt-Out on the Messaging Service, or switched off."""

    DEFAULT = "default"
    ADVANCED = "advanced"
    DISABLED = "disabled"


class Keyword(StrEnum):
    """What a keyword asks for, in the words of Twilio's OptOutType parameter."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


_KEYWORDS = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"), Keyword.STOP),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}

_ANSWERS = {
    Keyword.STOP: "You are unsubscribed and will get no more messages from this number. Reply START to resubscribe.",
    Keyword.START: "You are subscribed again to messages from this number. Reply HELP for help, STOP to unsubscribe.",
    Keyword.HELP: "Reply STOP to unsubscribe. Message and data rates may apply.",
}


def find_keyword(text: str) -> Keyword | None:
    """Return what `text` asks for when the whole of it, in any case, is a keyword: "STOP please" is none."""
    return _KEYWORDS.get(text.strip().upper())


@dataclass(frozen=True)
class OptOutResult:
    """What the carrier made of a text: its own `answer` to the phone, and the OptOutType for the webhook."""

    answer: str | None = None
    opt_out_type: Keyword | None = None


class OptOut:
    """Which phones the carrier has blocked for the account's one number."""

    def __init__(self, mode: OptOutMode) -> None:
        self._mode = mode
        self._blocked: set[str] = set()

    def block(self, phone: str) -> None:
        """Block `phone`, as if it had opted out before."""
        self._blocked.add(phone)

    def is_blocked(self, phone: str) -> bool:
        """Say whether texts to `phone` are refused with error 21610."""
        return phone in self._blocked

    def take(self, phone: str, text: str) -> OptOutResult:
        """Act on a text from `phone`: block or unblock it, and say what the carrier answers.

        STOP is answered once, START only when the phone was blocked (so a "YES" to a question mostly goes
        unanswered), HELP always. Advanced Opt-Out tells the customer of every keyword, that "YES" included.
        """
        keyword = None if self._mode is OptOutMode.DISABLED else find_keyword(text)
        if keyword is None:
            return OptOutResult()
        was_blocked = phone in self._blocked
        if keyword is Keyword.STOP:
            self._blocked.add(phone)
        elif keyword is Keyword.START:
            self._blocked.discard(phone)
        answered = keyword is Keyword.HELP or was_blocked == (keyword is Keyword.START)
        return OptOutResult(
            answer=_ANSWERS[keyword] if answered else None,
            opt_out_type=keyword if self._mode is OptOutMode.ADVANCED else None,
        )
