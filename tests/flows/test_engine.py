"""The engine, step by step; whole conversations are in test_golden_conversations.py."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.conversation import (
    AnswerRecorded,
    Ended,
    NeedsPerson,
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

ENDED = (Progress.COMPLETED, Progress.REFUSED, Progress.UNREACHABLE)
TELLING_REPLIES = (
    *("yes", "no", "2", "A", "skip", "back", "help", "STOP", "START", "Cymraeg", "sorry, meant no"),
    *("wrong number", "I can smell gas", "mould in the bathroom", "", "\x00", "\ud800"),
)


def test_the_start_says_the_opening_and_the_first_question_at_once() -> None:
    state, events = start(FLOW, TEXTS, INVITED)
    assert len(events) == 1
    assert isinstance(events[0], Say)
    assert (events[0].text_id, events[0].question_id, events[0].safety) == ("opening", "worth", False)
    assert (state.question_id, state.asked, state.turn, state.progress) == ("worth", 1, 1, Progress.INVITED)


def test_an_answer_is_recorded_under_its_measure_and_the_next_question_asked() -> None:
    state, events = after("yes")
    recorded, say = events
    assert isinstance(recorded, AnswerRecorded)
    assert (recorded.question_id, recorded.measure, recorded.understanding.value) == ("worth", "worth_attending", True)
    assert isinstance(say, Say)
    assert (say.text_id, say.question_id) == ("ask:gained", "gained")
    assert (state.answers, state.asked, state.turn, state.progress) == ({"worth": True}, 1, 2, Progress.PARTIAL)


def test_a_question_whose_condition_does_not_hold_is_passed_over() -> None:
    assert after("no")[0].question_id == "score"


def test_the_last_answer_ends_the_conversation_with_thanks() -> None:
    state, events = after("no", "2")
    assert [type(event) for event in events] == [AnswerRecorded, Say, Ended]
    assert said(events) == ["Thank you from Derwent Living."]
    assert events[-1] == Ended(Progress.COMPLETED)
    assert (state.question_id, state.asked, state.progress) == (None, 0, Progress.COMPLETED)


def test_an_unclear_reply_is_asked_again_once_and_then_goes_to_a_person() -> None:
    state, events = after("banana")
    assert (state.question_id, state.asked, state.progress) == ("worth", 2, Progress.STARTED)
    assert said(events) == [TEXTS.text("en", "reask", {"hint": text("hint_yes_no")})]
    state, events = after("banana", "purple")
    recorded = events[0]
    assert isinstance(recorded, AnswerRecorded)
    assert recorded.understanding.status in (Status.UNCLEAR, Status.NOT_UNDERSTOOD)
    assert events[1] == NeedsPerson(Reason.UNCLEAR, "worth")
    assert (state.question_id, state.answers, state.progress) == ("score", {}, Progress.STARTED)


def test_a_flow_may_ask_again_twice_or_not_at_all() -> None:
    for reasks in (0, 2):
        flow = read_flow(broken("reasks: 1", f"reasks: {reasks}"), "x")
        state = start(flow, TEXTS, INVITED)[0]
        for _ in range(reasks):
            state, _events = advance(flow, TEXTS, state, Reply("banana", NOW), NOW)
            assert state.question_id == "worth"
        state, events = advance(flow, TEXTS, state, Reply("banana", NOW), NOW)
        assert NeedsPerson(Reason.UNCLEAR, "worth") in events
        assert state.question_id == "score"


def test_with_every_question_put_the_conversation_is_completed_though_a_person_must_look() -> None:
    _, events = after("no", "banana", "purple")
    assert NeedsPerson(Reason.UNCLEAR, "score") in events
    assert events[-1] == Ended(Progress.COMPLETED)


def test_a_reminder_is_one_message_with_the_open_question() -> None:
    state, events = remind(FLOW, TEXTS, begun())
    assert events == (
        Say(f"{text('reminder')}\nWas it worth your time? Reply Y or N", "reminder", question_id="worth"),
    )
    assert (state.question_id, state.asked, state.turn) == ("worth", 1, 2)


def test_nobody_is_reminded_after_the_end() -> None:
    ended, _ = after("no", "2")
    assert remind(FLOW, TEXTS, ended) == (ended, ())


def test_a_reply_from_the_future_is_read_as_of_now() -> None:
    flow = read_flow(
        broken("answer: {type: yes_no}", "answer: {type: date}").replace("is: true", "answered: true"), "x"
    )
    state = start(flow, TEXTS, INVITED)[0]
    state, _ = advance(flow, TEXTS, state, Reply("today", NOW + timedelta(days=3)), NOW)
    assert state.answers == {"worth": "2026-11-20"}


def test_the_same_step_twice_gives_the_same_result_and_changes_nothing_given() -> None:
    state = begun()
    before = replace(state)
    assert advance(FLOW, TEXTS, state, Reply("yes", NOW), NOW) == advance(FLOW, TEXTS, state, Reply("yes", NOW), NOW)
    assert state == before


@given(st.lists(st.one_of(st.text(max_size=60), st.sampled_from(TELLING_REPLIES)), max_size=8))
def test_any_replies_at_all_keep_the_conversation_in_order(replies: list[str]) -> None:
    state = begun()
    for reply in replies:
        before = state
        state, events = advance(FLOW, TEXTS, state, Reply(reply, NOW), NOW)
        says = [event for event in events if isinstance(event, Say)]
        assert len([say for say in says if not say.safety]) <= 1
        assert state.turn == before.turn + bool(says)
        assert (state.question_id is None) == (state.progress in ENDED)
        assert state.question_id is None or state.question_id in {question.id for question in FLOW.questions}
        assert state.answers.keys() <= {question.id for question in FLOW.questions}
