"""The numbers in a reply, in digits of any script or in words."""

import re
from dataclasses import dataclass
from enum import StrEnum

from flows.chunks import Reply
from flows.vocabulary import Meaning

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){1,3}")
_DIGITS_OF_A_TELEPHONE = 7
_FRACTION_SLASH = "\u2044"
_JOINS_NUMBER_WORDS = {"", " ", "-", " and "}


class Kind(StrEnum):
    """How a number is written, as far as that decides what it can mean."""

    PLAIN = "plain"
    HALF = "half"  # seven and a half, 7½, 7.5
    OUT_OF = "out_of"  # 8/10, 8 out of 10
    STARS = "stars"
    PERCENT = "percent"
    MONEY = "money"
    ORDINAL = "ordinal"
    OTHER = "other"  # a time, a telephone number, a date: not an amount
    ALONE = "alone"  # a word that is a number only by itself: "one"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a reply, from chunk `first` up to but not including `last`; `base` is the 10 of 8/10."""

    value: int | float
    kind: Kind
    first: int
    last: int
    base: int | None = None


def find_quantities(reply: Reply) -> list[Quantity]:
    """Every number in the reply, from left to right; what belongs together is one."""
    found: list[Quantity] = []
    place = 0
    while place < len(reply.chunks):
        quantity = _quantity_at(reply, place)
        if quantity is None:
            place += 1
            continue
        quantity = _with_half(reply, _with_base(reply, quantity))
        found.append(quantity)
        place = quantity.last
    return found


def _quantity_at(reply: Reply, place: int) -> Quantity | None:
    if reply.word(place)[:1].isdigit() and not reply.means(place, Meaning.ORDINAL):
        return _digits(reply, place)
    if reply.means(place, Meaning.NUMBER, Meaning.TIMES_TEN):
        return _number_words(reply, place)
    senses = reply.chunks[place].senses
    if Meaning.ORDINAL in senses:
        return Quantity(senses[Meaning.ORDINAL], Kind.ORDINAL, place, place + 1)
    if Meaning.NUMBER_ALONE in senses:
        return Quantity(senses[Meaning.NUMBER_ALONE], Kind.ALONE, place, place + 1)
    if Meaning.HALF in senses:
        return Quantity(0.5, Kind.HALF, place, place + 1)
    if reply.word(place) in {"★", "⭐", "🌟"}:
        return _row_of_stars(reply, place)
    return None


def _digits(reply: Reply, place: int) -> Quantity:
    written = reply.word(place).replace("٬", ",").replace("٫", ".")
    before, after = reply.gap_before(place), reply.gap_before(place + 1)
    value, kind = _value_of_digits(written)
    if _is_negative(before, place):
        value = -value
    if kind is Kind.PLAIN:
        if after.lstrip().startswith(("%", "٪", "％")):
            kind = Kind.PERCENT
        elif before.rstrip().endswith(("£", "€", "$")) or after.startswith(("£", "€", "$")):
            kind = Kind.MONEY
        elif _is_part_of_a_time_or_date(reply, place, after) or before.endswith(("#", "№")):
            kind = Kind.OTHER
        elif after == "" and place + 1 < len(reply.chunks) and reply.word(place + 1) in {"st", "nd", "rd", "th"}:
            return Quantity(value, Kind.ORDINAL, place, place + 2)
    return Quantity(value, kind, place, place + 1)


def _value_of_digits(written: str) -> tuple[int | float, Kind]:
    if _FRACTION_SLASH in written or not all(part.isdecimal() for part in re.split("[.,]", written)):
        return 0.5, Kind.HALF
    digits = re.sub("[.,]", "", written)
    if len(digits) >= _DIGITS_OF_A_TELEPHONE or (len(digits) > 2 and digits[0] == "0"):
        return 0, Kind.OTHER
    if digits == written:
        return int(written), Kind.PLAIN
    if _THOUSANDS.fullmatch(written):
        return int(digits), Kind.PLAIN
    whole, _, rest = written.replace(",", ".").partition(".")
    if not rest.isdecimal() or "," in written:
        return 0, Kind.OTHER  # "7,8" is two numbers, "1.2.3" a date or a version
    value = float(f"{int(whole)}.{int(rest):0{len(rest)}d}")
    if len(rest) > 1:
        return value, Kind.OTHER  # "7.30" is a time as likely as not
    return (int(value), Kind.PLAIN) if value.is_integer() else (value, Kind.HALF)


