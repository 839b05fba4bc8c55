"""Every text is made of characters that a telephone can show and a database can keep."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from flows.checks.finding import Finding, labels_by_language, texts_by_language
from flows.document import Where
from flows.flow import Flow


def control_characters(flow: Flow) -> Iterator[Finding]:
    """A control character such as NUL or a tab; a line break is the only one that a text may hold."""
    for where, text in chain(_words_of_staff(flow), _words_to_tenants(flow)):
        found = sorted({char for char in text if unicodedata.category(char) == "Cc" and char != "\n"})
        if found:
            names = ", ".join(f"U+{ord(char):04X}" for char in found)
            yield Finding(where, f"this text holds a control character ({names}): remove it")


def _words_of_staff(flow: Flow) -> Iterator[tuple[Where, str]]:
    yield ("title",), flow.title
    if flow.many_questions_because is not None:
        yield ("many_questions_because",), flow.many_questions_because


def _words_to_tenants(flow: Flow) -> Iterator[tuple[Where, str]]:
    single = ((where, {code: (text,) for code, text in texts.items()}) for where, texts in texts_by_language(flow))
    everything: Iterator[tuple[Where, Mapping[str, Sequence[str]]]] = chain(single, labels_by_language(flow))
    for where, versions in everything:
        for language, texts in versions.items():
            yield (*where, language), " ".join(texts)
