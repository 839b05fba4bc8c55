"""How many segments a text takes, counted by the network for itself.

Source: 3GPP TS 23.038 (alphabets) and TS 23.040 section 9.2.3.24 (concatenation). It deliberately shares nothing
with the product's own count: the two are compared, so neither may lean on the other.
"""

from collections.abc import Iterable

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€\f")

_SEPTETS_ALONE, _SEPTETS_JOINED = 160, 153
_UNITS_ALONE, _UNITS_JOINED = 70, 67


def count_segments(text: str) -> int:
    """Return the number of SMS segments `text` is sent in; an empty text still takes one.

    A text of GSM-7 characters only holds 160 septets alone or 153 a segment when joined, any other holds 70 or
    67 UTF-16 units. An escape pair or a surrogate pair is never divided between two segments.
    """
    if all(character in _BASIC or character in _EXTENSION for character in text):
        widths = [2 if character in _EXTENSION else 1 for character in text]
        return _pack(widths, _SEPTETS_ALONE, _SEPTETS_JOINED)
    widths = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return _pack(widths, _UNITS_ALONE, _UNITS_JOINED)


def _pack(widths: Iterable[int], alone: int, joined: int) -> int:
    widths = list(widths)
    if sum(widths) <= alone:
        return 1
    segments, room = 1, joined
    for width in widths:
        if width > room:
            segments, room = segments + 1, joined
        room -= width
    return segments
