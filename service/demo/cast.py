"""The pretend tenants: who they are, which phone they hold, and what they will text back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

from simulator import Reply
from simulator import Tenant as Phone

REPLIES = Path(__file__).parent / "replies.yaml"

SHARE_A_PHONE = 0.05
STAY_AWAY = 0.08
WITHOUT_BASIS = 0.02

UNREACHABLE_CODES = (30003, 30005, 21211)

ANYTHING = "anything"
"""The value of an answer in the tenant's own words."""


@dataclass(frozen=True)
class Person:
    """One tenant as the landlord's file has them; `attends` is whether they came to the activity."""

    tenant_ref: str
    first_name: str
    last_name: str
    language: str
    mobile: str
    has_basis: bool
    attends: bool


@dataclass(frozen=True)
class Meaning:
    """What a scripted text means: an answer, something unclear that is asked again, an alert, a STOP, or just talk."""

    question: str | None = None
    value: object = None
    unclear: bool = False
    alert: str | None = None
    stop: bool = False


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
    manners = _manners(draw)
    for number in range(tenants):
        shares = bool(people) and people[-1].attends and draw.random() < SHARE_A_PHONE
        # The first of every language comes, then chance decides.
        language = people[-1].language if shares else _pick_language(voices, languages, number, draw)
        person = _person(number, language, voices[language], people[-1].mobile if shares else None, draw)
        people.append(person)
        if not shares:
            phones.append(next(manners)(person.mobile, voices[language], draw))
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


Manner = Callable[[str, Mapping[str, Any], Random], Phone]


def _manners(draw: Random) -> Iterator[Manner]:
    """Ways of answering: each once, then by weight."""
    weighted: list[tuple[Manner, int]] = [
        (_clear, 50),
        (_silent, 12),
        (_stops_at_once, 4),
        (_stops_midway, 3),
        (_dead, 6),
        (_unclear_once, 8),
        (_unclear_twice, 3),
        (_answers_the_reminder, 6),
        (_leaves_midway, 5),
        (_thanks_us, 6),
        (_mould, 1),
        (_disclosure, 1),
    ]
    yield from (manner for manner, _ in weighted)
    while True:
        yield draw.choices([manner for manner, _ in weighted], [weight for _, weight in weighted])[0]


def _clear(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    return Phone(phone, _answers(voice, draw))


def _silent(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    return Phone(phone)


def _stops_at_once(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    return Phone(phone, (_stop(voice, draw),))


def _stops_midway(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    return Phone(phone, (_answers(voice, draw)[0], _stop(voice, draw)))


def _dead(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    return Phone(phone, failure=draw.choice(UNREACHABLE_CODES))


def _unclear_once(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    return Phone(phone, (_unclear(voice, draw), *_answers(voice, draw)))


def _unclear_twice(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    return Phone(phone, (_unclear(voice, draw), _unclear(voice, draw), *_answers(voice, draw)[1:]))


def _answers_the_reminder(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    return Phone(phone, (None, *_answers(voice, draw)))


def _leaves_midway(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    return Phone(phone, _answers(voice, draw)[:2])


def _thanks_us(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    return Phone(phone, (*_answers(voice, draw), Reply("👍", Meaning())))


def _mould(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    words = "It was ok but theres black mould in my sons room and nobody comes"
    return Phone(phone, (*_answers(voice, draw)[:2], Reply(words, Meaning("words", ANYTHING, alert="damp_mould"))))


def _disclosure(phone: str, voice: Mapping[str, Any], draw: Random) -> Phone:
    words = "my partner hits me and I dont know who to tell"
    return Phone(phone, (*_answers(voice, draw)[:2], Reply(words, Meaning("words", ANYTHING, alert="safeguarding"))))


def _answers(voice: Mapping[str, Any], draw: Random) -> tuple[Reply, Reply, Reply]:
    worth, is_worth = draw.choice(voice["worth"])
    difference, options = draw.choice(voice["difference"])
    return (
        Reply(worth, Meaning("worth", is_worth)),
        Reply(difference, Meaning("difference", options)),
        Reply(draw.choice(voice["words"]), Meaning("words", ANYTHING)),
    )


def _unclear(voice: Mapping[str, Any], draw: Random) -> Reply:
    return Reply(draw.choice(voice["unclear"]), Meaning(unclear=True))


def _stop(voice: Mapping[str, Any], draw: Random) -> Reply:
    return Reply(draw.choice(voice["stop"]), Meaning(stop=True), stop=True)
