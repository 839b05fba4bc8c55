"""The phrases of all commands, compiled from the language files for one tenant's languages."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain

from flows.languages import language, language_codes, recognisable
from flows.phrases import PhraseIndex
from flows.vocabulary import without_drawn_out_letters


class Command(StrEnum):
    """What a message asks of the survey itself, the most urgent first."""

    OPT_OUT = "opt_out"
    DELETE_REQUEST = "delete_request"
    DATA_REQUEST = "data_request"
    WRONG_PERSON = "wrong_person"
    CALL_ME = "call_me"
    LANGUAGE = "language"
    OPT_IN = "opt_in"
    HELP = "help"
    SKIP = "skip"
    BACK = "back"
    AMEND = "amend"


class Use(StrEnum):
    """How a phrase counts; the first seven are keys of the language files."""

    ALONE = "alone"
    CLAUSE = "clause"
    OPENING = "opening"
    NEVER_OPENING = "never_opening"
    NOT_OPENING = "not_opening"
    ANYWHERE = "anywhere"
    NEVER = "never"
    POLITE = "polite"
    ANSWER = "answer"
    LANGUAGE_NAME = "language_name"


_WRITTEN = (Use.ALONE, Use.CLAUSE, Use.OPENING, Use.NEVER_OPENING, Use.NOT_OPENING, Use.ANYWHERE, Use.NEVER)


@dataclass(frozen=True)
class CommandPhrase:
    """What a phrase does: how it counts, for which command, or the code of the language it names."""

    use: Use
    command: Command | None = None
    language: str | None = None


@dataclass(frozen=True)
class CommandWords:
    """All phrases, and the opt-out words by their spelling without drawn-out letters."""

    index: PhraseIndex[CommandPhrase]
    drawn_out_opt_outs: frozenset[str]


@lru_cache(maxsize=256)
def command_words(codes: tuple[str, ...]) -> CommandWords:
    """The phrases for a tenant of these known languages; of others, only what cannot be mistaken."""
    index: PhraseIndex[CommandPhrase] = PhraseIndex()
    for code in language_codes():
        words = language(code)
        own = code in codes
        index.add(words.polite, CommandPhrase(Use.POLITE))
        index.add((*words.yes, *words.no, *chain(*words.numbers.values())), CommandPhrase(Use.ANSWER))
        if own:
            alone = [word for word in (*words.yes_alone, *words.no_alone) if " " not in word]
            index.add(alone, CommandPhrase(Use.ANSWER))
        index.add(words.asked_for_as, CommandPhrase(Use.LANGUAGE_NAME, language=code))
        index.add(words.other_languages, CommandPhrase(Use.LANGUAGE_NAME))
        for command, phrases in words.commands.items():
            for use in _WRITTEN:
                spoken = [phrase for phrase in getattr(phrases, use) if own or recognisable(phrase)]
                index.add(spoken, CommandPhrase(use, Command(command)))
    opt_outs = {
        without_drawn_out_letters(word)
        for word, phrase in index.single_words()
        if phrase.command is Command.OPT_OUT and phrase.use is Use.CLAUSE
    }
    return CommandWords(index, frozenset(opt_outs))
