"""Reading what was typed for a policy value, by kind: each function takes the words typed and gives the value."""

import re
from collections.abc import Callable, Sequence
from datetime import time
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeVar
from zoneinfo import available_timezones

from mail.headers import UnsendableMail, parse_address
from sms.phone_numbers import UnusablePhoneNumber, normalise_phone_number

T = TypeVar("T")

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

NONE = "none"
"""Typed to empty a list."""

LONGEST_LANDLORD = 40
LONGEST_UNDO_MINUTES = 24 * 60

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_MONEY = re.compile(r"£(?P<pounds>[0-9]{1,7}(\.[0-9]{1,4})?)|(?P<pence>[0-9]{1,9}(\.[0-9]{1,4})?)p")
_PHONE_TO_RING = re.compile(r"\+?[0-9][0-9 ()-]{1,22}[0-9]")


class WrongPolicyValueError(ValueError):
    """A value that cannot be set. Its text is a sentence that says what to write instead."""


def read_landlord(words: Sequence[str]) -> str:
    """The name that texts come from, in one line."""
    name = " ".join(" ".join(words).split())
    if not name or not name.isprintable() or len(name) > LONGEST_LANDLORD:
        raise WrongPolicyValueError(f"Write the landlord's name in 1 to {LONGEST_LANDLORD} characters; it is texted.")
    return name


def read_phone_to_ring(words: Sequence[str]) -> str:
    """A number that tenants ring, landlines and freephone numbers too, as it is to be read."""
    written = " ".join(words).strip()
    if not _PHONE_TO_RING.fullmatch(written):
        raise WrongPolicyValueError("Write the number as tenants are to read it, such as 01632 960100.")
    return written


def read_yes_or_no(words: Sequence[str]) -> bool:
    """A switch, on or off."""
    written = " ".join(words).casefold()
    if written not in ("yes", "no"):
        raise WrongPolicyValueError("Write yes or no.")
    return written == "yes"


def read_time_zone(words: Sequence[str]) -> str:
    """The name of a time zone in the IANA database."""
    written, known = " ".join(words), available_timezones()
    if written in known:
        return written
    nearest = get_close_matches(written, known, n=1)
    hint = f"Did you mean {nearest[0]}?" if nearest else "Write a name such as Europe/London."
    raise WrongPolicyValueError(f"There is no such time zone. {hint}")


def read_time(words: Sequence[str]) -> time:
    """A time of day, on the 24-hour clock."""
    written = " ".join(words)
    if not _TIME.fullmatch(written):
        raise WrongPolicyValueError("Write a time as hours and minutes of the 24-hour clock, such as 08:30.")
    return time.fromisoformat(written)


def read_weekday(words: Sequence[str]) -> int:
    """A weekday by its English name or the first three letters of it; 0 is Monday."""
    written = " ".join(words).strip().lower()
    for number, weekday in enumerate(WEEKDAYS):
        if written in (weekday, weekday[:3]):
            return number
    raise WrongPolicyValueError("Write a weekday, such as monday.")


def read_pence(words: Sequence[str]) -> Decimal:
    """An amount in pence, typed with its unit so that nobody takes pounds for pence."""
    found = _MONEY.fullmatch("".join(words).replace(",", "").lower())
    if found is None:
        raise WrongPolicyValueError("Write the amount with its unit, such as £50, £49.50 or 4.2p.")
    return Decimal(found["pounds"]) * 100 if found["pounds"] else Decimal(found["pence"])


def read_whole_pence(words: Sequence[str]) -> int:
    """An amount in whole pence."""
    pence = read_pence(words)
    if pence != int(pence):
        raise WrongPolicyValueError("Write an amount without fractions of a penny, such as £49.50.")
    return int(pence)


def read_price(words: Sequence[str]) -> Decimal:
    """A price in pence and fractions of a penny, more than nothing: a cap could not hold what costs nothing."""
    pence = read_pence(words)
    if pence <= 0:
        raise WrongPolicyValueError("Write a price of more than nothing, such as 4.2p.")
    return pence


def read_minutes(words: Sequence[str]) -> int:
    """Whole minutes, up to a day."""
    written = " ".join(words)
    if not re.fullmatch("[0-9]{1,4}", written) or int(written) > LONGEST_UNDO_MINUTES:
        raise WrongPolicyValueError(f"Write whole minutes from 0 to {LONGEST_UNDO_MINUTES}, such as 15.")
    return int(written)


def read_email_address(words: Sequence[str]) -> str:
    """One e-mail address, without a name."""
    try:
        return parse_address(" ".join(words), "To").addr_spec
    except UnsendableMail:
        raise WrongPolicyValueError("Write e-mail addresses such as ann@example.org, a space between them.") from None


def read_mobile_number(words: Sequence[str]) -> str:
    """One mobile number, in E.164."""
    try:
        return normalise_phone_number(" ".join(words))
    except UnusablePhoneNumber as fault:
        raise WrongPolicyValueError(f"{fault} Write each number without spaces, such as 07700900123.") from None


def list_of(read: Callable[[Sequence[str]], T]) -> Callable[[Sequence[str]], tuple[T, ...]]:
    """A reader of any number of values, one a word, each kept once; the word "none" stands for none."""

    def read_list(words: Sequence[str]) -> tuple[T, ...]:
        written = [part for word in words for part in word.split(",") if part]
        if [part.lower() for part in written] == [NONE]:
            return ()
        if not written:
            raise WrongPolicyValueError(f"Write at least one value, or {NONE} to empty the list.")
        return tuple(dict.fromkeys(read([part]) for part in written))

    return read_list
