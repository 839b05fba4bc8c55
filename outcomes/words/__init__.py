"""Word lists that landlords may add to: one word after another, `#` begins a comment."""

import unicodedata
from functools import cache
from importlib import resources


def fold(word: str) -> str:
    """The word without case, accents and curly apostrophes, so that `Siân` and `sian` are the same."""
    decomposed = unicodedata.normalize("NFD", word.replace("’", "'").casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@cache
def words_of(list_name: str) -> frozenset[str]:
    """The folded words of a list in this folder, such as `given_names`."""
    text = resources.files(__name__).joinpath(f"{list_name}.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0] for line in text.splitlines())
    return frozenset(fold(word) for line in lines for word in line.split())
