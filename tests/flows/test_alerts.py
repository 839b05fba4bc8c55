"""Alerts: danger is found in any message, and look-alikes are left alone."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.alerts import Alert, find_alerts
from flows.languages import language_codes
from tests.flows.labelled_replies import labelled_messages

MESSAGES = list(labelled_messages("alerts"))


@pytest.mark.parametrize(("languages", "message", "alert"), MESSAGES)
def test_each_labelled_message_raises_the_alert_that_a_person_would(
    languages: tuple[str, ...], message: str, alert: str
) -> None:
    found = find_alerts(message, languages)
    assert found == () if alert == "none" else alert in found


@pytest.mark.parametrize(("code", "alert"), list(product(language_codes(), Alert)))
def test_every_language_tells_of_every_danger(code: str, alert: Alert) -> None:
    assert any(code in languages and label == alert for languages, _, label in MESSAGES)


def test_danger_told_in_another_language_than_the_tenants_is_found() -> None:
    assert find_alerts("mąż mnie bije", ["en"]) == (Alert.SAFEGUARDING,)
    assert find_alerts("没有暖气", ["en"]) == (Alert.EMERGENCY_HAZARD,)


def test_a_look_alike_hides_only_the_words_it_covers() -> None:
    assert find_alerts("learned how to prevent mould but there is mould in my kitchen", ["en"]) == (Alert.DAMP_MOULD,)


def test_parts_of_a_sign_far_apart_are_no_sign() -> None:
    apart = "The gas man came on time. " + "It was a good and useful day for all of us. " + "I smell the flowers."
    assert find_alerts(apart, ["en"]) == ()


def test_several_dangers_in_one_message_are_all_found() -> None:
    message = "no heating, black mould and my husband hits me"
    assert find_alerts(message, ["en"]) == (Alert.DAMP_MOULD, Alert.EMERGENCY_HAZARD, Alert.SAFEGUARDING)


@given(before=st.text(max_size=50), after=st.text(max_size=50))
def test_danger_is_found_whatever_is_written_around_it(before: str, after: str) -> None:
    assert Alert.SAFEGUARDING in find_alerts(f"{before} \n i want to kill myself \n {after}", ["en"])
