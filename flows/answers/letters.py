"""Options named by their letter ("B", "option b", "a)") or their place ("the second one", "2")."""

from flows.answers.options import LETTERS
from flows.chunks import Reply
from flows.mentions import Mention, Role, role_before
from flows.quantities import Kind, Quantity, find_quantities
from flows.vocabulary import Meaning

_ALSO_WORDS = "ai"  # "a" and "I" open ordinary sentences
_PASSED_OVER = (
    Meaning.BEFORE_ANSWER,
    Meaning.SMALL_WORD,
    Meaning.OPTION_WORD,
    Meaning.AND,
    Meaning.OR,
    Meaning.NEGATION,
)


def letter_mentions(reply: Reply, options: int) -> list[Mention]:
    """The letters in a reply that stand for one of the first `options` options; the value is the option's place.

    A capital beside such a letter is kept although no option has it: "A, D" of three options is to be refused.
    """
    found: list[Mention] = []
    for chunk in range(len(reply.chunks)):
        follows_one = bool(found) and _joined(reply, found[-1].last, chunk)
        place = _letter(reply, chunk, len(LETTERS) if follows_one and _is_capital(reply, chunk) else options)
        is_and = follows_one and reply.means(chunk, Meaning.AND) and not reply.clause_ends_at(chunk)  # Welsh "a"
        if place is not None and not is_and:
            its = _role(reply, chunk, options, follows_one=follows_one)
            if its is not Role.OTHER:
                found.append(Mention(place, chunk, chunk + 1, its, "not_exactly" if its is Role.INEXACT else "letter"))
    return found


def place_mentions(reply: Reply, options: int) -> list[Mention]:
    """ "The first one" and, as the whole reply, "2", "second" or "1 and 3".

    A place that no option has is kept, to be refused.
    """
    quantities = find_quantities(reply)
    kinds = {Kind.PLAIN} if len(quantities) > 1 else {Kind.PLAIN, Kind.ORDINAL, Kind.ALONE}
    counted = {chunk for quantity in quantities for chunk in range(quantity.first, quantity.last)}
    whole = all(
        chunk in counted or (reply.means(chunk, *_PASSED_OVER) and _letter(reply, chunk, options) is None)
        for chunk in reply.bare
    )
    if not whole or any(quantity.kind not in kinds for quantity in quantities):
        return [Mention(-1, quantity.first, quantity.last, Role.OTHER, "number") for quantity in quantities]
    return [_at_place(reply, quantity, options) for quantity in quantities]


def _at_place(reply: Reply, quantity: Quantity, options: int) -> Mention:
    from_the_end = quantity.kind is Kind.ORDINAL and quantity.value < 0
    place = options + int(quantity.value) if from_the_end else int(quantity.value) - 1
    rule = "ordinal" if quantity.kind is Kind.ORDINAL else "number_of_the_option"
    before = role_before(reply, quantity.first)
    its = Role.ANSWER if before is Role.LOOSE else before  # "number 2"
    return Mention(place, quantity.first, quantity.last, its, "not_exactly" if its is Role.INEXACT else rule)


def _letter(reply: Reply, chunk: int, options: int) -> int | None:
    """The place of the option that a single letter names."""
    if (
        chunk >= len(reply.chunks)
        or reply.chunks[chunk].last - reply.chunks[chunk].first != 1
        or reply.chunks[chunk].options
        or (options == len(LETTERS) and reply.says_nothing(chunk))  # a kiss
    ):
        return None
    word = reply.word(chunk)
    place = LETTERS.find(word.upper()) if len(word) == 1 else -1
    return place if 0 <= place < options else None


def _joined(reply: Reply, last: int, chunk: int) -> bool:
    """Whether only "and", "or", commas and politeness stand between one letter and the next."""
    return all(
        reply.means(between, Meaning.AND, Meaning.OR, Meaning.POLITE, Meaning.OPTION_WORD, Meaning.NEGATION)
        for between in range(last, chunk)
    )


def _role(reply: Reply, chunk: int, options: int, *, follows_one: bool) -> Role:
    before = role_before(reply, chunk)
    if before in {Role.NEGATED, Role.INEXACT, Role.WOULD_BE}:
        return before
    if reply.gap_before(chunk + 1).strip().startswith("?"):
        return Role.INEXACT
    ends = _ends(reply, chunk, options)
    if follows_one:
        return Role.ANSWER if ends else Role.LOOSE
    if reply.means(chunk - 1, Meaning.OPTION_WORD) and not reply.clause_starts_at(chunk):
        return Role.ANSWER
    if reply.word(chunk) in _ALSO_WORDS and not _is_marked_off(reply, chunk, options):
        return Role.OTHER
    if before is Role.ANSWER and ends:
        return Role.ANSWER
    return Role.LOOSE if _is_capital(reply, chunk) and reply.word(chunk) not in _ALSO_WORDS else Role.OTHER


def _is_capital(reply: Reply, chunk: int) -> bool:
    return reply.said.text[reply.said.starts[reply.chunks[chunk].first]].isupper()


def _is_marked_off(reply: Reply, chunk: int, options: int) -> bool:
    """Whether a letter that is also a word stands apart: "A", "A.", "a and c", "A because", but not "A great day"."""
    if reply.clause_ends_at(chunk):
        return True
    rest_is_decoration = all(
        reply.says_nothing(other) or reply.is_symbol(other) for other in range(chunk + 1, len(reply.chunks))
    )
    goes_on = reply.means(chunk + 1, Meaning.AND, Meaning.OR, Meaning.BECAUSE)
    return rest_is_decoration or goes_on or _letter(reply, chunk + 1, options) is not None


def _ends(reply: Reply, chunk: int, options: int) -> bool:
    """Whether a clause ends after a letter, or goes on in a way that leaves it what it is."""
    following = chunk + 1
    if reply.clause_ends_at(chunk) or reply.is_symbol(following) or reply.chunks[following].options:
        return True
    if reply.means(following, Meaning.POLITE, Meaning.AND, Meaning.OR, Meaning.AFTER_ANSWER):
        return True
    if reply.means(following, Meaning.BEFORE_ANSWER, Meaning.SMALL_WORD):
        return reply.clause_ends_at(following)  # "B I think"
    return _letter(reply, following, options) is not None
