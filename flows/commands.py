"""Commands that a tenant may text at any moment: stop, help, wrong number and the like.

Opt-out words are those of Twilio (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out), counted as
the whole message only, and the obvious wordings of each language. YES never opts anybody in.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from flows.chunks import CLAUSE_END
from flows.command_phrases import Command, CommandPhrase, Use, command_words
from flows.command_text import command_text
from flows.languages import known_languages
from flows.phrases import Found
from flows.reply_text import ReplyText, read_text
from flows.vocabulary import without_drawn_out_letters

__all__ = ["Command", "GivenCommand", "command_in", "find_command", "requested_language"]


@dataclass(frozen=True, slots=True)
class GivenCommand:
    """A command in a message; `alone` when the message says nothing else.

    `last` is the word after the words of an amendment, where the new answer begins; it is `certain` where what
    follows looks like an answer: "I meant 8", not "I meant to come". `language` is the code of the
    language that is asked for, None for one that we do not have.
    """

    command: Command
    alone: bool
    last: int = 0
    certain: bool = True
    language: str | None = None


_NOT = {"not"}  # "I meant 4 not 5"


def find_command(reply: str, languages: Sequence[str]) -> Command | None:
    """The command that a message gives, alone or within other text; the most urgent if there are several.

    Args:
        reply: the message as received.
        languages: codes of the tenant's languages. Unmistakable phrases of every other language count too.
    """
    given = command_in(read_text(reply), languages)
    return given.command if given and given.certain else None


def requested_language(reply: str) -> str | None:
    """The code of the language that a message asks for; None if it asks for none, or for one we do not have."""
    given = command_in(read_text(reply), ())
    return given.language if given and given.command is Command.LANGUAGE else None


def command_in(said: ReplyText, languages: Sequence[str]) -> GivenCommand | None:
    """The command in a cleaned message, if there is one."""
    said = command_text(said)
    words = command_words(known_languages(languages))
    found = words.index.all_in(said.words)
    telling = _telling(said, found)
    if not telling:
        return None
    given = {command.command: command for command in _given(said, found, telling)}
    if not given and len(telling) == 1:
        word = said.words[min(telling)]
        if len(word) > 2 and without_drawn_out_letters(word) in words.drawn_out_opt_outs:
            return GivenCommand(Command.OPT_OUT, alone=True)
    if Command.OPT_OUT in given:
        return given[Command.OPT_OUT]
    by_urgency = [given[command] for command in Command if command in given]
    return next((command for command in by_urgency if command.alone), by_urgency[0] if by_urgency else None)


def _telling(said: ReplyText, found: Collection[Found[CommandPhrase]]) -> frozenset[int]:
    """The words that are more than politeness and decoration; all of them if none is more."""
    polite = {place for item in found if item.meaning.use is Use.POLITE for place in range(item.first, item.last)}
    words = [place for place, word in enumerate(said.words) if word[:1].isalnum()] or range(len(said.words))
    return frozenset(place for place in words if place not in polite) or frozenset(words)


def _given(said: ReplyText, found: Sequence[Found[CommandPhrase]], telling: frozenset[int]) -> Iterator[GivenCommand]:
    answers = _covered(item for item in found if item.meaning.use is Use.ANSWER)
    answers |= {place for place in telling if said.words[place].isdecimal() or said.words[place] in _NOT}
    named = {item.meaning.command for item in found}
    if any(item.meaning.use is Use.LANGUAGE_NAME for item in found):
        named.add(Command.LANGUAGE)
    for command in (command for command in Command if command in named):
        own = [item for item in found if item.meaning.command is command]
        if command is Command.LANGUAGE:
            own += [item for item in found if item.meaning.use is Use.LANGUAGE_NAME]
        if command is Command.LANGUAGE:
            given = _language(own, telling)
        else:
            given = _one(said, command, own, telling, telling & answers)
        if given is not None:
            yield given


def _one(
    said: ReplyText,
    command: Command,
    own: Sequence[Found[CommandPhrase]],
    telling: frozenset[int],
    answers: frozenset[int],
) -> GivenCommand | None:
    masked = _covered(item for item in own if item.meaning.use is Use.NEVER)
    own = [item for item in own if item.meaning.use is not Use.NEVER and not masked & _covered([item])]
    if command is Command.AMEND:
        return _amendment(own, telling, answers)
    whole = _covered(item for item in own if item.meaning.use in {Use.ALONE, Use.CLAUSE, Use.ANYWHERE})
    if telling <= whole:
        return GivenCommand(command, alone=True)
    clauses = [item for item in own if item.meaning.use is Use.CLAUSE]
    within = (
        any(item.meaning.use is Use.ANYWHERE for item in own)
        or any(_is_a_clause(said, item, telling) for item in clauses)
        or any(_opens(said, item, own, telling) for item in own if item.meaning.use is Use.OPENING)
        or (bool(clauses) and telling <= answers | _covered(clauses))  # "yes stop", "8 stop"
    )
    return GivenCommand(command, alone=False) if within else None


def _opens(
    said: ReplyText, item: Found[CommandPhrase], own: Sequence[Found[CommandPhrase]], telling: frozenset[int]
) -> bool:
    """Whether a message begins with a command and does not go on as a sentence about something else.

    "STOP I never signed up" does, "stop the leak" and even "STOP the leak" do not. After a command in capitals less
    counts as a sentence, and nothing in capitals does: a missed opt-out costs more than a false one.
    """
    if item.first != min(telling):
        return False
    in_capitals = said.text[said.starts[item.first] : said.ends[item.last - 1]].isupper()
    sentences = {Use.NEVER_OPENING} if in_capitals else {Use.NEVER_OPENING, Use.NOT_OPENING}
    return not any(
        sentence.meaning.use in sentences
        and sentence.first == item.first
        and not (in_capitals and said.text[said.starts[item.first] : said.ends[sentence.last - 1]].isupper())
        for sentence in own
    )


def _covered(items: Iterator[Found[CommandPhrase]] | Sequence[Found[CommandPhrase]]) -> set[int]:
    return {place for item in items for place in range(item.first, item.last)}


def _amendment(
    own: Sequence[Found[CommandPhrase]], telling: frozenset[int], answers: frozenset[int]
) -> GivenCommand | None:
    """The amendment phrases that open the message: "oops", "I meant"."""
    last = 0
    for item in own:
        if not any(last <= place < item.first for place in telling):
            last = max(last, item.last)
    if not last:
        return None
    rest = [place for place in sorted(telling) if place >= last]
    return GivenCommand(Command.AMEND, alone=not rest, last=last, certain=answers.issuperset(rest))


def _language(own: Sequence[Found[CommandPhrase]], telling: frozenset[int]) -> GivenCommand | None:
    names = [item for item in own if item.meaning.use is Use.LANGUAGE_NAME]
    wanted = {item.meaning.language for item in names}
    if len(wanted) > 1:
        wanted.discard(None)
    if not telling <= _covered(own) or len(wanted) > 1 or (not names and len(telling) < 2):
        return None
    return GivenCommand(Command.LANGUAGE, alone=True, language=wanted.pop() if wanted else None)


def _is_a_clause(said: ReplyText, item: Found[CommandPhrase], telling: frozenset[int]) -> bool:
    """Whether a phrase stands by itself: "7. Stop", "she has died please stop", "I am busy STOP"; not "bus stop"."""
    first, last = item.first, item.last
    while last < len(said.words) and last not in telling and not CLAUSE_END.search(said.gaps[last]):
        last += 1
    if last < len(said.words) and not CLAUSE_END.search(said.gaps[last]):
        return False
    while first > 0 and first - 1 not in telling and not CLAUSE_END.search(said.gaps[first]):
        first -= 1
    if first < item.first or first == 0 or CLAUSE_END.search(said.gaps[first]):
        return True
    written = said.text[said.starts[item.first] : said.ends[item.last - 1]]
    return written.isupper() and not said.text[: said.starts[item.first]].isupper()
