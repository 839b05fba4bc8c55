"""What may stand in a mail's headers: text without line breaks, one plain address, one Message-ID."""

import re
import unicodedata
from email.headerregistry import Address
from email.utils import getaddresses

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MESSAGE_ID = re.compile(rf"<{_ATOM}(\.{_ATOM})*@{_ATOM}(\.{_ATOM})*>")

MAX_ADDRESS_LENGTH = 254
MAX_MESSAGE_ID_LENGTH = 250

# Controls, line and paragraph separators, lone surrogates: what could end a header early or not be encoded.
_FORBIDDEN = {"Cc", "Zl", "Zp", "Cs"}


class UnsendableMail(ValueError):  # noqa: N818 - the fault is the message's, not an error of the program
    """A message that makes no mail. Its text is a sentence without addresses or contents."""


def check_text(written: str, header: str) -> str:
    """`written` itself, or UnsendableMail when a line break or another control character would forge a header."""
    if any(unicodedata.category(character) in _FORBIDDEN for character in written):
        raise UnsendableMail(f"The {header} header must be one line of text.")
    return written


def check_message_id(written: str) -> str:
    """`written` itself, or UnsendableMail when it is not of the form <left@right> (RFC 5322 section 3.6.4)."""
    if len(written) > MAX_MESSAGE_ID_LENGTH or not _MESSAGE_ID.fullmatch(written):
        raise UnsendableMail("The Message-ID must look like <unique-name@example.org>.")
    return written


def parse_address(written: str, header: str) -> Address:
    """The one address in `written`: "ann@example.org" or "Ann Beech <ann@example.org>".

    Only dot-atoms of ASCII letters are taken (RFC 5322 section 3.4.1), which every server understands.
    Raises UnsendableMail.
    """
    found = getaddresses([check_text(written, header)])
    if len(found) != 1 or len(written) > MAX_ADDRESS_LENGTH * 2:
        raise UnsendableMail(f"The {header} header needs exactly one e-mail address.")
    name, address = found[0]
    if len(address) > MAX_ADDRESS_LENGTH or not _ADDRESS.fullmatch(address):
        raise UnsendableMail(f"The {header} header does not hold an e-mail address such as ann@example.org.")
    return Address(display_name=name, addr_spec=address)
