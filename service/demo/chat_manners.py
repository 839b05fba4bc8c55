"""Ways in which pretend tenants answer in a chat: they tap, type, think again, and send what is not words.

The first line of each is for our welcome, which comes when they have opened the chat.
"""

from collections.abc import Callable, Sequence
from random import Random

from flows.answers import Choices
from flows.load import LIBRARY, load_flow
from flows.system_texts import load_system_texts
from service.demo.manners import Meaning, Voice, answers, stop, unclear
from service.demo.person import Person
from simulator import Block, Edit, Media, MediaKind, Reply, Tap
from simulator import Tenant as Phone
from simulator.script import Line

SURVEY = load_flow(LIBRARY / "so-what.yaml")
TEXTS = load_system_texts()

VOICE_NOTE = Media(MediaKind.VOICE, "audio/ogg", b"OggS: a pretend voice note")


def _in_chat(person: Person, *script: Line | None) -> Phone:
    return Phone(person.mobile, script, chat=person.chat or "", first_name=person.first_name)


def _yes(person: Person, meaning: Meaning) -> Tap:
    return Tap(TEXTS.text(person.language, "button_yes", {}), meaning)


def _taps(person: Person, draw: Random) -> tuple[Line, ...]:
    """Yes, and two of the options, one after the other."""
    question = SURVEY.question("difference").answer
    assert isinstance(question, Choices)
    first, second = sorted(draw.sample(range(len(question.options) - 1), 2))
    one, two = (question.options[index] for index in (first, second))
    done = TEXTS.text(person.language, "button_done", {})
    return (
        _yes(person, Meaning("worth", True)),
        Tap(one.label[person.language], Meaning()),
        Tap(two.label[person.language], Meaning("difference", [one.id, two.id])),
        Tap(done, Meaning()),
    )


def _all_by_tapping(person: Person, voice: Voice, draw: Random) -> Phone:
    return _in_chat(person, None, *_taps(person, draw), answers(voice, draw)[-1])


def _all_by_typing(person: Person, voice: Voice, draw: Random) -> Phone:
    return _in_chat(person, None, *answers(voice, draw))


def _silent(person: Person, voice: Voice, draw: Random) -> Phone:
    return _in_chat(person, None)


def _edits_the_first_answer(person: Person, voice: Voice, draw: Random) -> Phone:
    typed_yes = Reply(TEXTS.text(person.language, "button_yes", {}), Meaning())
    no = Edit(TEXTS.text(person.language, "button_no", {}), Meaning("worth", False))
    return _in_chat(person, None, typed_yes, no, *answers(voice, draw)[1:])


def _taps_an_old_button(person: Person, voice: Voice, draw: Random) -> Phone:
    no = Tap(TEXTS.text(person.language, "button_no", {}), Meaning("worth", False), back=1)
    return _in_chat(person, None, _yes(person, Meaning()), no, *answers(voice, draw)[1:])


def _sends_a_voice_note(person: Person, voice: Voice, draw: Random) -> Phone:
    return _in_chat(person, None, Reply("", Meaning(), media=(VOICE_NOTE,)), *answers(voice, draw))


def _stops(person: Person, voice: Voice, draw: Random) -> Phone:
    return _in_chat(person, None, stop(voice, draw))


def _unclear_once(person: Person, voice: Voice, draw: Random) -> Phone:
    return _in_chat(person, None, unclear(voice, draw), *answers(voice, draw))


def _shuts_us_out_and_answers_by_sms(person: Person, voice: Voice, draw: Random) -> Phone:
    return _in_chat(person, Block(), *answers(voice, draw))


def _answers_the_reminder(person: Person, voice: Voice, draw: Random) -> Phone:
    return _in_chat(person, None, None, *answers(voice, draw))


MannerInChat = Callable[[Person, Voice, Random], Phone]

MANNERS_IN_CHATS: Sequence[tuple[MannerInChat, int]] = [
    (_all_by_tapping, 40),
    (_all_by_typing, 15),
    (_silent, 10),
    (_edits_the_first_answer, 5),
    (_taps_an_old_button, 5),
    (_sends_a_voice_note, 5),
    (_stops, 5),
    (_unclear_once, 5),
    (_shuts_us_out_and_answers_by_sms, 4),
    (_answers_the_reminder, 6),
]
"""The ways with their weights."""
