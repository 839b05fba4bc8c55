"""Ways in which pretend tenants answer by text message, each with what is meant by it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from simulator import Reply
from simulator import Tenant as Phone

UNREACHABLE_CODES = (30003, 30005, 21211)

ANYTHING = "anything"
"""The value of an answer in the tenant's own words."""


@dataclass(frozen=True)
class Meaning:
    """What a scripted text means: an answer, something unclear that is asked again, an alert, a STOP, or just talk."""

    question: str | None = None
    value: object = None
    unclear: bool = False
    alert: str | None = None
    stop: bool = False


Voice = Mapping[str, Any]
"""How people text in one language, as `replies.yaml` has it."""

T = TypeVar("T")


def each_then_by_weight(weighted: Sequence[tuple[T, int]], draw: Random) -> Iterator[T]:
    """Every one of them once, then without end by weight."""
    yield from (one for one, _ in weighted)
    while True:
        yield draw.choices([one for one, _ in weighted], [weight for _, weight in weighted])[0]


def _clear(phone: str, voice: Voice, draw: Random) -> Phone:
    return Phone(phone, answers(voice, draw))


def _silent(phone: str, voice: Voice, draw: Random) -> Phone:
    return Phone(phone)


def _stops_at_once(phone: str, voice: Voice, draw: Random) -> Phone:
    return Phone(phone, (stop(voice, draw),))


def _stops_midway(phone: str, voice: Voice, draw: Random) -> Phone:
    return Phone(phone, (answers(voice, draw)[0], stop(voice, draw)))


def _dead(phone: str, voice: Voice, draw: Random) -> Phone:
    return Phone(phone, failure=draw.choice(UNREACHABLE_CODES))


def _unclear_once(phone: str, voice: Voice, draw: Random) -> Phone:
    return Phone(phone, (unclear(voice, draw), *answers(voice, draw)))


def _unclear_twice(phone: str, voice: Voice, draw: Random) -> Phone:
    return Phone(phone, (unclear(voice, draw), unclear(voice, draw), *answers(voice, draw)[1:]))


def _answers_the_reminder(phone: str, voice: Voice, draw: Random) -> Phone:
    return Phone(phone, (None, *answers(voice, draw)))


def _leaves_midway(phone: str, voice: Voice, draw: Random) -> Phone:
    return Phone(phone, answers(voice, draw)[:2])


def _thanks_us(phone: str, voice: Voice, draw: Random) -> Phone:
    return Phone(phone, (*answers(voice, draw), Reply("👍", Meaning())))


def _mould(phone: str, voice: Voice, draw: Random) -> Phone:
    words = "It was ok but theres black mould in my sons room and nobody comes"
    return Phone(phone, (*answers(voice, draw)[:2], Reply(words, Meaning("words", ANYTHING, alert="damp_mould"))))


def _disclosure(phone: str, voice: Voice, draw: Random) -> Phone:
    words = "my partner hits me and I dont know who to tell"
    return Phone(phone, (*answers(voice, draw)[:2], Reply(words, Meaning("words", ANYTHING, alert="safeguarding"))))


def answers(voice: Voice, draw: Random) -> tuple[Reply, Reply, Reply]:
    worth, is_worth = draw.choice(voice["worth"])
    difference, options = draw.choice(voice["difference"])
    return (
        Reply(worth, Meaning("worth", is_worth)),
        Reply(difference, Meaning("difference", options)),
        Reply(draw.choice(voice["words"]), Meaning("words", ANYTHING)),
    )


def unclear(voice: Voice, draw: Random) -> Reply:
    return Reply(draw.choice(voice["unclear"]), Meaning(unclear=True))


def stop(voice: Voice, draw: Random) -> Reply:
    return Reply(draw.choice(voice["stop"]), Meaning(stop=True), stop=True)


Manner = Callable[[str, Voice, Random], Phone]

MANNERS: Sequence[tuple[Manner, int]] = [
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
"""The ways with their weights."""
