"""What in a comment could point at a person, and taking it out.

A program cannot know every way to identify somebody, so this errs on the side of taking out too much: what is
lost is a word, what is spared is a neighbour. The word lists it goes by are in `outcomes/words`.
"""

import re
import unicodedata
from collections.abc import Collection, Set
from dataclasses import dataclass

from outcomes.words import fold, words_of

GAP = "[…]"
"""What stands where something was taken out."""

_SHOUTING_SHARE = 0.7  # above this share of capitals, a capital letter says nothing about a word


def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE | re.VERBOSE)


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_CONTACTS = (
    _pattern(r"(?:https?://|www\.)\S+"),
    _pattern(r"\S*@\S+"),
    _pattern(
        r"\S+(?:\s+dot\s+\S+)*\s+at\s+(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|live|btinternet)\b(?:\s*(?:dot|\.)\s*\w+)*"
    ),
    _pattern(r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b"),  # a postcode
    _pattern(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b"),  # a date of birth, perhaps
    _pattern(rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\w*\s+\d{{2,4}}\b"),
    _pattern(r"\+?\d(?:[\s().,/-]*\d){4,}"),  # a telephone, account or tenancy number
)

_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|close|court|crescent|cres|drive|gardens|gdns|grove|house|place|square"
    r"|terrace|walk|way|view|mews|row|rise)"
)
_NOT_IN_A_STREET_NAME = (
    r"(?:of|in|on|at|the|a|to|for|from|down|up|my|our|and|or|people|more|times|years?|months?|weeks?|days?|hours?"
    r"|minutes?)"
)
_ADDRESSES = (
    _pattern(rf"\b\d+(?:\s?[a-z])?,?\s+(?:(?!{_NOT_IN_A_STREET_NAME}\b)[\w'’]+\s+){{1,3}}{_STREET}\b"),
    _pattern(
        r"\b(?:flat|apartment|apt|unit|room|block|floor|house|door|plot|number|num|nos?)\b\.?\s*\#?\d+(?:\s?[a-z])?\b"
    ),
    re.compile(r"\b(?i:flat|block|unit)\s+[A-HJ-Zb-hj-z]\b"),
    _pattern(r"\#\s?\d+\b"),
    _pattern(r"\b(?:at|lives?\s+(?:at|in))\s+\d+[a-z]?\b(?!\s*(?:am|pm|o['’]?clock|[:%]|\.\d))"),
    _pattern(
        r"\b(?!\d+(?:st|nd|rd|th|am|pm|min|mins|hr|hrs|h|k|m|p|x|s|g|ish|yrs?|wks?)\b)(?=\w*\d)(?=\w*[a-z])\w{3,}\b"
    ),
)

_TITLED = _pattern(r"\b(?:mrs?|ms|mx|dr|prof|rev|revd|cllr|pc|sgt)\b\.?\s+[^\W\d_][\w'’-]*")
_INTRODUCES = _pattern(
    r"""\b(?:son|daughter|husband|wife|partner|neighbou?r|mum|mam|mom|dad|mother|father|brother|sister
    |gran|nan|nana|grandad|grandson|granddaughter|aunt|auntie|aunty|uncle|cousin|niece|nephew|friend|mate|carer
    |boyfriend|girlfriend|boy|girl|lad|man|woman|lady|officer|manager|warden|caretaker|councillor|worker|nurse
    |called|named|name\s+is|name['’]s|regards|signed|yours),?\s+$"""
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:;])[\s\"'“”‘’()\[\]*-]*$")
_GAPS = re.compile(r"\[…\](?:[\s,.'’&/-]*(?:and\s+)?\[…\])+")


@dataclass(frozen=True)
class Cleaned:
    """A comment without what could point at a person, and how many gaps that left."""

    text: str
    gaps: int


def tidy(comment: str) -> str:
    """The comment on one line, without invisible characters and look-alike forms that a pattern would miss."""
    plain = unicodedata.normalize("NFKC", comment)
    visible = (" " if c.isspace() else c for c in plain if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))
    return " ".join("".join(visible).split())


def remove_contacts(comment: str) -> str:
    """Take out what points at a person by its form: addresses, numbers, names after a title such as Mrs.

    `comment` is one line, as `tidy` leaves it.
    """
    for pattern in (*_CONTACTS, *_ADDRESSES, _TITLED):
        comment = pattern.sub(GAP, comment)
    return comment


def remove_names(comment: str, people: Set[str], public_words: Set[str]) -> Cleaned:
    """Take out whatever could be a name.

    Args:
        comment: as `remove_contacts` leaves it.
        people: the folded words (see `name_words`) of the names of tenants the comment could be about.
        public_words: folded words that identify nobody although they are written with a capital: of the activity's
            title, of the landlord's name.
    """
    text = _GAPS.sub(GAP, _without_names(comment, people, public_words))
    return Cleaned(text, text.count(GAP))


def possible_names(comment: str) -> frozenset[str]:
    """Every folded word of a comment that `remove_names` looks for among people's names."""
    return frozenset(fold(part) for word in _WORD.findall(comment) for part in _parts(word))


def name_words(names: Collection[str]) -> frozenset[str]:
    """Every word of two letters or more: of "Mary-Jane O'Brien", `mary-jane`, `mary`, `jane` and `o'brien`."""
    words = {word for text in names for word in _WORD.findall(text)}
    parts = {part for word in words for part in word.split("-")}
    return frozenset(fold(word) for word in words | parts if len(word) > 1)


def _parts(word: str) -> set[str]:
    """A word as it could be somebody's name: without an "'s", and each side of a hyphen."""
    stem = _stem(word)
    return {stem, *stem.split("-")}


def _stem(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word


def _without_names(text: str, people: Set[str], public_words: Set[str]) -> str:
    shouted = _is_shouted(text)

    def replace(found: re.Match[str]) -> str:
        word, before = found[0], text[: found.start()]
        stem = _stem(word)
        context = _Context(
            capital=stem[0].isupper() and not shouted,
            opens=_SENTENCE_START.search(before) is not None,
            introduced=_INTRODUCES.search(before) is not None,
        )
        if any(_is_name(fold(part), context, people, public_words) for part in _parts(word)):
            return GAP + word[len(stem) :]
        return word

    return _WORD.sub(replace, text)


@dataclass(frozen=True)
class _Context:
    """How a word stands: with a capital, at the opening of a sentence, after "my son" or "called"."""

    capital: bool
    opens: bool
    introduced: bool


def _is_name(word: str, context: _Context, people: Set[str], public_words: Set[str]) -> bool:
    """Whether a folded word is to be taken for a name."""
    ordinary = word in words_of("ordinary_words")
    if word in people:
        return context.capital or not ordinary
    if word in words_of("given_names"):
        return (context.capital and not context.opens) if ordinary else True
    return (context.capital or context.introduced) and not ordinary and word not in public_words


def _is_shouted(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return sum(character.isupper() for character in letters) > _SHOUTING_SHARE * len(letters)
