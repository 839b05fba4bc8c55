"""A draft translation is never sent to tenants for real."""

import pytest

from flows.load import load_library, read_flow
from flows.system_texts import LanguageTexts, SystemTexts, load_system_texts
from flows.translations import NoLanguageFitError, language_for, languages_fit_to_send
from tests.flows.flow_source import GOOD_FLOW, broken

FLOW = read_flow(GOOD_FLOW, "garden-day")
TEXTS = load_system_texts()
CY_REVIEWED = broken("cy: {status: draft}", "cy: {status: reviewed}")


def with_reviewed(*languages: str) -> SystemTexts:
    return SystemTexts(
        {
            code: LanguageTexts(language=code, status="reviewed" if code in languages else "draft", texts=texts.texts)
            for code, texts in TEXTS.by_language.items()
        }
    )


def test_live_only_what_is_reviewed_is_sent() -> None:
    assert languages_fit_to_send(FLOW, TEXTS, live=True) == ("en",)
    assert language_for(FLOW, TEXTS, "cy", live=True) == "en"


def test_a_rehearsal_may_use_a_draft() -> None:
    assert language_for(FLOW, TEXTS, "cy", live=False) == "cy"


def test_a_reviewed_flow_with_draft_system_texts_is_not_fit_to_send() -> None:
    flow = read_flow(CY_REVIEWED, "x")
    assert language_for(flow, with_reviewed("en"), "cy", live=True) == "en"
    assert language_for(flow, with_reviewed("en", "cy"), "cy", live=True) == "cy"


def test_a_language_the_flow_does_not_have_falls_back_to_english() -> None:
    assert language_for(FLOW, TEXTS, "pl", live=False) == "en"


def test_without_english_the_first_reviewed_language_is_used() -> None:
    flow = read_flow(CY_REVIEWED.replace("en: {status: reviewed", "en: {status: draft"), "x")
    assert language_for(flow, with_reviewed("en", "cy"), "pl", live=True) == "cy"


def test_with_nothing_reviewed_nothing_is_sent_live() -> None:
    flow = read_flow(broken("en: {status: reviewed", "en: {status: draft"), "x")
    with pytest.raises(NoLanguageFitError, match="no translation of the flow 'garden-day' is reviewed: have one read"):
        language_for(flow, TEXTS, "en", live=True)


def test_every_flow_of_the_library_can_be_sent_live_in_english() -> None:
    assert {language_for(flow, TEXTS, "en", live=True) for flow in load_library().values()} == {"en"}
