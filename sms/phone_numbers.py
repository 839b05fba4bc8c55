"""Phone numbers: from what a spreadsheet or a person writes to the one form we store and text.

Sources: ITU-T E.164 (the form), the metadata of `phonenumbers` (which numbers exist and what they are for; a UK
number beginning 070 looks like a mobile and is a personal number), Ofcom's list of numbers for drama.
"""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberType

DEFAULT_REGION = "GB"

_WRITTEN_NUMBER = re.compile(r"\+?[\d\s().\-‐‑‒–]{5,40}", re.ASCII)

# Ofcom keeps 07700 900000 to 900999 for drama and allocates them to nobody. The metadata calls them invalid, but the
# demonstration and trial runs are made of them.
_DRAMA_NUMBER = re.compile(r"\+447700900\d{3}")

_TAKES_TEXTS = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}

_REASONS = {
    PhoneNumberType.FIXED_LINE: "This is a landline, which cannot receive text messages. Give a mobile number.",
    PhoneNumberType.PREMIUM_RATE: "This is a premium-rate number, which we never text. Give a mobile number.",
    PhoneNumberType.PERSONAL_NUMBER: (
        "This is a personal number (070), which charges whoever texts it. Give a mobile number."
    ),
}


class UnusablePhoneNumber(ValueError):  # noqa: N818 - the fault is the number's, not an error of the program
    """A number that cannot be texted. Its text is a sentence for the person who gave it, without the number."""


def normalise_phone_number(written: str, region: str = DEFAULT_REGION) -> str:
    """The E.164 form ("+447700900123") of a number as written ("07700 900 123", "0044 (0)7700-900123").

    `region` is the country (ISO 3166 code) of a number written without its country code. Two different ways of
    writing one number give the same result, so it can serve as a key. Mobile numbers of other countries are taken.

    Raises UnusablePhoneNumber for what is not one number, is no valid number, or cannot receive a text message.
    """
    plain = unicodedata.normalize("NFKC", written).strip()
    if not plain:
        raise UnusablePhoneNumber("The phone number is empty.")
    if not _WRITTEN_NUMBER.fullmatch(plain):
        raise UnusablePhoneNumber(
            "This is not one phone number. Write a single number in digits, such as 07700 900123, in a cell formatted "
            "as text."
        )
    number = _parse(plain, region)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not _DRAMA_NUMBER.fullmatch(e164):
        _refuse_what_takes_no_texts(number)
    return e164


def _parse(plain: str, region: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        # The exception repeats the number, so it is not kept as the cause.
        raise UnusablePhoneNumber("This is not a phone number. Check it for missing digits.") from None


def _refuse_what_takes_no_texts(number: phonenumbers.PhoneNumber) -> None:
    if not phonenumbers.is_valid_number(number):
        raise UnusablePhoneNumber(
            "No such phone number exists. Check it for missing, extra or swapped digits, and for its country code "
            "if it is not a UK number."
        )
    kind = phonenumbers.number_type(number)
    if kind not in _TAKES_TEXTS:
        raise UnusablePhoneNumber(
            _REASONS.get(kind, "This is not a mobile number, so it cannot receive text messages.")
        )
