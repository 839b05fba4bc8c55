"""Danger that a tenant mentions in passing: hazards at home, and signs that a person is not safe.

Every inbound text is screened. The kinds follow the Hazards in Social Housing (Prescribed Requirements) (England)
Regulations 2025 ("Awaab's Law"): damp and mould, and emergency hazards; safeguarding is the Care Act 2014's.
Missing one is worse than raising one too many, so signs are wide and only plain look-alikes are left out.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from flows.languages import known_languages, language, language_codes, recognisable
from flows.phrases import PhraseIndex
from flows.reply_text import ReplyText, read_text

WORDS_BETWEEN_SIGNS = 8  # how far the parts of a sign may be apart: "a smell in the hall, I think it is gas"


class Alert(StrEnum):
    """The kinds of danger, each with its own reply and deadline."""

    DAMP_MOULD = "damp_mould"
    EMERGENCY_HAZARD = "emergency_hazard"
    SAFEGUARDING = "safeguarding"


class _Part(NamedTuple):
    """One part of a sign: of `parts` in all, number `part`; a look-alike has no sign."""

    alert: Alert
    sign: str | None
    part: int = 0
    parts: int = 1


def find_alerts(reply: str, languages: Sequence[str]) -> tuple[Alert, ...]:
    """The kinds of danger that a message speaks of, each once, in the order of `Alert`.

    Args:
        reply: the message as received.
        languages: codes of the tenant's languages. Unmistakable words of every other language count too.
    """
    return alerts_in(read_text(reply), languages)


def alerts_in(said: ReplyText, languages: Sequence[str]) -> tuple[Alert, ...]:
    """The kinds of danger that a cleaned message speaks of."""
    found = _signs(known_languages(languages)).all_in(said.words)
    if not found:
        return ()
    hidden = {
        (item.meaning.alert, place)
        for item in found
        if item.meaning.sign is None
        for place in range(item.first, item.last)
    }
    raised: set[Alert] = set()
    latest: dict[str, dict[int, int]] = {}
    for (alert, sign, part, parts), first, last in found:
        if sign is None or any((alert, place) in hidden for place in range(first, last)):
            continue
        places = latest.setdefault(sign, {})
        places[part] = first
        if len(places) == parts and first - min(places.values()) <= WORDS_BETWEEN_SIGNS:
            raised.add(alert)
    return tuple(alert for alert in Alert if alert in raised)


@lru_cache(maxsize=256)
def _signs(codes: tuple[str, ...]) -> PhraseIndex[_Part]:
    index: PhraseIndex[_Part] = PhraseIndex()
    for code in language_codes():
        for alert, phrases in language(code).alerts.items():
            index.add(phrases.look_alikes, _Part(Alert(alert), None))
            for sign in phrases.signs:
                if code in codes or recognisable(sign):
                    parts = sign.split(" + ")
                    for number, part in enumerate(parts):
                        index.add([part], _Part(Alert(alert), sign, number, len(parts)))
    return index
