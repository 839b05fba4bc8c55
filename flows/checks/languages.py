"""Every text is there in every language of the flow, and in no other."""

from collections.abc import Iterator, Mapping
from itertools import chain

from flows.checks.finding import Finding, labels_by_language, texts_by_language
from flows.document import Where
from flows.flow import Flow


def missing_languages(flow: Flow) -> Iterator[Finding]:
    """A text, option or scale that lacks one of the flow's languages: some tenant could not be asked."""
    for where, versions in _everything_said(flow):
        for language in flow.languages:
            if language not in versions:
                sentence = f"'{where[-1]}' has no text in '{language}': add it, or take '{language}' out of languages"
                yield Finding(where, sentence, at_key=True)


def unlisted_languages(flow: Flow) -> Iterator[Finding]:
    """A text in a language that the flow does not list: it would never be used."""
    for where, versions in _everything_said(flow):
        for language in versions:
            if language not in flow.languages:
                sentence = f"'{language}' is not among this flow's languages: list it there, or remove this text"
                yield Finding((*where, language), sentence, at_key=True)


def _everything_said(flow: Flow) -> Iterator[tuple[Where, Mapping[str, object]]]:
    return chain(texts_by_language(flow), labels_by_language(flow))
