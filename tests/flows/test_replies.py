"""What a reply leads to: hazards, STOP and other commands, corrections."""

import pytest

from flows.alerts import Alert
from flows.conversation import (
    AlertRaised,
    AnswerAmended,
    AnswerRecorded,
    Ended,
    LanguageChanged,
    NeedsPerson,
    OptedIn,
    OptedOut,
    Progress,
    Reason,
    Reply,
    Say,
)
from flows.engine import advance, remind, start
from flows.load import read_flow
from flows.understanding import Status
from tests.flows.flow_source import broken
from tests.flows.garden_day import FLOW, INVITED, NOW, TEXTS, after, begun, said, text


def test_stop_says_nothing_but_the_confirmation_and_refuses() -> None:
    state, events = after("yes", "STOP")
    assert events == (
        OptedOut(),
        Say(text("stop_confirmation"), "stop_confirmation", safety=True),
        Ended(Progress.REFUSED),
    )
    assert state.progress is Progress.REFUSED


def test_stop_with_a_hazard_raises_the_alert_but_says_only_the_confirmation() -> None:
    _, events = after("stop texting me, I can smell gas in the kitchen")
    assert AlertRaised(Alert.EMERGENCY_HAZARD) in events
    assert said(events) == [text("stop_confirmation")]


def test_a_second_stop_is_not_confirmed_again() -> None:
    _, events = after("STOP", "STOP")
    assert events == (OptedOut(),)


def test_stop_after_the_end_leaves_a_completed_survey_completed() -> None:
    state, events = after("no", "2", "STOP")
    assert OptedOut() in events
    assert not [event for event in events if isinstance(event, Ended)]
    assert state.progress is Progress.COMPLETED


def test_yes_to_a_question_opts_nobody_in() -> None:
    _, events = after("YES")
    assert not [event for event in events if isinstance(event, OptedIn)]


def test_start_opts_in_and_is_confirmed() -> None:
    _, events = after("STOP", "START")
    assert events == (OptedIn(), Say(text("start_confirmation"), "start_confirmation"))


def test_damp_beside_an_answer_is_passed_to_repairs_and_the_survey_goes_on() -> None:
    state, events = after("yes but there is black mould in my bedroom")
    assert events[0] == AlertRaised(Alert.DAMP_MOULD)
    assert [(event.text_id, event.safety) for event in events if isinstance(event, Say)] == [
        ("damp_mould", True),
        ("ask:gained", False),
    ]
    assert state.answers == {"worth": True}


def test_after_an_emergency_the_next_question_waits_until_the_tenant_writes_again() -> None:
    state, events = after("yes but I can smell gas in the kitchen")
    assert said(events) == [text("emergency_hazard")]
    assert (state.answers, state.question_id, state.asked) == ({"worth": True}, "gained", 0)
    state, events = advance(FLOW, TEXTS, state, Reply("A", NOW), NOW)
    assert [event.text_id for event in events if isinstance(event, Say)] == ["ask:gained"]
    assert (state.answers, state.asked) == ({"worth": True}, 1)


def test_help_while_a_question_is_held_back_does_not_put_it() -> None:
    state, events = after("yes but I can smell gas in the kitchen", "HELP")
    assert said(events) == [text("help")]
    assert state.asked == 0


def test_another_language_while_a_question_is_held_back_puts_it_in_that_language() -> None:
    held, _ = after("yes but I can smell gas in the kitchen")
    state, events = advance(FLOW, TEXTS, held, Reply("Cymraeg", NOW), NOW, live=False)
    assert said(events) == ["Beth wnaethoch chi ennill?\nA Sgil\nB Ffrindiau newydd"]
    assert (state.question_id, state.asked) == ("gained", 1)


def test_a_reminder_puts_a_question_that_was_held_back() -> None:
    held, _ = after("yes but I can smell gas in the kitchen")
    state, events = remind(FLOW, TEXTS, held)
    assert said(events)[0].startswith(text("reminder"))
    assert (state.question_id, state.asked) == ("gained", 1)


def test_a_reply_that_only_reports_a_hazard_is_not_a_failed_answer() -> None:
    state, events = after("theres black mould all over my bedroom wall")
    assert said(events) == [text("damp_mould")]
    assert (state.question_id, state.asked) == ("worth", 1)


def test_help_says_who_we_are_and_leaves_the_question_open() -> None:
    state, events = after("HELP")
    assert events == (Say(text("help"), "help"),)
    assert (state.question_id, state.asked, state.progress) == ("worth", 1, Progress.STARTED)


@pytest.mark.parametrize(
    ("reply", "key"),
    [
        ("please call me", "call_me"),
        ("what data do you hold about me", "data_request"),
        ("delete my data", "delete_request"),
    ],
)
def test_what_a_person_must_do_is_passed_on_and_leaves_the_question_open(reply: str, key: str) -> None:
    state, events = after(reply)
    assert events == (NeedsPerson(Reason(key), "worth"), Say(text(key), key))
    assert (state.question_id, state.asked) == ("worth", 1)


def test_a_wrong_number_ends_the_conversation_as_unreachable() -> None:
    state, events = after("wrong number")
    assert events == (
        NeedsPerson(Reason.WRONG_PERSON, "worth"),
        Say(text("wrong_person"), "wrong_person"),
        Ended(Progress.UNREACHABLE),
    )
    assert state.question_id is None


def test_skip_declines_and_goes_on() -> None:
    state, events = after("skip")
    recorded = events[0]
    assert isinstance(recorded, AnswerRecorded)
    assert (recorded.understanding.status, recorded.understanding.value) == (Status.DECLINED, None)
    assert (state.answers, state.question_id) == ({}, "score")


