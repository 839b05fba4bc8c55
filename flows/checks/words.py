"""Nothing invites a tenant to reply with a word that the phone network takes for a command."""

import re
from collections.abc import Iterator

from flows.checks.finding import Finding, labels_by_language, texts_by_language
from flows.flow import Flow

OPT_OUT_WORDS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE")
OPT_IN_WORDS = ("START", "YES", "UNSTOP")
HELP_WORDS = ("HELP", "INFO")
COMMAND_WORDS = (*OPT_OUT_WORDS, *OPT_IN_WORDS, *HELP_WORDS)
"""Messages of just one of these words are acted on by Twilio before we see them.

Source: Twilio, "Twilio support for opt-out keywords (SMS STOP filtering)".
"""

# The opening and the closing say how to stop and where to get help; everywhere else these words are a trap.
_ALLOWED_AT_THE_EDGES = ("STOP", "HELP")

_CAPITALS = re.compile(rf"\b({'|'.join(COMMAND_WORDS)})\b")


def command_words_in_labels(flow: Flow) -> Iterator[Finding]:
    """An option or a step of a scale that is called like a command word: texting it back would be taken for one."""
    for where, versions in labels_by_language(flow):
        for language, labels in versions.items():
            for label in labels:
                word = re.sub(r"\W", "", label).upper()
                if word in COMMAND_WORDS:
                    sentence = f"the label '{label}' is a command word ({_what_happens(word)}): {_instead(word)}"
                    yield Finding((*where, language), sentence)


def command_words_in_texts(flow: Flow) -> Iterator[Finding]:
    """A question that tells the tenant, in capitals, to reply with a command word, as in "Reply YES or NO"."""
    for where, versions in texts_by_language(flow):
        allowed = _ALLOWED_AT_THE_EDGES if where[0] in ("opening", "chat_opening", "thanks") else ()
        for language, text in versions.items():
            for word in sorted(set(_CAPITALS.findall(text)).difference(allowed)):
                sentence = f"this text invites the reply {word}, a command word ({_what_happens(word)}): "
                yield Finding((*where, language), sentence + _instead(word))


def _what_happens(word: str) -> str:
    if word in OPT_OUT_WORDS:
        return "the network would opt the tenant out"
    if word in OPT_IN_WORDS:
        return "the network could opt the tenant in"
    return "the network would answer it itself"


def _instead(word: str) -> str:
    return 'ask for "Y or N"' if word == "YES" else "use another word"
