"""What people text while the web is down."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from service.demo.manners import answers, stop
from simulator import PhoneNetwork
from tests.chaos.people import SURVEY, VOICE, Part, Person, texts_while_down

FIRST_QUESTION = SURVEY.questions[0].ask["en"]

ENOUGH = 0.8
"""The share of those who are to text who must have been asked by then; some cannot be reached at all."""


class TextsWhileDown:
    """Each text is a function that has it sent. Whoever was to answer a question and was not asked says nothing."""

    def __init__(self, people: Sequence[Person], network: PhoneNetwork, draw: Random) -> None:
        self._people = people
        self._network = network
        self._draw = draw

    def can_begin(self) -> bool:
        """Whether enough have been asked who are to text."""
        silent = self._people_of(Part.ANSWERS_WHILE_DOWN) + self._people_of(Part.STOPS_WHILE_DOWN)
        return sum(map(self._has_been_asked, silent)) >= ENOUGH * len(silent)

    def texts(self) -> Sequence[Callable[[], object]]:
        """As many as there are to be, every STOP among them, in any order."""
        asked = [person for person in self._people_of(Part.STOPS_WHILE_DOWN) if self._has_been_asked(person)]
        stops = [self._stop(person.address) for person in asked]
        # Who has not been asked yet says it by phone, even where the chat is preferred: it must hold there as well.
        stops += [self._stop(person.phone) for person in self._people_of(Part.STOPS_UNASKED)]
        silent = [person for person in self._people_of(Part.ANSWERS_WHILE_DOWN) if self._has_been_asked(person)]
        wanted = texts_while_down(len(self._people)) - len(stops)
        texts = stops + [self._answer(person) for person in silent[:wanted]]
        self._draw.shuffle(texts)
        return texts

    def _people_of(self, part: Part) -> list[Person]:
        return [person for person in self._people if person.part is part]

    def _has_been_asked(self, person: Person) -> bool:
        return any(FIRST_QUESTION in message.body for message in self._network.received(person.address))

    def _stop(self, address: str) -> Callable[[], object]:
        words = stop(VOICE, self._draw)
        return lambda: self._network.act(address, words)

    def _answer(self, person: Person) -> Callable[[], object]:
        first, *others = answers(VOICE, self._draw)

        def answer() -> None:
            self._network.add_tenants([replace(person.pretend, script=tuple(others))])
            self._network.act(person.address, first)

        return answer
