"""Commands: found in any wording, and never in an ordinary sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.answers import Choice, YesNo
from flows.commands import Command, find_command, requested_language
from flows.languages import language_codes
from flows.understanding import Status, understand
from tests.flows.labelled_replies import labelled_messages

MESSAGES = list(labelled_messages("commands"))


@pytest.mark.parametrize(("languages", "message", "command"), MESSAGES)
def test_each_labelled_message_gives_the_command_that_a_person_sees_in_it(
    languages: tuple[str, ...], message: str, command: str
) -> None:
    found = find_command(message, languages)
    assert (found or "none") == command


@pytest.mark.parametrize("code", language_codes())
def test_every_language_has_wordings_to_opt_out_with(code: str) -> None:
    assert any(code in languages and command == "opt_out" for languages, _, command in MESSAGES)


@pytest.mark.parametrize("word", ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"])
def test_every_opt_out_word_of_twilio_opts_out_in_every_language(word: str) -> None:
    assert all(find_command(word, [code]) is Command.OPT_OUT for code in language_codes())


def test_an_opt_out_in_another_language_than_the_tenants_is_found() -> None:
    assert find_command("مجھے میسج نہ کریں", ["pl"]) is Command.OPT_OUT


def test_yes_never_opts_anybody_in() -> None:
    assert find_command("YES", ["en"]) is None


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Polski", "pl"),
        ("in Urdu please", "ur"),
        ("اردو", "ur"),
        ("Cymraeg", "cy"),
        ("中文", "zh"),
        ("English please", "en"),
        ("French please", None),
        ("Polish food was nice", None),
        ("yes", None),
    ],
)
def test_the_language_that_is_asked_for_is_named_by_its_code(message: str, code: str | None) -> None:
    assert requested_language(message) == code


def test_a_language_that_is_an_option_is_an_answer_not_a_command() -> None:
    options = [{"id": "polish", "label": {"en": "Polish"}}, {"id": "urdu", "label": {"en": "Urdu"}}]
    answer = Choice.model_validate({"type": "choice", "options": options})
    outcome = understand(answer, ["en"], "Polish")
    assert (outcome.value, outcome.command) == ("polish", None)


def test_stop_wins_even_where_it_is_an_option() -> None:
    options = [{"id": "stop", "label": {"en": "Stop"}}, {"id": "go", "label": {"en": "Go on"}}]
    answer = Choice.model_validate({"type": "choice", "options": options})
    assert understand(answer, ["en"], "Stop").command is Command.OPT_OUT


def test_stop_spelled_with_drawn_out_letters_or_spaces_is_a_command_and_nothing_else() -> None:
    for message in ("STOOOP", "s t o p", "S.T.O.P."):
        outcome = understand(YesNo(type="yes_no"), ["en"], message)
        assert (outcome.status, outcome.command) == (Status.COMMAND, Command.OPT_OUT)


@given(reply=st.text())
def test_any_text_can_be_searched_for_commands(reply: str) -> None:
    assert find_command(reply, ["en", "pl"]) in {None, *Command}
