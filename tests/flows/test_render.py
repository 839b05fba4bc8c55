"""What a tenant reads."""

import pytest

from flows.load import read_flow
from flows.render import render_again, render_opening, render_question, render_reask, render_thanks
from flows.system_texts import load_system_texts
from tests.flows.flow_source import GOOD_FLOW, broken

FLOW = read_flow(GOOD_FLOW, "garden-day")
TEXTS = load_system_texts()
FACTS = {
    "first_name": "Gwen",
    "activity": "the garden day",
    "landlord": "Derwent Living",
    "phone": "01632 960 100",
}


def test_the_opening_and_the_first_question_are_one_message() -> None:
    assert render_opening(FLOW, "en", FACTS) == (
        "Hi Gwen, Derwent Living here about the garden day. Reply STOP to opt out.\n"
        "Was it worth your time? Reply Y or N"
    )


def test_options_are_lettered_in_the_language_of_the_tenant() -> None:
    question = FLOW.question("gained")
    assert render_question(question, "cy", FACTS) == "Beth wnaethoch chi ennill?\nA Sgil\nB Ffrindiau newydd"


def test_scale_labels_are_numbered_from_the_lowest_step() -> None:
    question = FLOW.question("score")
    assert render_question(question, "en", FACTS) == "How was it, 1 to 3?\n1 Poor\n2 Fair\n3 Good"


def test_a_scale_without_labels_is_only_its_question() -> None:
    flow = read_flow(broken("      labels: {en: [Poor, Fair, Good], cy: [Gwael, Gweddol, Da]}\n", ""), "x")
    assert render_question(flow.question("score"), "en", FACTS) == "How was it, 1 to 3?"


def test_asking_again_uses_the_words_of_the_flow_with_the_options() -> None:
    question = FLOW.question("gained")
    again = "Sorry, which one? Just the letter:\nA A skill\nB New friends"
    assert render_again(question, "en", FACTS) == again
    assert render_reask(question, TEXTS, "en", FACTS) == again


@pytest.mark.parametrize(
    ("question_id", "text"),
    [
        ("worth", "Sorry, we did not follow that. Please reply Y for yes or N for no."),
        ("score", "Sorry, we did not follow that. Please reply with a number from 1 to 3."),
    ],
)
def test_without_other_words_asking_again_says_how_to_reply(question_id: str, text: str) -> None:
    assert render_reask(FLOW.question(question_id), TEXTS, "en", FACTS) == text


def test_a_hint_for_options_names_their_letters() -> None:
    flow = read_flow(broken('    again: {en: "Sorry, which one? Just the letter:", cy: "Sori, pa un?"}\n', ""), "x")
    assert "A-B" in render_reask(flow.question("gained"), TEXTS, "en", FACTS)


def test_the_closing_names_the_landlord() -> None:
    assert render_thanks(FLOW, "cy", FACTS) == "Diolch gan Derwent Living."


def test_braces_in_a_name_are_left_as_they_are() -> None:
    assert render_thanks(FLOW, "en", {**FACTS, "landlord": "{phone}"}) == "Thank you from {phone}."


def test_a_missing_fact_is_not_passed_over_in_silence() -> None:
    with pytest.raises(KeyError, match="landlord"):
        render_thanks(FLOW, "en", {})
