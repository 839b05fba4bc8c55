"""A question answered by yes or no."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from flows.chunks import Reply
from flows.mentions import Mention, Role, choose, combined, role_after, role_before, understood
from flows.reading import Reading, not_understood, unclear
from flows.vocabulary import Meaning

_NOTHING_OF_ITS_OWN = (Meaning.BEFORE_ANSWER, Meaning.SMALL_WORD, Meaning.NO)
LONGEST_BARE_ANSWER = 6  # phrases: "it really was, it was"


class YesNo(BaseModel):
    """Yes or no, as a flow file writes it: `{type: yes_no}`. The value is true or false."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["yes_no"]


def read(answer: YesNo, reply: Reply) -> Reading:
    """Read a reply as yes or no.

    A yes counts whatever follows ("yes the kids loved it"). A no counts only where the next words do not make it
    part of something else ("no parking", "no problem it was great").
    """
    bare = reply.bare
    if any(reply.means(chunk, Meaning.UNSURE) for chunk in bare[:3]):
        return unclear("unsure")
    mentions = [mention for chunk in bare if (mention := _mention(reply, chunk, bare)) is not None]
    if not mentions:
        hints = any(reply.means(chunk, Meaning.NEITHER, Meaning.PRAISE) for chunk in bare)
        return unclear("neither_yes_nor_no") if hints else not_understood()
    if not any(mention.role is Role.ANSWER for mention in mentions):
        return _only_loose(reply, mentions)
    return choose(reply, mentions, lambda mention: True)


def _mention(reply: Reply, chunk: int, bare: list[int]) -> Mention | None:
    says_yes, says_no = reply.means(chunk, Meaning.YES), reply.means(chunk, Meaning.NO)
    if not says_yes and not says_no and _is_all_there_is(reply, chunk, bare):
        says_yes, says_no = reply.means(chunk, Meaning.YES_ALONE), reply.means(chunk, Meaning.NO_ALONE)
    if not says_yes and not says_no:
        return None
    if says_yes and says_no:
        return Mention(True, chunk, chunk + 1, Role.INEXACT, "yes_and_no")
    before, after = role_before(reply, chunk), role_after(reply, chunk + 1)
    if before is Role.NEGATED and reply.means(chunk - 1, Meaning.NO):
        before = Role.LOOSE  # where one word is both no and not, "nie tak" may be "no, yes"
    if says_yes and after in {Role.OTHER, Role.SHARED} and before is Role.ANSWER:
        after = Role.ANSWER
    if says_no and reply.means(chunk + 1, Meaning.PRAISE) and not reply.clause_ends_at(chunk):
        after = Role.OTHER  # "no good"
    its = combined(before, after)
    if says_no and its is Role.ANSWER and _says_something_first(reply, chunk):
        its = Role.LOOSE
    return Mention(says_yes, chunk, chunk + 1, its, "not_exactly" if its is Role.INEXACT else "yes_no_word")


def _says_something_first(reply: Reply, chunk: int) -> bool:
    """Whether a no comes after words that it need not deny: "great, no"; "it didn't help, no" is a no."""
    before = [place for place in reply.bare if place < chunk and not reply.means(place, *_NOTHING_OF_ITS_OWN)]
    return bool(before) and not any(reply.means(place, Meaning.NEGATION, Meaning.NO_ALONE) for place in before)


def _is_all_there_is(reply: Reply, chunk: int, bare: list[int]) -> bool:
    if len(bare) > LONGEST_BARE_ANSWER:
        return False
    passed_over = (Meaning.SMALL_WORD, Meaning.YES_ALONE, Meaning.NO_ALONE)
    return all(other == chunk or reply.means(other, *passed_over) for other in bare)


def _only_loose(reply: Reply, mentions: list[Mention]) -> Reading:
    """ "It was great yes": a single yes that ends the reply, with no negation before it, is a yes."""
    only = mentions[0]
    ends_it = all(reply.says_nothing(chunk) for chunk in range(only.last, len(reply.chunks)))
    negated = any(
        reply.means(chunk, Meaning.NEGATION, Meaning.NO, Meaning.OR, Meaning.DONT_KNOW) for chunk in range(only.first)
    )
    if len(mentions) == 1 and only.role is Role.LOOSE and only.value is True and ends_it and not negated:
        return understood(reply, only)
    return choose(reply, mentions, lambda mention: True)