def test_a_request_beside_an_answer_is_one_message_with_the_next_question() -> None:
    state, events = after("yes, please ring me")
    assert NeedsPerson(Reason.CALL_ME, "worth") in events
    assert said(events) == [f"{text('call_me')}\nWhat did you gain? Reply with a letter:\nA A skill\nB New friends"]
    assert state.answers == {"worth": True}


def test_back_puts_the_question_before_and_its_new_answer_is_an_amendment() -> None:
    state, events = after("no", "back")
    assert [event.text_id for event in events if isinstance(event, Say)] == ["ask:worth"]
    assert (state.question_id, state.asked) == ("worth", 1)
    state, events = advance(FLOW, TEXTS, state, Reply("yes", NOW), NOW)
    assert isinstance(events[0], AnswerAmended)
    assert (state.answers, state.question_id) == ({"worth": True}, "gained")


def test_back_at_the_first_question_repeats_it() -> None:
    state, events = after("back")
    assert [event.text_id for event in events if isinstance(event, Say)] == ["ask:worth"]
    assert state.question_id == "worth"


def test_an_unclear_reply_after_a_step_back_does_not_cost_the_earlier_answer() -> None:
    state, events = after("no", "back", "banana", "purple")
    assert not [event for event in events if isinstance(event, AnswerRecorded | AnswerAmended)]
    assert NeedsPerson(Reason.UNCLEAR, "worth") in events
    assert state.answers == {"worth": False}


def test_another_language_is_used_from_here_on_and_the_question_put_in_it() -> None:
    state, events = advance(FLOW, TEXTS, begun(), Reply("Cymraeg", NOW), NOW, live=False)
    assert events[0] == LanguageChanged("cy")
    assert said(events) == ["A oedd yn werth eich amser? Ydw neu nac ydw"]
    assert (state.language, state.question_id, state.asked) == ("cy", "worth", 1)


@pytest.mark.parametrize("language", ["Cymraeg", "Polski"])
def test_a_draft_or_missing_language_is_not_used_live_and_needs_a_person(language: str) -> None:
    state, events = after(language)
    assert events == (NeedsPerson(Reason.LANGUAGE, "worth"), Say(text("language_unknown"), "language_unknown"))
    assert state.language == "en"


def test_a_correction_changes_the_last_answer_and_leaves_the_question_open() -> None:
    flow = read_flow(
        broken("answer: {type: yes_no}", "answer: {type: scale, min: 1, max: 9}").replace(
            "when: {question: worth, is: true}", "when: {question: worth, at_least: 5}"
        ),
        "x",
    )
    state = start(flow, TEXTS, INVITED)[0]
    state, _ = advance(flow, TEXTS, state, Reply("7", NOW), NOW)
    state, events = advance(flow, TEXTS, state, Reply("sorry, meant 8", NOW), NOW)
    amended = events[0]
    assert isinstance(amended, AnswerAmended)
    assert (amended.question_id, amended.understanding.value) == ("worth", 8)
    assert said(events) == [text("amended")]
    assert (state.answers, state.question_id) == ({"worth": 8}, "gained")


def test_a_correction_that_makes_the_open_question_pointless_moves_on() -> None:
    state, events = after("yes", "sorry, meant no")
    assert said(events) == [f"{text('amended')}\nHow was it, 1 to 3?\n1 Poor\n2 Fair\n3 Good"]
    assert (state.answers, state.question_id) == ({"worth": False}, "score")


def test_what_corrects_a_reply_just_asked_again_answers_the_open_question() -> None:
    source = broken("answer: {type: yes_no}", "answer: {type: scale, min: 1, max: 9}")
    flow = read_flow(source.replace("is: true", "at_least: 9"), "x")
    state = start(flow, TEXTS, INVITED)[0]
    for reply in ("4", "banana", "sorry, meant 3"):
        state, events = advance(flow, TEXTS, state, Reply(reply, NOW), NOW)
    assert isinstance(events[0], AnswerRecorded)
    assert state.answers == {"worth": 4, "score": 3}


def test_a_correction_of_the_first_reply_answers_the_first_question() -> None:
    assert after("banana", "sorry, meant yes")[0].answers == {"worth": True}


def test_a_correction_after_a_text_answers_the_open_question_if_it_can() -> None:
    flow = read_flow(
        broken("answer: {type: yes_no}", "answer: {type: text}").replace("is: true", "answered: false"), "x"
    )
    state = start(flow, TEXTS, INVITED)[0]
    state, _ = advance(flow, TEXTS, state, Reply("the flowers", NOW), NOW)
    state, events = advance(flow, TEXTS, state, Reply("sorry, meant 3", NOW), NOW)
    assert isinstance(events[0], AnswerRecorded)
    assert state.answers == {"worth": "the flowers", "score": 3}


def test_a_correction_that_corrects_nothing_goes_to_a_person() -> None:
    state, events = after("yes", "sorry, meant banana")
    assert events == (NeedsPerson(Reason.AMEND, "gained"),)
    assert state.answers == {"worth": True}


def test_a_text_after_the_end_goes_to_a_person_and_is_not_answered() -> None:
    _, events = after("no", "2", "see you next week")
    assert events == (NeedsPerson(Reason.AFTER_THE_END, None),)


def test_a_hazard_after_the_end_is_still_answered() -> None:
    _, events = after("no", "2", "theres black mould all over my bedroom wall")
    assert events[0] == AlertRaised(Alert.DAMP_MOULD)
    assert said(events) == [text("damp_mould")]
