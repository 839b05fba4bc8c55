"""Which comments may be shown: those that identify nobody, chosen to represent and not to flatter."""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import dataclass

from outcomes.identifiers import name_words, possible_names, remove_contacts, remove_names, tidy

NamesAmong = Callable[[Set[str]], Set[str]]

LONGEST_COMMENT = 280
LONGEST_CHECKED = 1000  # checking takes time with the square of the length; what is beyond would not be shown anyway
MOST_GAPS = 2
FEWEST_WORDS_LEFT = 3
MOST_SHOWN = 5

# Who holds a post, or is "the only" one of a kind, is known to everybody who was there.
_KNOWN_BY_ROLE = re.compile(
    r"\b(?:i['’]?m|i am|i was|as|being)\s+(?:(?:your|the|a|an)\s+)?"
    r"(?:only|chair\w*|secretary|treasurer|rep|representative|warden|caretaker|vicar|imam|councillor)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Comment:
    """What somebody wrote, with the id of its answer; `said` is the answer it was written beside, if any.

    `alarming` when an alert was raised over the message it came in.
    """

    answer_id: int
    text: str
    said: str | None = None
    alarming: bool = False


@dataclass(frozen=True)
class Verbatim:
    """A comment as it may be shown."""

    answer_id: int
    text: str
    said: str | None


@dataclass(frozen=True)
class Verbatims:
    """The comments shown, how many more could be, and how many are kept back to protect somebody.

    `unread` were left out by lot, where there are many, before anybody looked at them.
    """

    shown: tuple[Verbatim, ...]
    more: int
    withheld: int
    unread: int = 0


def choose_verbatims(
    comments: Sequence[Comment], names_among: NamesAmong, public_words: Collection[str], small: bool, unread: int = 0
) -> Verbatims:
    """Choose at most `MOST_SHOWN` comments, evenly over the order in which they came.

    Args:
        comments: in the order in which they came.
        names_among: gives those of some folded words that are in the name of a tenant concerned.
        public_words: words that identify nobody although they are written with a capital.
        small: fewer than ten answers were understood, so that whoever was there could fill even a gap; then only
            comments that need no gap are shown.
        unread: how many more comments there are.
    """
    written = [comment for comment in comments if _WORD.search(comment.text)]
    checked = [(each, None if each.alarming else _checked(each.text)) for each in written]
    people = names_among({word for _, text in checked if text is not None for word in possible_names(text)})
    public = name_words(public_words)
    presentable = []
    for comment, text in checked:
        presented = None if text is None else _presented(text, people, public, small)
        if presented is not None:
            presentable.append(Verbatim(comment.answer_id, presented, comment.said))
    # The same words five times say no more than once, and leave no room for others.
    distinct: dict[tuple[str, str | None], Verbatim] = {}
    for verbatim in presentable:
        distinct.setdefault((verbatim.text.casefold(), verbatim.said), verbatim)
    shown = tuple(_evenly(list(distinct.values()), MOST_SHOWN))
    return Verbatims(shown, len(presentable) - len(shown), len(written) - len(presentable), unread)


def _checked(comment: str) -> str | None:
    """The comment with gaps for addresses and numbers; None when it may not be shown at all.

    Kept back are comments that name a role only one person has, or that are written in a script without capital
    letters, in which names cannot be told from words.
    """
    text = _cut(tidy(comment), LONGEST_CHECKED)
    return remove_contacts(text) if _is_latin(text) and not _KNOWN_BY_ROLE.search(text) else None


def _presented(checked: str, people: Set[str], public_words: Set[str], small: bool) -> str | None:
    """The comment as it may be shown, with gaps for names too; None when it is more gap than comment."""
    cleaned = remove_names(checked, people, public_words)
    words_left = len(_WORD.findall(cleaned.text))
    if cleaned.gaps and (small or cleaned.gaps > MOST_GAPS or words_left < FEWEST_WORDS_LEFT):
        return None
    return _shortened(cleaned.text)


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in text if letter.isalpha())


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_COMMENT else f"{_cut(text, LONGEST_COMMENT)} …"


def _cut(text: str, length: int) -> str:
    """At most `length` characters, cut between words where there are several."""
    return text if len(text) <= length else text[:length].rpartition(" ")[0] or text[:length]


def _evenly(verbatims: Sequence[Verbatim], most: int) -> list[Verbatim]:
    if len(verbatims) <= most:
        return list(verbatims)
    return [verbatims[place * len(verbatims) // most] for place in range(most)]
