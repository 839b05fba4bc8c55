"""The pretend tenants of the chaos suite: what each will say, and what is meant by it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any

from ruamel.yaml import YAML

from flows.answers import Choices
from flows.load import LIBRARY, load_flow
from flows.system_texts import load_system_texts
from service.demo.cast import REPLIES
from service.demo.manners import UNREACHABLE_CODES, Meaning, answers, stop, unclear
from simulator import Block, Edit, Media, MediaKind, Reply, Tap, Tenant
from simulator.script import Line

ONE_IN_A_CHAT = 5
"""How many tenants there are for each who is asked in a chat."""

TEXTS_WHILE_DOWN = 10
STOPS_WHILE_DOWN = 100
"""How many tenants there are for each text that comes while the web is down, and for each of these that is a STOP."""

FIRST_CHAT, FIRST_PHONE = 5_000_000_000, 1_000
"""Our own number is among those before."""

SURVEY = load_flow(LIBRARY / "so-what.yaml")
TEXTS = load_system_texts()
VOICE: Any = YAML(typ="safe").load(REPLIES)["en"]
VOICE_NOTE = Media(MediaKind.VOICE, "audio/ogg", b"OggS: a pretend voice note")
YES, NO, DONE = (TEXTS.text("en", key, {}) for key in ("button_yes", "button_no", "button_done"))


Script = tuple[Line | None, ...]


class Part(StrEnum):
    """What somebody does in the story.

    `talks` by script · `answers_while_down` keeps silent until the web is down, then answers everything ·
    `stops_while_down` does the same with a STOP · `stops_unasked` says STOP while the web is down, just before the
    second activity's survey is due, and by phone even if asked in a chat.
    """

    TALKS = "talks"
    ANSWERS_WHILE_DOWN = "answers_while_down"
    STOPS_WHILE_DOWN = "stops_while_down"
    STOPS_UNASKED = "stops_unasked"


@dataclass(frozen=True)
class Person:
    """One tenant: `phone` is their mobile; `chat` the chat they open, if they do; `pretend` answers for them.

    `came_late` is whether they came to the second activity, and not to the first.
    """

    ref: str
    first_name: str
    phone: str
    chat: str | None
    part: Part
    came_late: bool
    pretend: Tenant

    @property
    def address(self) -> str:
        """Where they are asked."""
        return self.chat or self.phone


def draw_people(tenants: int, seed: int) -> Sequence[Person]:
    """So many tenants; the same seed draws the same. Everybody speaks English: drafts are not sent live."""
    draw = Random(seed)
    parts = _parts(tenants, draw)
    return [_draw_person(number, parts[number], draw) for number in range(tenants)]


def texts_while_down(tenants: int) -> int:
    """How many texts come while the web is down."""
    return tenants // TEXTS_WHILE_DOWN


def stops_while_down(tenants: int) -> int:
    """How many of these say STOP."""
    return max(4, tenants // STOPS_WHILE_DOWN)


def _parts(tenants: int, draw: Random) -> list[Part]:
    """Parts at random places, so that no kill hits all who play the same; each part has its share of chats."""
    fives = list(range(0, tenants, ONE_IN_A_CHAT))
    draw.shuffle(fives)
    numbers = [number for five in fives for number in range(five, min(five + ONE_IN_A_CHAT, tenants))]
    stops, texts = stops_while_down(tenants), texts_while_down(tenants)
    # More than will be needed: some cannot be asked in time, or will not be reached at all.
    parts = [Part.STOPS_WHILE_DOWN] * stops + [Part.STOPS_UNASKED] * (stops // 2) + [Part.ANSWERS_WHILE_DOWN] * texts
    parts += [Part.TALKS] * (tenants - len(parts))
    return [part for _, part in sorted(zip(numbers, parts, strict=True))]


def _draw_person(number: int, part: Part, draw: Random) -> Person:
    phone = f"+4477009{FIRST_PHONE + number:05}"
    chat = str(FIRST_CHAT + number) if number % ONE_IN_A_CHAT == 0 else None
    first_name = draw.choice(VOICE["names"]).split()[0]
    came_late = part is Part.STOPS_UNASKED or (part is Part.TALKS and draw.random() < 0.2)
    failure = None
    if part is not Part.TALKS:
        script: Script = ()
    elif chat is None:
        manner, _ = draw.choices(BY_SMS, [weight for _, weight in BY_SMS])[0]
        script = manner(draw)
        failure = draw.choice(UNREACHABLE_CODES) if draw.random() < 0.05 else None
    else:
        manner, _ = draw.choices(IN_CHATS, [weight for _, weight in IN_CHATS])[0]
        script = manner(draw)
    pretend = Tenant(phone, script, failure, chat or "", first_name=first_name)
    return Person(f"T{number + 1:05}", first_name, phone, chat, part, came_late, pretend)


Manner = Callable[[Random], Script]


def _clear(draw: Random) -> Script:
    return answers(VOICE, draw)


def _silent(draw: Random) -> Script:
    return ()


def _stops_at_once(draw: Random) -> Script:
    return (stop(VOICE, draw),)


def _stops_midway(draw: Random) -> Script:
    return (answers(VOICE, draw)[0], stop(VOICE, draw))


def _unclear_once(draw: Random) -> Script:
    return (unclear(VOICE, draw), *answers(VOICE, draw))


def _answers_the_reminder(draw: Random) -> Script:
    return (None, *answers(VOICE, draw))


def _thanks_us(draw: Random) -> Script:
    return (*answers(VOICE, draw), Reply("thanks", Meaning()))


BY_SMS: Sequence[tuple[Manner, int]] = [
    (_clear, 60),
    (_silent, 6),
    (_stops_at_once, 4),
    (_stops_midway, 4),
    (_unclear_once, 8),
    (_answers_the_reminder, 12),
    (_thanks_us, 6),
]
"""Ways to answer by text message, with their weights."""


def _in_chat(*script: Line | None) -> Script:
    """The first message in a chat is our welcome, which is not answered."""
    return (None, *script)


def _taps(draw: Random) -> Script:
    question = SURVEY.question("difference").answer
    assert isinstance(question, Choices)
    first, second = sorted(draw.sample(range(len(question.options) - 1), 2))
    one, two = (question.options[index] for index in (first, second))
    return _in_chat(
        Tap(YES, Meaning("worth", True)),
        Tap(one.label["en"], Meaning("difference", [one.id])),
        Tap(two.label["en"], Meaning("difference", [one.id, two.id])),
        Tap(DONE, Meaning()),
        answers(VOICE, draw)[-1],
    )


def _types(draw: Random) -> Script:
    return _in_chat(*answers(VOICE, draw))


def _says_nothing(draw: Random) -> Script:
    return _in_chat()


def _edits_the_first_answer(draw: Random) -> Script:
    return _in_chat(Reply(YES, Meaning("worth", True)), Edit(NO, Meaning("worth", False)), *answers(VOICE, draw)[1:])


def _taps_an_old_button(draw: Random) -> Script:
    taps = (Tap(YES, Meaning("worth", True)), Tap(NO, Meaning("worth", False), back=1))
    return _in_chat(*taps, *answers(VOICE, draw)[1:])


def _sends_a_voice_note(draw: Random) -> Script:
    return _in_chat(Reply("", Meaning(), media=(VOICE_NOTE,)), *answers(VOICE, draw))


def _stops_in_chat(draw: Random) -> Script:
    return _in_chat(stop(VOICE, draw))


def _unclear_in_chat(draw: Random) -> Script:
    return _in_chat(unclear(VOICE, draw), *answers(VOICE, draw))


def _shuts_us_out_and_answers_by_sms(draw: Random) -> Script:
    return (Block(), *answers(VOICE, draw))


def _answers_the_reminder_in_chat(draw: Random) -> Script:
    return _in_chat(None, *answers(VOICE, draw))


IN_CHATS: Sequence[tuple[Manner, int]] = [
    (_taps, 35),
    (_types, 20),
    (_says_nothing, 5),
    (_edits_the_first_answer, 6),
    (_taps_an_old_button, 6),
    (_sends_a_voice_note, 5),
    (_stops_in_chat, 5),
    (_unclear_in_chat, 6),
    (_shuts_us_out_and_answers_by_sms, 5),
    (_answers_the_reminder_in_chat, 7),
]
"""Ways to answer in a chat, with their weights."""
