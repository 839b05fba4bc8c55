"""Reading single cells: dates, numbers, hours and pounds as people in the UK write them.

Every function takes a cell's trimmed text, which is not empty, and raises ValueError with a sentence for its author.
"""

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

# What a 32-bit column holds, on the narrower of the two databases.
LARGEST_NUMBER = 2_147_483_647
LONGEST_REFERENCE = 64
LONGEST_NAME = 40
LONGEST_TITLE = 80

# Marks that make what follows them show in another order than it is stored in.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_TIME_OF_DAY = r"(?:[ T]\d{2}:\d{2}(?::\d{2})?)?"
_ISO_DATE = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}}){_TIME_OF_DAY}", re.ASCII)
_BRITISH_DATE = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}){_TIME_OF_DAY}", re.ASCII)
# What a name has beside letters and their marks. Two invisible joiners belong to the spelling of Asian names.
_IN_NAMES = frozenset(" -\u2010\u2011'\u2018\u2019.\u200c\u200d")
# A full stop ends a word or an initial ("J.R. Hartley"); between words it makes a web address of them.
_STOP_BETWEEN_WORDS = re.compile(r"\.(?=\w)(?!\w\.)")
_NUMBER = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)

_WRITE_A_DATE = "Write the date as 2026-11-20 or 20/11/2026."


def read_text(written: str) -> str:
    """The text as written."""
    return written


def read_single_line(written: str) -> str:
    """The text on one line, with single spaces."""
    return " ".join(written.split())


def read_reference(written: str) -> str:
    """A reference: a single line of at most 64 characters, and not the date that Excel makes of "1-2"."""
    if _ISO_DATE.fullmatch(written) or _BRITISH_DATE.fullmatch(written):
        raise ValueError("Excel has made a date of this reference. Format the column as text and enter it again.")
    return _at_most(LONGEST_REFERENCE, read_single_line(written))


def read_name(written: str) -> str:
    """A person's name: at most 40 characters, and nothing but a name, since it is put into a text message."""
    name = _at_most(LONGEST_NAME, read_single_line(written))
    if not all(character in _IN_NAMES or unicodedata.category(character)[0] in "LM" for character in name):
        raise ValueError("Write the name alone, in letters, spaces, hyphens, apostrophes and full stops.")
    if _STOP_BETWEEN_WORDS.search(name):
        raise ValueError("Put a space after the full stop, or phones take this for a web address.")
    if not any(character.isalpha() for character in name):
        raise ValueError("Write the name in letters.")
    return name


def read_title(written: str) -> str:
    """An activity's title: a single line of at most 80 characters, since it is put into a text message."""
    title = _at_most(LONGEST_TITLE, read_single_line(written))
    if any(character in _DIRECTIONS for character in title):
        raise ValueError("This holds an invisible mark that turns the writing round. Type the title again.")
    return title


def _at_most(longest: int, text: str) -> str:
    if len(text) > longest:
        raise ValueError(f"Shorten this to {longest} characters or fewer.")
    return text


def read_date(written: str) -> date:
    """A date in ISO 8601 order or day first, as in the UK; a time of day after it is dropped."""
    if _NUMBER.fullmatch(written):
        raise ValueError(f"This is a number, not a date. {_WRITE_A_DATE}")
    if iso := _ISO_DATE.fullmatch(written):
        year, month, day = map(int, iso.groups())
    elif british := _BRITISH_DATE.fullmatch(written):
        day, month, year = map(int, british.groups())
    else:
        raise ValueError(_WRITE_A_DATE)
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("There is no such day. Correct the date.") from None


def read_whole_number(written: str) -> int:
    """A count, 0 or more."""
    number = _number(written, "Write a whole number in digits, such as 104.")
    if number != number.to_integral_value():
        raise ValueError("Write a whole number, without a fraction.")
    return int(number)


def read_hours(written: str) -> int:
    """Minutes, rounded half up, from hours with a decimal fraction ("49.5")."""
    hours = _number(written, "Write the hours in digits with a decimal fraction, such as 1.5 for an hour and a half.")
    return int(_in_range((hours * 60).quantize(Decimal(1), ROUND_HALF_UP)))


def read_pounds(written: str) -> int:
    """Pence, from pounds ("648.06", "£5,190")."""
    pounds = _number(written.removeprefix("£").lstrip(), "Write the amount in pounds, such as 648.06.")
    pence = pounds * 100
    if pence != pence.to_integral_value():
        raise ValueError("Give the amount in whole pence, with at most two decimals.")
    return int(_in_range(pence))


def _number(written: str, instruction: str) -> Decimal:
    if written.startswith(("-", "−")):
        raise ValueError("This cannot be less than nothing. Write 0 or more.")
    if not _NUMBER.fullmatch(written):
        raise ValueError(instruction)
    return _in_range(Decimal(written.replace(",", "")))


def _in_range(number: Decimal) -> Decimal:
    if number > LARGEST_NUMBER:
        raise ValueError("This is too large to be right. Correct the number.")
    return number
