"""A message as it is searched for commands: a command word is known however its letters are written."""

from dataclasses import replace

from flows.reply_text import ReplyText

# Cyrillic and Greek letters (folded) that look like Latin ones. Source: Unicode Technical Standard 39, confusables.
_LOOK_ALIKES = str.maketrans("авсеѕіјкмнорԛтухһԁɡԝαβεικνορτυχ", "abcesijkmhopqtyxhdgwabeiknoptux")


def command_text(said: ReplyText) -> ReplyText:
    """The message with "S T O P" as one word and letters of other scripts as the Latin ones they look like.

    Only commands are read like this: in an answer a Cyrillic word is a Cyrillic word.
    """
    said = _spelled_together(said)
    words = tuple(map(_in_latin_letters, said.words))
    return said if words == said.words else replace(said, words=words)


def _spelled_together(said: ReplyText) -> ReplyText:
    """ "S T O P" and "S.T.O.P." as one word."""
    if len(said.words) < 3 or not all(len(word) == 1 and word.isascii() and word.isalpha() for word in said.words):
        return said
    return ReplyText(said.text, ("".join(said.words),), said.starts[:1], said.ends[-1:], (said.gaps[0], said.gaps[-1]))


def _in_latin_letters(word: str) -> str:
    """The word in Latin letters where each of its letters looks like one; otherwise as it is."""
    if word.isascii():
        return word
    latin = word.translate(_LOOK_ALIKES)
    return latin if latin.isascii() else word
