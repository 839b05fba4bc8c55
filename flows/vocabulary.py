"""What words mean to the reader of a reply, for one combination of languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from flows.languages import Language, known_languages, language
from flows.phrases import PhraseIndex


class Meaning(StrEnum):
    """What a phrase does in a reply; each is a key of the language files."""

    YES = "yes"
    YES_ALONE = "yes_alone"
    NO = "no"
    NO_ALONE = "no_alone"
    NEITHER = "neither_yes_nor_no"
    UNSURE = "unsure"
    DONT_KNOW = "dont_know"
    RATHER_NOT_SAY = "rather_not_say"
    NOT_APPLICABLE = "not_applicable"
    NUMBER = "numbers"
    NUMBER_ALONE = "numbers_alone"
    TIMES_TEN = "times_ten"
    NOT_A_NUMBER = "not_numbers"
    HALF = "half"
    ORDINAL = "ordinals"
    OUT_OF = "out_of"
    OUT_OF_REVERSED = "out_of_reversed"
    POINTS = "points"
    STARS = "stars"
    PERCENT = "percent"
    COUNTED = "counted"
    BEFORE_ANSWER = "before_answer"
    BEFORE_LABEL = "before_label"
    AFTER_ANSWER = "after_answer"
    BECAUSE = "because"
    SHARED_OUT = "shared_out"
    SMALL_WORD = "small_words"
    POLITE = "polite"
    PRAISE = "praise"
    NEGATION = "negations"
    NOT_EXACTLY = "not_exactly"
    WOULD_HAVE_BEEN = "would_have_been"
    AND = "and_words"
    OR = "or_words"
    TO = "to_words"
    OPTION_WORD = "option_words"
    ALL = "all_of_them"
    NONE = "none_of_them"
    NO_DIFFERENCE = "no_difference"
    BEFORE_OR_AFTER = "before_or_after"
    DAY = "days"
    MONTH = "months"


class Sense(NamedTuple):
    """One meaning of a phrase; `value` is the number, ordinal, month or days from today, where it has one."""

    meaning: Meaning
    value: int = 0


_COUNTED = {Meaning.NUMBER, Meaning.NUMBER_ALONE, Meaning.ORDINAL, Meaning.DAY, Meaning.MONTH}


@dataclass(frozen=True)
class Vocabulary:
    """The phrases of some languages, and their yes and no words by the spelling without drawn-out letters."""

    index: PhraseIndex[Sense]
    drawn_out: dict[str, Sense]


def vocabulary(languages: Sequence[str]) -> Vocabulary:
    """The vocabulary of English and these languages (codes; unknown ones are passed over), built once."""
    return _vocabulary(known_languages(languages))


@lru_cache(maxsize=256)
def _vocabulary(codes: tuple[str, ...]) -> Vocabulary:
    index: PhraseIndex[Sense] = PhraseIndex()
    for code in codes:
        _add(index, language(code))
    return Vocabulary(index, _drawn_out(index))


def _add(index: PhraseIndex[Sense], words: Language) -> None:
    for meaning in Meaning:
        if meaning in _COUNTED:
            for value, phrases in getattr(words, meaning).items():
                index.add(phrases, Sense(meaning, value))
        else:
            index.add(getattr(words, meaning), Sense(meaning))


def without_drawn_out_letters(word: str) -> str:
    """ "Yesss" and "yes" are one word: each run of a letter counts once."""
    return "".join(letter for letter, _ in groupby(word))


def _drawn_out(index: PhraseIndex[Sense]) -> dict[str, Sense]:
    """Yes and no words by their squeezed spelling; one that could be either is left out."""
    squeezed: dict[str, set[Sense]] = {}
    for word, sense in index.single_words():
        if sense.meaning in {Meaning.YES, Meaning.NO} and word.isalpha():
            squeezed.setdefault(without_drawn_out_letters(word), set()).add(sense)
    return {word: senses.pop() for word, senses in squeezed.items() if len(senses) == 1}
