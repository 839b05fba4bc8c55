"""Whole conversations, as a housing officer can read them in `tests/conversations`, come out the same again."""

from pathlib import Path

import pytest

from flows.flow import LANGUAGES
from flows.load import load_library
from tests.flows.golden import CONVERSATIONS, replay

FILES = sorted(CONVERSATIONS.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_conversation_goes_as_it_is_written_down(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    assert replay(written) == written


@pytest.mark.parametrize("flow", sorted(load_library()))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_flow_has_a_conversation_to_its_end_in_every_language(flow: str, language: str) -> None:
    heads = (f"flow: {flow}\n", f"language: {language}\n", "[ended completed]\n")
    texts = (path.read_text(encoding="utf-8") for path in FILES)
    assert any(all(head in text for head in heads) for text in texts)
