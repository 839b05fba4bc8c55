"""Numbers in a reply as mentions of an answer."""

from flows.chunks import Reply
from flows.mentions import Mention, Role, combined, role_after, role_before
from flows.quantities import Kind, Quantity
from flows.vocabulary import Meaning

# Why a number written like this cannot be taken as a step or a count.
PROBLEMS = {Kind.HALF: "half", Kind.OUT_OF: "another_scale", Kind.STARS: "another_scale", Kind.PERCENT: "percentage"}
_NEVER_THE_ANSWER = {Kind.OTHER, Kind.MONEY, Kind.ORDINAL}


def numeral(reply: Reply, quantity: Quantity, *, problem: str | None, says_itself: bool = False) -> Mention:
    """A number as a mention.

    Args:
        problem: why the number cannot be the answer as it is written, if so.
        says_itself: whether its form alone shows that it is the answer ("8/10" where 10 is the top).
    """
    its = _role(reply, quantity, says_itself)
    if problem is not None and its in {Role.ANSWER, Role.LOOSE, Role.SHARED}:
        its = Role.INEXACT
    rule = "not_exactly" if its is Role.INEXACT else _rule(reply, quantity)
    return Mention(
        quantity.value, quantity.first, quantity.last, its, problem if problem and its is Role.INEXACT else rule
    )


def _role(reply: Reply, quantity: Quantity, says_itself: bool) -> Role:
    if quantity.kind in _NEVER_THE_ANSWER:
        return Role.OTHER
    if _is_numbered(reply, quantity.first):
        return Role.OTHER
    if _is_multiplied(reply, quantity):
        return Role.INEXACT
    before, after = role_before(reply, quantity.first), role_after(reply, quantity.last)
    if quantity.kind is Kind.ALONE and not _is_all_there_is(reply, quantity):
        return Role.OTHER
    if says_itself:
        before = Role.ANSWER if before is Role.LOOSE else before
        after = Role.ANSWER if after is Role.OTHER else after
    return combined(before, after)


def _is_multiplied(reply: Reply, quantity: Quantity) -> bool:
    """Whether it is the first number of "2 x 3"."""
    times = quantity.last
    followed = times + 1 < len(reply.chunks) and reply.word(times + 1)[:1].isdecimal()
    return followed and reply.word(times) in {"x", "times"}


def _is_numbered(reply: Reply, place: int) -> bool:
    """ "No. 7" is a house as likely as a score."""
    return place > 0 and reply.means(place - 1, Meaning.NO) and reply.gap_before(place).startswith(".")


def _is_all_there_is(reply: Reply, quantity: Quantity) -> bool:
    passed_over = (Meaning.BEFORE_ANSWER, Meaning.SMALL_WORD, Meaning.POINTS)
    return all(quantity.first <= chunk < quantity.last or reply.means(chunk, *passed_over) for chunk in reply.bare)


def _rule(reply: Reply, quantity: Quantity) -> str:
    if quantity.kind is Kind.PLAIN:
        return "number" if reply.word(quantity.first)[:1].isdigit() else "number_word"
    return "number_word" if quantity.kind is Kind.ALONE else quantity.kind.value