def _is_negative(before: str, place: int) -> bool:
    """ "-3" is below nought; in "7-3" and "was - 3" the dash only separates."""
    if not before.endswith(("-", "−", "–")):
        return False
    return before[:-1].isspace() or (place == 0 and len(before) == 1)


def _is_part_of_a_time_or_date(reply: Reply, place: int, after: str) -> bool:
    next_is_number = place + 1 < len(reply.chunks) and reply.word(place + 1)[:1].isdigit()
    previous_is_number = place > 0 and reply.word(place - 1)[:1].isdigit()
    return (after == ":" and next_is_number) or (reply.gap_before(place) == ":" and previous_is_number)


def _number_words(reply: Reply, place: int) -> Quantity:
    """Add up a row of number words: "twenty five", "dau ddeg pump" (two tens five), "二十五"."""
    value, last, multiplied = 0, place, False
    while last < len(reply.chunks):
        senses = reply.chunks[last].senses
        if last > place and reply.gap_before(last) not in _JOINS_NUMBER_WORDS:
            break
        if Meaning.TIMES_TEN in senses:
            if value > 9 or (last > place and multiplied):
                break
            value, multiplied = max(value, 1) * 10, True
        elif Meaning.AND in senses and value >= 100 and reply.means(last + 1, Meaning.NUMBER):
            pass  # "a hundred and five"
        elif Meaning.NUMBER in senses or (last > place and Meaning.NUMBER_ALONE in senses):
            part = senses.get(Meaning.NUMBER, senses.get(Meaning.NUMBER_ALONE, 0))
            if last == place:
                value = part
            elif part == 100 and 0 < value < 10:
                value *= 100
            elif _continues(value, part, multiplied):
                value += part
            else:
                break
        else:
            break
        last += 1
    return Quantity(value, Kind.PLAIN, place, last)


def _continues(value: int, part: int, multiplied: bool) -> bool:
    if 0 < part < 10 and value % 10 == 0:
        return multiplied or value >= 20
    return 0 < part < 100 and value % 100 == 0 and value >= 100


def _row_of_stars(reply: Reply, place: int) -> Quantity:
    """Filled stars are the value; empty ones after them make the base."""
    last = place
    while last < len(reply.chunks) and reply.word(last) in {"★", "⭐", "🌟"}:
        last += 1
    filled = last - place
    while last < len(reply.chunks) and reply.word(last) == "☆":
        last += 1
    return Quantity(filled, Kind.STARS, place, last, last - place if last - place > filled else None)


def _with_base(reply: Reply, quantity: Quantity) -> Quantity:
    """Take in "/10", "out of 10", "10 میں سے 8" (of 10, 8) or "stars"."""
    if quantity.kind is not Kind.PLAIN and quantity.kind is not Kind.HALF and quantity.kind is not Kind.ALONE:
        return quantity
    next_place = quantity.last
    if reply.means(next_place, Meaning.PERCENT):
        return Quantity(quantity.value, Kind.PERCENT, quantity.first, next_place + 1)
    if reply.means(next_place, Meaning.STARS) and not reply.is_symbol(next_place):
        return Quantity(quantity.value, Kind.STARS, quantity.first, next_place + 1)
    if reply.gap_before(next_place).strip() in {"/", "\\", "⁄", "／"}:
        second_place, reversed_order = next_place, False
    elif reply.means(next_place, Meaning.OUT_OF, Meaning.OUT_OF_REVERSED):
        second_place, reversed_order = next_place + 1, reply.means(next_place, Meaning.OUT_OF_REVERSED)
    else:
        return quantity
    second = _quantity_at(reply, second_place) if second_place < len(reply.chunks) else None
    if second is None or not isinstance(second.value, int):
        return quantity
    value, base = (second.value, quantity.value) if reversed_order else (quantity.value, second.value)
    kind = Kind.OUT_OF if isinstance(value, int) and isinstance(base, int) else Kind.HALF
    return Quantity(value, kind, quantity.first, second.last, int(base))


def _with_half(reply: Reply, quantity: Quantity) -> Quantity:
    """Take in "½", "and a half", "1/2" after a whole number."""
    place = quantity.last
    while reply.means(place, Meaning.AND, Meaning.SMALL_WORD) and reply.gap_before(place).isspace():
        place += 1
    if reply.means(place, Meaning.HALF) or (
        place == quantity.last and place < len(reply.chunks) and _FRACTION_SLASH in reply.word(place)
    ):
        return Quantity(quantity.value + 0.5, Kind.HALF, quantity.first, place + 1)
    return quantity
