"""What Twilio has answered by itself, in each of its modes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.opt_out import OptOutAnswer, OptOutMode, answered_by_twilio


@pytest.mark.parametrize(
    "text", ["STOP", "stop", " Stop\n", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"]
)
def test_twilio_has_answered_a_stop_keyword_by_default(text: str) -> None:
    assert answered_by_twilio(text, None, OptOutMode.DEFAULT) is OptOutAnswer.STOP


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("START", OptOutAnswer.START),
        ("unstop", OptOutAnswer.START),
        ("Help", OptOutAnswer.HELP),
        ("INFO", OptOutAnswer.HELP),
    ],
)
def test_twilio_has_answered_start_and_help_by_default(text: str, answer: OptOutAnswer) -> None:
    assert answered_by_twilio(text, None, OptOutMode.DEFAULT) is answer


@pytest.mark.parametrize("text", ["", "stop please", "please stop texting me", "STOP.", "the end", "yes stop", "9"])
def test_only_a_keyword_alone_is_answered_by_twilio(text: str) -> None:
    assert answered_by_twilio(text, None, OptOutMode.DEFAULT) is None


@pytest.mark.parametrize("mode", OptOutMode)
@pytest.mark.parametrize("opt_out_type", [None, "START"])
@pytest.mark.parametrize("text", ["YES", "yes", " Yes "])
def test_a_bare_yes_never_opts_anybody_in(text: str, opt_out_type: str | None, mode: OptOutMode) -> None:
    assert answered_by_twilio(text, opt_out_type, mode) is None


@pytest.mark.parametrize(
    ("text", "opt_out_type", "answer"),
    [
        pytest.param("diwedd", "STOP", OptOutAnswer.STOP, id="the landlord's own keyword"),
        pytest.param("dechrau", "START", OptOutAnswer.START, id="and the one to come back"),
        pytest.param("cymorth", "HELP", OptOutAnswer.HELP, id="and for help"),
        pytest.param("QUIT", None, None, id="a default keyword that the landlord may have removed"),
        pytest.param("STOP", None, OptOutAnswer.STOP, id="fetched from the list, which has no OptOutType"),
        pytest.param("stop", "something new", None, id="a type that is not known"),
    ],
)
def test_advanced_opt_out_says_itself_what_it_answered(
    text: str, opt_out_type: str | None, answer: OptOutAnswer | None
) -> None:
    assert answered_by_twilio(text, opt_out_type, OptOutMode.ADVANCED) is answer


@given(st.text(), st.one_of(st.none(), st.text(), st.sampled_from(["STOP", "START", "HELP"])))
def test_twilio_answers_nothing_when_its_handling_is_switched_off(text: str, opt_out_type: str | None) -> None:
    assert answered_by_twilio(text, opt_out_type, OptOutMode.DISABLED) is None
