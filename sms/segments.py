"""How many segments a text message is billed as.

A message whose every character is in the GSM 7-bit alphabet is sent in that alphabet; one other character puts
the whole message into UCS-2. Twilio, as every carrier, bills each segment.

Sources: 3GPP TS 23.038 section 6.2.1 (the alphabet and its extension table), 3GPP TS 23.040 section 9.2.3.24.1
(the header that a part of a longer message carries), RFC 2781 (surrogate pairs of UTF-16).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Characters of one septet each."""

GSM_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Characters of two septets each: an escape and a second one, which no segment boundary may part."""

# A segment carries 140 octets. As a part of a longer message it gives six of them to the header that joins the parts.
SINGLE_LIMIT: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
PART_LIMIT: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True)
class SegmentCount:
    """What a text takes on the air.

    `characters` is the length in the unit that the limits are in: septets for GSM-7 (so `€` counts two), UTF-16
    code units for UCS-2 (so most emoji count two).
    """

    encoding: Encoding
    characters: int
    segments: int


def normalise_text(text: str) -> str:
    """The text as it is sent and counted: in NFC, so that é is one GSM character and not an e and an accent."""
    return unicodedata.normalize("NFC", text)


def count_segments(text: str) -> SegmentCount:
    """Count the segments of `text` as it is sent, that is after `normalise_text`.

    An empty text counts as one segment, as in Twilio's own calculator: a message without words (a picture, say)
    is still one message. Twilio refuses to send one (error 21602).
    """
    normalised = normalise_text(text)
    encoding: Encoding = "GSM-7" if _fits_gsm(normalised) else "UCS-2"
    widths = [_width(character, encoding) for character in normalised]
    characters = sum(widths)
    if characters <= SINGLE_LIMIT[encoding]:
        return SegmentCount(encoding, characters, 1)
    return SegmentCount(encoding, characters, _parts(widths, PART_LIMIT[encoding]))


def _fits_gsm(text: str) -> bool:
    return all(character in GSM_BASIC or character in GSM_EXTENSION for character in text)


def _width(character: str, encoding: Encoding) -> int:
    """Septets or UTF-16 code units of one character."""
    if encoding == "GSM-7":
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _parts(widths: Sequence[int], limit: int) -> int:
    """Segments needed when no character may be parted: one that does not fit opens the next segment."""
    segments = 1
    used = 0
    for width in widths:
        if used + width > limit:
            segments += 1
            used = 0
        used += width
    return segments
