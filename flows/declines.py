""" "Don't know", "n/a" and "rather not say": the replies that decline to answer."""

from flows.chunks import Reply
from flows.vocabulary import Meaning

DECLINES = (Meaning.DONT_KNOW, Meaning.RATHER_NOT_SAY, Meaning.NOT_APPLICABLE)


def declined(reply: Reply) -> Meaning | None:
    """How the reply declines, where that opens it and nothing turns it into another sentence.

    "Don't know, I left early" declines; "I don't know what you mean" does not.
    """
    place = _first_telling(reply)
    if not reply.means(place, *DECLINES):
        return None
    goes_on = not reply.clause_ends_at(place) and not reply.says_nothing(place + 1)
    if goes_on and not reply.means(place + 1, Meaning.AFTER_ANSWER, Meaning.PRAISE, *DECLINES):
        return None
    return _kind(reply, place)


def only_declines(reply: Reply) -> bool:
    """Whether the reply declines and says nothing else."""
    bare = [chunk for chunk in reply.bare if not reply.means(chunk, Meaning.SMALL_WORD, Meaning.PRAISE)]
    return bool(bare) and all(reply.means(chunk, *DECLINES) for chunk in bare)


def _first_telling(reply: Reply) -> int:
    place = 0
    while (
        place < len(reply.chunks)
        and (reply.says_nothing(place) or reply.means(place, Meaning.SMALL_WORD, Meaning.BEFORE_ANSWER))
        and reply.word(place) != "a"
    ):  # which may be an option: "A not sure"
        place += 1
    return place


def _kind(reply: Reply, place: int) -> Meaning:
    return next(meaning for meaning in DECLINES if reply.means(place, meaning))
