"""Placeholders in a flow's texts can be filled in."""

from collections.abc import Iterator

from flows.checks.finding import Finding, labels_by_language, texts_by_language
from flows.document import Where
from flows.flow import Flow
from flows.model_faults import closest
from flows.placeholders import FLOW_PLACEHOLDERS, allowed_placeholders, has_stray_brace, placeholders


def unknown_placeholders(flow: Flow) -> Iterator[Finding]:
    """A placeholder that nothing is known to fill in."""
    for where, text in _single_texts(flow):
        for name in sorted(placeholders(text).difference(FLOW_PLACEHOLDERS)):
            allowed = allowed_placeholders(FLOW_PLACEHOLDERS)
            sentence = f"nothing fills in {{{name}}}{closest(name, FLOW_PLACEHOLDERS)}: use {allowed}"
            yield Finding(where, sentence)


def stray_braces(flow: Flow) -> Iterator[Finding]:
    """A brace that is left over: half a placeholder, or one with a space or a capital in its name."""
    for where, text in _single_texts(flow):
        if has_stray_brace(text):
            allowed = allowed_placeholders(FLOW_PLACEHOLDERS)
            yield Finding(where, f"a brace here belongs to no placeholder: write {allowed}, or remove the brace")
    # A label is matched against replies word for word, so nothing may be filled in there.
    for where, versions in labels_by_language(flow):
        for language, labels in versions.items():
            if any("{" in label or "}" in label for label in labels):
                yield Finding((*where, language), "a label cannot hold a placeholder: write it in plain words")


def _single_texts(flow: Flow) -> Iterator[tuple[Where, str]]:
    for where, versions in texts_by_language(flow):
        for language, text in versions.items():
            yield (*where, language), text
