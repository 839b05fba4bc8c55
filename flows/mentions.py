"""Which of the things mentioned in a reply is the answer.

The rule is the same for every answer type: a mention is the answer where it opens the reply, opens a clause, or
follows words such as "I would say", and where what comes next does not change it ("7 people", "A great day").
Two different answers, or one that is hedged, are never decided by guessing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from flows.chunks import Reply
from flows.reading import Reading, Status, not_understood, unclear
from flows.vocabulary import Meaning


class Role(StrEnum):
    """What a mention is in its sentence."""

    ANSWER = "answer"
    LOOSE = "loose"  # it could be the answer, but nothing says so: "great day 9"
    SHARED = "shared"  # an answer to a part of the question: "5 for the food"
    NEGATED = "negated"  # "not 7"
    INEXACT = "inexact"  # "less than 7", "7.5", "8/10" on another scale
    WOULD_BE = "would_be"  # "would have been 10"
    OTHER = "other"  # "7 people", "flat 7", "no parking"


@dataclass(frozen=True, slots=True)
class Mention:
    """Something in a reply that could be its answer, from chunk `first` up to but not including `last`.

    `rule` names how it was recognised or, for an inexact one, why it cannot be taken.
    """

    value: bool | int | float | str
    first: int
    last: int
    role: Role
    rule: str


# What may stand between the words that announce an answer and the answer: "I would say it is a solid 8".
_PASSED_OVER = (Meaning.BEFORE_ANSWER, Meaning.POLITE, Meaning.SMALL_WORD)
_ENDS_AN_ANSWER = (
    Meaning.POLITE,
    Meaning.AFTER_ANSWER,
    Meaning.PRAISE,
    Meaning.DONT_KNOW,
    Meaning.WOULD_HAVE_BEEN,
    Meaning.NEITHER,
)
_YES_OR_NO = (Meaning.YES, Meaning.NO, Meaning.YES_ALONE, Meaning.NO_ALONE)


# How many phrases before an answer can still announce it; a reply of a thousand "a" is read in linear time.
FARTHEST_ANNOUNCEMENT = 10


def role_before(reply: Reply, first: int, *, label: bool = False) -> Role:
    """What the words before a mention make of it; a `label` may also be announced by "I am" or "I felt"."""
    announcing = (Meaning.BEFORE_ANSWER, Meaning.BEFORE_LABEL) if label else (Meaning.BEFORE_ANSWER,)
    announced = False
    place = first
    while not reply.clause_starts_at(place):
        place -= 1
        if first - place > FARTHEST_ANNOUNCEMENT:
            return Role.LOOSE
        if reply.means(place, Meaning.WOULD_HAVE_BEEN):
            return Role.WOULD_BE
        if reply.means(place, Meaning.NOT_EXACTLY):
            return Role.INEXACT
        if reply.means(place, Meaning.NEGATION):
            return Role.NEGATED
        if reply.means(place, *announcing):
            announced = True
        elif not (reply.means(place, *_PASSED_OVER) or reply.says_nothing(place)):
            if reply.means(place, Meaning.NO, Meaning.NO_ALONE):
                return Role.LOOSE
            close = place == first - 1 and reply.means(place, Meaning.PRAISE, Meaning.YES)
            return Role.ANSWER if announced or close else Role.LOOSE
    return Role.ANSWER


def role_after(reply: Reply, last: int) -> Role:
    """What the words after a mention make of it."""
    if reply.means(last, Meaning.POINTS) and not reply.clause_ends_at(last - 1):
        last += 1
    if reply.gap_before(last).strip().startswith(("+", "?", "/")) or reply.means(last, Meaning.NOT_EXACTLY):
        return Role.INEXACT
    if reply.clause_ends_at(last - 1) or reply.says_nothing(last) or reply.is_symbol(last):
        return Role.ANSWER
    if reply.means(last, Meaning.OR, Meaning.TO):
        return Role.INEXACT
    if reply.means(last, Meaning.SMALL_WORD, Meaning.BEFORE_ANSWER) and reply.clause_ends_at(last):
        return Role.ANSWER
    if reply.means(last, Meaning.SHARED_OUT):
        return Role.SHARED
    if reply.means(last, *_ENDS_AN_ANSWER, *_YES_OR_NO) or reply.chunks[last].options:
        return Role.ANSWER
    return Role.OTHER


def combined(before: Role, after: Role) -> Role:
    """One role from the words before and the words after."""
    for decisive in (Role.WOULD_BE, Role.INEXACT, Role.NEGATED):
        if decisive in (before, after):
            return decisive
    return before if after is Role.ANSWER else after


def choose(reply: Reply, mentions: Sequence[Mention], in_domain: Callable[[Mention], bool]) -> Reading:
    """The one answer among the mentions, or why there is none. There must be at least one mention.

    A mention that is not the answer and could not be one ("been coming since 2019" on a scale of ten) is no
    second answer.
    """
    answers = [mention for mention in mentions if mention.role is Role.ANSWER]
    if not answers:
        return unclear(_why_none(mentions))
    for doubt in mentions:
        if doubt.role in {Role.LOOSE, Role.SHARED} and in_domain(doubt) and doubt.value != answers[0].value:
            return unclear("two_answers")
        if doubt.role is Role.INEXACT and in_domain(doubt):
            return unclear(doubt.rule)
        if doubt.role is Role.ANSWER and doubt.value != answers[0].value:
            return unclear("two_answers")
    if not in_domain(answers[0]):
        return not_understood("out_of_range")
    return understood(reply, _spanning(answers))


def _spanning(answers: Sequence[Mention]) -> Mention:
    """One mention of what is said twice in a row ("B, I met people"), so that the second is no comment."""
    in_order = sorted(answers, key=lambda answer: answer.first)
    spanning = in_order[0]
    for answer in in_order[1:]:
        if answer.first == spanning.last:
            spanning = replace(spanning, last=answer.last)
    return spanning


def understood(reply: Reply, answer: Mention) -> Reading:
    """The reading of a reply whose answer is this mention."""
    comment = comment_beside(reply, answer.first, answer.last)
    return Reading(Status.UNDERSTOOD, answer.rule, answer.value, comment)


def _why_none(mentions: Sequence[Mention]) -> str:
    roles = {mention.role: mention for mention in mentions}
    if Role.INEXACT in roles:
        return roles[Role.INEXACT].rule
    if len({mention.value for mention in mentions if mention.role in {Role.LOOSE, Role.SHARED}}) > 1:
        return "two_answers"
    for its, rule in (
        (Role.NEGATED, "negated"),
        (Role.SHARED, "answers_a_part"),
        (Role.WOULD_BE, "would_have_been"),
        (Role.OTHER, "means_something_else"),
    ):
        if its in roles:
            return rule
    return "not_clearly_the_answer"


def comment_beside(reply: Reply, first: int, last: int) -> str | None:
    """What the reply says beside its answer: the rest where the answer opens or ends it, else all of it."""
    before = _last_telling(reply, range(first - 1, -1, -1))
    after = _last_telling(reply, range(last, len(reply.chunks)))
    text, chunks, said = reply.said.text, reply.chunks, reply.said
    if before is None and after is None:
        return None
    if before is not None and after is not None:
        return text
    if after is not None:
        return text[said.starts[chunks[after].first] :].strip()
    return text[: said.ends[chunks[before or 0].last - 1]].strip()


# Said beside an answer, these are no comment by themselves.
_NO_COMMENT = (
    Meaning.BEFORE_ANSWER,
    Meaning.BEFORE_LABEL,
    Meaning.SMALL_WORD,
    Meaning.POINTS,
    Meaning.OPTION_WORD,
    Meaning.COUNTED,
    *_YES_OR_NO,
)


def _last_telling(reply: Reply, places: range) -> int | None:
    """The chunk nearest to the answer with which a comment begins or ends; None where there is no comment."""
    nearest = None
    for place in places:
        if reply.says_nothing(place):
            continue
        if not reply.means(place, *_NO_COMMENT):
            return nearest if nearest is not None and places.step > 0 else place
        if nearest is None and not reply.is_symbol(place):
            nearest = place
    return None
