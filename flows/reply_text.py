"""A reply as it can be read: cleaned of what says nothing, and cut into words, numbers and symbols.

Everything here is linear in the length of the reply, and no reply is too odd to be read.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# A text message that fills ten segments has some 1,500 characters. What comes after this many is not read;
# the raw reply is kept whole by whoever received it.
LONGEST_READ = 2000

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_NUMERIC_SYMBOLS = "\u00b2\u00b3\u00b9\u00bc-\u00be\u2150-\u215f\u2460-\u249b\u24ea\u2776-\u2793\U0001f51f"
_JOINED_TO_LETTERS = (  # apostrophes, joiners, and the vowel signs and accents that `\w` leaves out
    "'’‘ʼ`´\u200c\u200d\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u09d7\u09e2\u09e3"
    "\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71\u0a75\u0a81-\u0a83\u0abc-\u0acd\u0ae2\u0ae3"
)
_LETTER = rf"[^\W\d_{_HAN}{_NUMERIC_SYMBOLS}]"
_TOKEN = re.compile(
    rf"(?P<heart><3)|(?P<number>\d[\d.,٫٬]*|[{_NUMERIC_SYMBOLS}])"
    rf"|(?P<word>[{_HAN}]|{_LETTER}(?:{_LETTER}|[{_JOINED_TO_LETTERS}])*)"
    r"|(?P<symbol>[\u2300-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff])"
)

_SAYS_NOTHING = dict.fromkeys(
    [0x00AD, 0x034F, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x20E3, 0xFE0E, 0xFE0F, 0xFEFF]
    + [*range(0x202A, 0x202F), *range(0x2060, 0x206A)]
    + [code for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc" and chr(code) not in "\n\t\r"]
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

# Telephones and mail programs add these below a reply in the language of the telephone.
_SIGNATURE = re.compile(
    r"\s*(?:sent from (?:my|outlook|yahoo|samsung|mail|proton)|sent via |get outlook for|"
    r"wysłane z|wysłano z|anfonwyd o)[^\n]{0,60}\s*$",
    re.IGNORECASE,
)

_FOLDED: dict[int, str | int | None] = {
    **dict.fromkeys([*range(0x300, 0x370), *range(0x64B, 0x660), *range(0x610, 0x61B), 0x640, 0x670]),
    **dict.fromkeys(map(ord, "'’‘ʼ`´\u200c\u200d\u093c\u0abc")),
    **str.maketrans("łøđıيىكۍەةھ", "lodiییکیہہہ"),
    **str.maketrans("ँઁঁਁ", "ंંংਂ"),
}


@dataclass(frozen=True, slots=True)
class ReplyText:
    """A cleaned reply and its tokens.

    `words` are folded for comparison (see `fold`); `starts` and `ends` are their places in `text`;
    `gaps` is what stands between them: `gaps[i]` before word `i`, `gaps[-1]` after the last.
    """

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    gaps: tuple[str, ...]


def clean(reply: str) -> str:
    """The reply without signature, invisible characters and halves of characters, in NFC, at a readable length."""
    text = reply[:LONGEST_READ]
    if not text.isascii():
        text = unicodedata.normalize("NFC", _LONE_SURROGATE.sub("\ufffd", text))
    return _SIGNATURE.sub("", text.translate(_SAYS_NOTHING)).strip()


def read_text(reply: str) -> ReplyText:
    """Clean a reply and cut it into words, numbers and symbols.

    A Chinese character is a word of its own, since Chinese is written without spaces.
    """
    text = clean(reply)
    words, starts, ends, gaps = [], [], [], []
    last_end = 0
    for token in _TOKEN.finditer(text):
        written = token.group()
        if token.lastgroup == "number":
            written = written.rstrip(".,٫٬")
        words.append(fold(written))
        starts.append(token.start())
        ends.append(token.start() + len(written))
        gaps.append(text[last_end : token.start()])
        last_end = ends[-1]
    gaps.append(text[last_end:])
    return ReplyText(text, tuple(words), tuple(starts), tuple(ends), tuple(gaps))


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """A word as it is compared: without case, accents, apostrophes, vowel marks or full-width forms.

    People text without accents ("wies" for "wieś"), and one letter has several codes in Arabic script.
    """
    if word.isascii():
        return word.lower().replace("'", "").replace("`", "")
    folded = unicodedata.normalize("NFKC", word).casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", folded).translate(_FOLDED))


@lru_cache(maxsize=20_000)
def folded_words(phrase: str) -> tuple[str, ...]:
    """The words of a phrase of a flow or language file, folded as those of a reply are."""
    return read_text(phrase).words
