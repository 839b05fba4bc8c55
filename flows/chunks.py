"""A reply as a row of chunks: the phrases that mean something, and each other word by itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flows.reply_text import ReplyText, folded_words
from flows.vocabulary import Meaning, Sense, Vocabulary, without_drawn_out_letters

CLAUSE_END = re.compile(r"[.,;:!?()&+\[\]\n…—=*\"“”。，！；、：？（）۔،؛؟।|]|\s[-–~]+\s|[-–]{2}|\s[-–]$|[-–]\s")
_TELLING = (Meaning.YES, Meaning.NO, Meaning.YES_ALONE, Meaning.NO_ALONE, Meaning.DONT_KNOW)
_SHORTEST_WORD_WITH_DRAWN_OUT_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Chunk:
    """One phrase or word of a reply.

    `first` and `last` (exclusive) are its words in the reply; `senses` what it can mean, with the number,
    ordinal and so on that goes with it; `options` the places of the labels that it spells out.
    """

    first: int
    last: int
    senses: Mapping[Meaning, int]
    options: tuple[int, ...]


@dataclass(frozen=True)
class Reply:
    """A reply in chunks. `received` is the day in the tenant's time zone, where it is known."""

    said: ReplyText
    chunks: tuple[Chunk, ...]
    vocabulary: Vocabulary
    languages: tuple[str, ...]
    received: date | None

    def gap_before(self, chunk: int) -> str:
        """What stands between the chunk before and this one; for one past the last, what ends the reply."""
        return self.said.gaps[self.chunks[chunk].first] if chunk < len(self.chunks) else self.said.gaps[-1]

    def clause_starts_at(self, chunk: int) -> bool:
        """Whether a chunk opens the reply or follows a comma, a full stop, a bracket and the like."""
        return chunk == 0 or CLAUSE_END.search(self.gap_before(chunk)) is not None

    def clause_ends_at(self, chunk: int) -> bool:
        """Whether a clause ends after a chunk."""
        return chunk + 1 >= len(self.chunks) or CLAUSE_END.search(self.gap_before(chunk + 1)) is not None

    def word(self, chunk: int) -> str:
        """The first word of a chunk, folded."""
        return self.said.words[self.chunks[chunk].first]

    def means(self, chunk: int, *meanings: Meaning) -> bool:
        """Whether a chunk exists and can mean one of these."""
        if not 0 <= chunk < len(self.chunks):
            return False
        senses = self.chunks[chunk].senses
        return any(meaning in senses for meaning in meanings)

    def is_symbol(self, chunk: int) -> bool:
        """Whether a chunk exists and is an emoji or another sign, not a word or number."""
        return 0 <= chunk < len(self.chunks) and not self.word(chunk)[:1].isalnum()

    def says_nothing(self, chunk: int) -> bool:
        """Whether a chunk is only politeness or decoration."""
        if self.means(chunk, *_TELLING):
            return False
        return self.means(chunk, Meaning.POLITE) or self.is_symbol(chunk)

    @cached_property
    def bare(self) -> list[int]:
        """The places of the chunks that say something."""
        return [chunk for chunk in range(len(self.chunks)) if not self.says_nothing(chunk)]


def chunk(
    said: ReplyText,
    vocabulary: Vocabulary,
    languages: tuple[str, ...],
    received: date | None,
    labels: Sequence[Sequence[str]] = (),
) -> Reply:
    """Cut a reply into chunks, the longest phrase first at each place.

    Args:
        labels: for each option or step, its wordings; they count as phrases.
    """
    by_first_word: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for place, wordings in enumerate(labels):
        for wording in wordings:
            if words := folded_words(wording):
                by_first_word.setdefault(words[0], []).append((words, place))
    clause_ends = _clause_ends(said)
    chunks: list[Chunk] = []
    first = 0
    while first < len(said.words):
        chunks.append(_chunk_at(said.words, first, clause_ends[first], vocabulary, by_first_word))
        first = chunks[-1].last
    return Reply(said, tuple(chunks), vocabulary, languages, received)


def _clause_ends(said: ReplyText) -> list[int]:
    """For each word, the word after its clause."""
    ends = [len(said.words)] * len(said.words)
    for place in range(len(said.words) - 1, 0, -1):
        ends[place - 1] = place if CLAUSE_END.search(said.gaps[place]) else ends[place]
    return ends


def _chunk_at(
    words: tuple[str, ...],
    first: int,
    clause_end: int,
    vocabulary: Vocabulary,
    labels: Mapping[str, list[tuple[tuple[str, ...], int]]],
) -> Chunk:
    last, senses, options = first + 1, dict[Meaning, int](), list[int]()
    for found in vocabulary.index.starting_at(words, first):
        if found.last > clause_end:
            continue  # "no, problem with the door" does not say "no problem"
        if found.last > last:
            last, senses = found.last, {}
        if found.last == last:
            senses[found.meaning.meaning] = found.meaning.value
    for label, place in labels.get(words[first], ()):
        label_last = first + len(label)
        if label_last >= last and words[first:label_last] == label:
            if label_last > last:
                last, senses, options = label_last, {}, []
            if place not in options:
                options.append(place)
    if not senses and not options and last == first + 1:
        sense = _drawn_out_sense(words[first], vocabulary)
        if sense is not None:
            senses = {sense.meaning: sense.value}
    return Chunk(first, last, senses, tuple(options))


def _drawn_out_sense(word: str, vocabulary: Vocabulary) -> Sense | None:
    if len(word) <= _SHORTEST_WORD_WITH_DRAWN_OUT_LETTERS or not word.isalpha():
        return None
    return vocabulary.drawn_out.get(without_drawn_out_letters(word))
