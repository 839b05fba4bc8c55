"""The pretend tenants: who they are, which phone they hold, and what they will text back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

from service.demo.chat_manners import MANNERS_IN_CHATS
from service.demo.manners import MANNERS, each_then_by_weight
from service.demo.person import Person
from simulator import Tenant as Phone

REPLIES = Path(__file__).parent / "replies.yaml"

SHARE_A_PHONE = 0.05
STAY_AWAY = 0.08
WITHOUT_BASIS = 0.02

ONE_IN = 5
"""How many tenants there are for each one who has opened a chat."""

FIRST_CHAT = 5_000_000_000
"""Telegram's ids have more than 32 bits by now."""


@dataclass(frozen=True)
class Cast:
    """Everybody in the demo, and their phones."""

    people: Sequence[Person]
    phones: Sequence[Phone]


def make_cast(tenants: int, seed: int) -> Cast:
    """Draw `tenants` people and their phones; the same seed draws the same.

    Every way of answering occurs before chance decides, so that a small demo shows them all.
    """
    draw = Random(seed)
    voices: Mapping[str, Any] = YAML(typ="safe").load(REPLIES)
    languages = [language for language, voice in voices.items() for _ in range(voice["share"])]
    people: list[Person] = []
    phones: list[Phone] = []
    manners, in_chats = each_then_by_weight(MANNERS, draw), each_then_by_weight(MANNERS_IN_CHATS, draw)
    for number in range(tenants):
        is_on_chat = number % ONE_IN == ONE_IN - 1
        may_share = bool(people) and people[-1].attends and not is_on_chat and people[-1].chat is None
        shares = may_share and draw.random() < SHARE_A_PHONE
        # The first of every language comes, then chance decides.
        language = people[-1].language if shares else _pick_language(voices, languages, number, draw)
        person = _person(number, language, voices[language], people[-1].mobile if shares else None, draw)
        if is_on_chat:
            person = replace(person, chat=str(FIRST_CHAT + number))
            phones.append(next(in_chats)(person, voices[language], draw))
        elif not shares:
            phones.append(next(manners)(person.mobile, voices[language], draw))
        people.append(person)
    return Cast(people, phones)


def _pick_language(voices: Mapping[str, Any], languages: Sequence[str], number: int, draw: Random) -> str:
    return list(voices)[number] if number < len(voices) else draw.choice(languages)


def _person(number: int, language: str, voice: Mapping[str, Any], shared: str | None, draw: Random) -> Person:
    first_name, last_name = draw.choice(voice["names"]).split()
    return Person(
        tenant_ref=f"T{number + 1:04}",
        first_name=first_name,
        last_name=last_name,
        language=language,
        mobile=shared or f"+447700900{number:03}",
        has_basis=shared is not None or draw.random() >= WITHOUT_BASIS,
        attends=shared is not None or draw.random() >= STAY_AWAY,
    )
