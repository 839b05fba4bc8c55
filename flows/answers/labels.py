"""Options and labels in a reply: their words, with small typing errors, and "don't know" among them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from flows.chunks import Reply
from flows.mentions import Mention, Role, combined, role_after, role_before
from flows.reply_text import folded_words
from flows.vocabulary import Meaning, vocabulary

_DECLINES = (Meaning.DONT_KNOW, Meaning.RATHER_NOT_SAY, Meaning.NOT_APPLICABLE)
_SHORTEST_MISTYPED_WORD = 4  # a letter more or less makes another word of a shorter one
_LENGTH_FOR_TWO_ERRORS = 8
_SHARE_OF_A_LABEL = 0.7  # how much of a label, by letters, must be there for a part to stand for it

Wordings = Sequence[Sequence[str]]  # for each option or step, its label in each language that may be used


def wordings(labels: Sequence[Mapping[str, str]], languages: Sequence[str]) -> Wordings:
    """The labels that a tenant of these languages may have before them; every language if none of them is there."""
    return [[label[code] for code in languages if code in label] or list(label.values()) for label in labels]


def label_mentions(reply: Reply) -> list[Mention]:
    """The labels that the reply spells out; the value is the place of the option or step."""
    found: list[Mention] = []
    for place, chunk in enumerate(reply.chunks):
        for option in chunk.options:
            before = role_before(reply, place, label=True)
            if before is Role.ANSWER and reply.means(place - 1, Meaning.PRAISE) and place > 0:
                before = before if reply.clause_starts_at(place) else Role.LOOSE  # "very good" is not "good"
            if before is Role.LOOSE and found and _joined(reply, found[-1].last, place):
                before = Role.ANSWER
            after = role_after(reply, place + 1)
            if reply.means(place + 1, Meaning.PRAISE) and not reply.clause_ends_at(place):
                after = Role.OTHER
            found.append(Mention(option, place, place + 1, combined(before, after), "label"))
    return found


def _joined(reply: Reply, last: int, place: int) -> bool:
    """Whether only "and", "or" and small words stand between two labels."""
    between = range(last, place)
    return any(reply.means(chunk, Meaning.AND, Meaning.OR) for chunk in between) and all(
        reply.means(chunk, Meaning.AND, Meaning.OR, Meaning.SMALL_WORD) for chunk in between
    )


def mistyped_label(reply: Reply, labels: Wordings) -> int | None:
    """The option whose label the whole reply is but for typing errors, if no other comes near."""
    said = _said_words(reply)
    errors = [
        min((count for label in wordings if (count := _errors(said, folded_words(label))) is not None), default=None)
        for wordings in labels
    ]
    near = sorted((count, place) for place, count in enumerate(errors) if count is not None)
    if not near or (len(near) > 1 and near[1][0] - near[0][0] < 2):
        return None
    return near[0][1]


def part_of_label(reply: Reply, labels: Wordings) -> int | None:
    """The one option whose label begins or ends with the whole reply and says little more, if only one does."""
    said = _said_words(reply)
    if not said or any(reply.means(chunk, Meaning.NEGATION, Meaning.NO) for chunk in range(len(reply.chunks))):
        return None
    places = {
        place
        for place, wordings in enumerate(labels)
        for label in wordings
        if _is_beginning_or_end(said, folded_words(label)) and not _negates(label, reply.languages)
    }
    if len(places) != 1:
        return None
    place = places.pop()
    letters = sum(map(len, said))
    whole = min(
        sum(map(len, words)) for label in labels[place] if _is_beginning_or_end(said, words := folded_words(label))
    )
    return place if letters >= whole * _SHARE_OF_A_LABEL else None


def shares_words(reply: Reply, labels: Wordings) -> bool:
    """Whether the reply holds a telling word of a label: it speaks of the options but does not name one."""
    return not telling_words(labels).isdisjoint(reply.said.words)


def telling_words(labels: Iterable[Sequence[str]]) -> set[str]:
    """The longer words of some labels, folded."""
    return {
        word
        for wordings in labels
        for label in wordings
        for word in folded_words(label)
        if len(word) >= _SHORTEST_MISTYPED_WORD
    }


def option_for(meaning: Meaning, languages: tuple[str, ...], labels: Wordings) -> int | None:
    """The one option whose label has this meaning, such as "Don't know" or "Yes"; None if none or several."""
    places = [
        place
        for place, wordings in enumerate(labels)
        if any(meaning in _meanings_of(label, languages) for label in wordings)
    ]
    return places[0] if len(places) == 1 else None


@lru_cache(maxsize=4096)
def _meanings_of(label: str, languages: tuple[str, ...]) -> frozenset[Meaning]:
    """What a label says: yes or no only where it says nothing else, "don't know" and the like anywhere."""
    words = folded_words(label)
    found = vocabulary(languages).index.all_in(words)
    return frozenset(
        sense.meaning
        for sense, first, last in found
        if sense.meaning in _DECLINES or (first == 0 and last == len(words))
    )


def _negates(label: str, languages: tuple[str, ...]) -> bool:
    """Whether a label says that something is not so; a part of it may then say the opposite."""
    found = vocabulary(languages).index.all_in(folded_words(label))
    return any(sense.meaning in {Meaning.NEGATION, Meaning.NO} for sense, _, _ in found)


def _said_words(reply: Reply) -> tuple[str, ...]:
    return tuple(
        word
        for place, chunk in enumerate(reply.chunks)
        if not reply.says_nothing(place)
        for word in reply.said.words[chunk.first : chunk.last]
    )


def _errors(said: Sequence[str], label: Sequence[str]) -> int | None:
    """The typing errors between a reply and a label; None where it is another text.

    The first letter of a word must be right: "satisfied" and "dissatisfied" are not typing errors of each other.
    """
    if len(said) != len(label):
        return None
    errors = 0
    for word, wanted in zip(said, label, strict=True):
        if word == wanted:
            continue
        if len(wanted) < _SHORTEST_MISTYPED_WORD or word[:1] != wanted[:1] or not word.isalpha():
            return None
        allowed = 2 if len(wanted) >= _LENGTH_FOR_TWO_ERRORS else 1
        distance = OSA.distance(word, wanted, score_cutoff=allowed)
        if distance > allowed:
            return None
        errors += distance
    return errors


def _is_beginning_or_end(said: Sequence[str], label: Sequence[str]) -> bool:
    length = len(said)
    return 0 < length < len(label) and said in (label[:length], label[-length:])
