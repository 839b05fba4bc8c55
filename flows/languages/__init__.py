"""What a language's speakers text: one YAML file a language, which a speaker can check and extend.

A phrase is written as people text it; capitals, accents, apostrophes and punctuation do not matter.
`stem*` stands for every word that begins so, and `red|blue` for either word.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

ENGLISH = "en"  # always understood beside the tenant's own languages

_LONG_WORD = 6

Phrases = tuple[Annotated[str, Field(min_length=1)], ...]


class LanguageFileError(ValueError):
    """A language file cannot be used; the message names the file and what to do."""


class CommandPhrases(BaseModel):
    """How speakers give one command."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alone: Phrases = ()  # only when the message says nothing else
    clause: Phrases = ()  # also as a clause of its own: "7. Stop"
    opening: Phrases = ()  # at the start of the message
    never_opening: Phrases = ()  # sentences that begin with an opening and are no command: "STOP the leak"
    not_opening: Phrases = ()  # the same, but only where the opening is not in capitals: "stop leaks"
    anywhere: Phrases = ()  # also inside a longer message
    never: Phrases = ()  # ordinary phrases that hold the words of a command and are none


class AlertPhrases(BaseModel):
    """How speakers tell of one kind of danger. `gas + smell*` is both words close together, in any order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signs: Phrases = ()
    look_alikes: Phrases = ()


class Language(BaseModel):
    """The words of one language that matter to a survey. The keys are explained in `en.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    asked_for_as: Phrases
    yes: Phrases = ()
    yes_alone: Phrases = ()
    no: Phrases = ()
    no_alone: Phrases = ()
    neither_yes_nor_no: Phrases = ()
    unsure: Phrases = ()
    dont_know: Phrases = ()
    rather_not_say: Phrases = ()
    not_applicable: Phrases = ()
    numbers: Mapping[int, Phrases] = {}
    numbers_alone: Mapping[int, Phrases] = {}
    times_ten: Phrases = ()
    not_numbers: Phrases = ()
    half: Phrases = ()
    ordinals: Mapping[int, Phrases] = {}
    out_of: Phrases = ()
    out_of_reversed: Phrases = ()
    points: Phrases = ()
    stars: Phrases = ()
    percent: Phrases = ()
    counted: Phrases = ()
    before_answer: Phrases = ()
    before_label: Phrases = ()
    after_answer: Phrases = ()
    because: Phrases = ()
    shared_out: Phrases = ()
    small_words: Phrases = ()
    polite: Phrases = ()
    praise: Phrases = ()
    negations: Phrases = ()
    not_exactly: Phrases = ()
    would_have_been: Phrases = ()
    and_words: Phrases = ()
    or_words: Phrases = ()
    to_words: Phrases = ()
    option_words: Phrases = ()
    all_of_them: Phrases = ()
    none_of_them: Phrases = ()
    no_difference: Phrases = ()
    before_or_after: Phrases = ()
    days: Mapping[int, Phrases] = {}
    months: Mapping[int, Phrases] = {}
    other_languages: Phrases = ()
    commands: Mapping[str, CommandPhrases] = {}
    alerts: Mapping[str, AlertPhrases] = {}


@lru_cache(maxsize=1)
def language_codes() -> tuple[str, ...]:
    """The codes of the languages that we have a file for, in alphabetical order."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


@lru_cache(maxsize=64)
def language(code: str) -> Language:
    """The language with this code, read once.

    Raises:
        LanguageFileError: the file cannot be used (see `read_language`).
        KeyError: there is no file for this code (see `language_codes`).
    """
    if code not in language_codes():
        raise KeyError(code)
    file_name = f"{code}.yaml"
    text = resources.files(__name__).joinpath(file_name).read_text("utf-8")
    return read_language(f"flows/languages/{file_name}", text)


def read_language(file_name: str, text: str) -> Language:
    """A language from the text of its file; `file_name` is for messages only.

    Raises:
        LanguageFileError: the text is not YAML, or holds a key or value that a language does not have.
    """
    try:
        return Language.model_validate(YAML(typ="safe").load(text))
    except YAMLError as error:
        raise LanguageFileError(f"{file_name}: this is not YAML, correct it: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise LanguageFileError(f"{file_name}: correct '{key}': {first['msg']}") from error


def recognisable(phrase: str) -> bool:
    """Whether a phrase is unmistakable for tenants of other languages too.

    It is when it has several words, is not in plain Latin letters, or is long; short words may mean another thing
    ("dab" is fire in Somali).
    """
    words = phrase.split()
    return len(words) > 1 or not phrase.isascii() or len(phrase) >= _LONG_WORD


def known_languages(codes: Sequence[str]) -> tuple[str, ...]:
    """English first, then those of `codes` (also `zh-Hans` and the like) that we have a file for, each once."""
    return _known_languages(tuple(codes))


@lru_cache(maxsize=1024)
def _known_languages(codes: tuple[str, ...]) -> tuple[str, ...]:
    bases = (code.replace("_", "-").split("-")[0].lower() for code in codes)
    return tuple(dict.fromkeys([ENGLISH, *(base for base in bases if base in language_codes())]))
