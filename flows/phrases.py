"""Looking for many phrases in a reply at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Generic, NamedTuple, TypeVar

from flows.reply_text import folded_words

Meaning = TypeVar("Meaning")


class Found(NamedTuple, Generic[Meaning]):
    """A phrase in a reply: its meaning and its words, from `first` up to but not including `last`."""

    meaning: Meaning
    first: int
    last: int


class _Rest(NamedTuple, Generic[Meaning]):
    words: tuple[str, ...]  # those after the first; `stem*` matches what begins so
    meaning: Meaning


@dataclass(frozen=True)
class PhraseIndex(Generic[Meaning]):
    """Phrases by their first word, so that a reply is searched in one pass, whatever their number."""

    _by_word: dict[str, list[_Rest[Meaning]]] = field(default_factory=dict)
    _by_stem: dict[str, list[_Rest[Meaning]]] = field(default_factory=dict)
    _stem_lengths: list[int] = field(default_factory=list)

    def add(self, phrases: Iterable[str], meaning: Meaning) -> None:
        """Add phrases as a language file writes them, all with one meaning."""
        for phrase in phrases:
            for first, *rest in spelled_out(phrase):
                entry = _Rest(tuple(rest), meaning)
                if first.endswith("*"):
                    self._by_stem.setdefault(first[:-1], []).append(entry)
                    if len(first) - 1 not in self._stem_lengths:
                        self._stem_lengths.append(len(first) - 1)
                else:
                    self._by_word.setdefault(first, []).append(entry)

    def starting_at(self, words: Sequence[str], place: int) -> Iterator[Found[Meaning]]:
        """The phrases that begin with the word at `place`."""
        word = words[place]
        for rest, meaning in self._by_word.get(word, ()):
            last = place + 1 + len(rest)
            if not rest or _matches(words[place + 1 : last], rest):
                yield Found(meaning, place, last)
        for length in self._stem_lengths:
            if len(word) >= length:
                for rest, meaning in self._by_stem.get(word[:length], ()):
                    last = place + 1 + len(rest)
                    if not rest or _matches(words[place + 1 : last], rest):
                        yield Found(meaning, place, last)

    def all_in(self, words: Sequence[str]) -> list[Found[Meaning]]:
        """Every phrase in the reply, also where they overlap, from left to right."""
        return [found for place in range(len(words)) for found in self.starting_at(words, place)]

    def single_words(self) -> Iterator[tuple[str, Meaning]]:
        """The phrases that are one word."""
        for word, entries in self._by_word.items():
            for rest, meaning in entries:
                if not rest:
                    yield word, meaning


@lru_cache(maxsize=20_000)
def spelled_out(phrase: str) -> tuple[tuple[str, ...], ...]:
    """The word sequences that a phrase of a language file stands for.

    >>> spelled_out("no hot|warm water*")
    (('no', 'hot', 'water*'), ('no', 'warm', 'water*'))
    """
    places = [[words for word in place.split("|") if (words := _pattern_words(word))] for place in phrase.split()]
    return tuple(
        tuple(word for words in choice for word in words) for choice in product(*filter(None, places)) if choice
    )


def _pattern_words(word: str) -> tuple[str, ...]:
    words = folded_words(word)
    return (*words[:-1], words[-1] + "*") if words and word.endswith("*") else words


def _matches(words: Sequence[str], pattern: Sequence[str]) -> bool:
    if len(words) != len(pattern):
        return False
    return all(
        word.startswith(wanted[:-1]) if wanted[-1] == "*" else word == wanted
        for word, wanted in zip(words, pattern, strict=True)
    )
