"""Launching: everybody is asked once, whatever happens in the middle, in the words pinned at launch."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from consultations import launch
from consultations.audience import LeftOut
from conversations.rules import ConversationRules
from storage import activities
from storage.database import Database
from storage.models import Consultation, Conversation, ConversationPerson, FlowVersion, OutboxMessage
from storage.models.consultations import Progress
from storage.models.outbox import RowClass
from tests.clock import Clock
from tests.conversations.landlord import Landlord, flow_file, rules
from tests.rows import ANN, FARAH, GWEN, JOE, MAREK


@pytest.fixture
def landlord(database: Database, clock: Clock) -> Landlord:
    return Landlord(database, clock)


class PowerCut(BaseException):
    """Nothing in the program can catch it."""


@contextmanager
def power_cut(landlord: Landlord, texts_queued: int) -> Iterator[None]:
    """Everything stops when one more text than these is to be queued."""
    good, left = landlord.rules, iter(range(texts_queued))

    def count_segments(text: str) -> int:
        if next(left, None) is None:
            raise PowerCut
        return good.count_segments(text)

    landlord.rules = ConversationRules(good.texts, count_segments, good.answered_by_carrier, live=True)
    with pytest.raises(PowerCut):
        yield
    landlord.rules = good


def test_each_of_those_who_attended_gets_the_opening_with_the_first_question(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN), landlord.tenant(JOE)])
    (launched,) = landlord.launch()

    assert (launched.invited, launched.waiting, launched.left_out) == (2, 0, Counter())
    assert [(row.recipient, row.text_id, row.row_class, row.question_id) for row in landlord.rows(OutboxMessage)] == [
        (ANN, "opening", RowClass.BULK, "worth"),
        (JOE, "opening", RowClass.BULK, "worth"),
    ]
    body = landlord.texts_to(ANN)[0].body
    assert body.startswith("Hi Ann, Derwent Living here about Coffee morning.")
    assert "standard text rate" in body
    assert "Reply STOP to opt out" in body
    assert body.endswith("Was it worth your time? Reply Y or N")


def test_joint_tenants_on_one_number_get_one_text_with_both_names(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN), landlord.tenant(ANN, first_name="Farah", last_name="Khan")])
    landlord.launch()
    (text,) = landlord.rows(OutboxMessage)
    assert text.body.startswith("Hi Ann & Farah, Derwent Living here")
    assert len(landlord.rows(Conversation)) == 1
    assert len(landlord.rows(ConversationPerson)) == 2


def test_joint_tenants_of_the_same_name_are_greeted_once(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN), landlord.tenant(ANN)])
    landlord.launch()
    assert landlord.rows(OutboxMessage)[0].body.startswith("Hi Ann, Derwent")


def test_who_is_left_out_is_counted_by_reason_and_the_sum_balances(landlord: Landlord) -> None:
    landlord.talk(GWEN, "STOP")
    farah = landlord.tenant(FARAH)
    landlord.talk(FARAH, "wrong number")
    tenants = [
        landlord.tenant(ANN),
        landlord.tenant(ANN, first_name="Tom"),
        landlord.tenant(JOE, lawful_basis=None, basis_recorded_on=None, basis_evidence=None),
        landlord.tenant(GWEN),
        farah,
        landlord.tenant(None),
    ]
    landlord.close("A1", tenants)
    (launched,) = landlord.launch()
    assert launched.left_out == Counter(
        {LeftOut.NO_LAWFUL_BASIS: 1, LeftOut.OPTED_OUT: 1, LeftOut.QUARANTINED: 1, LeftOut.NO_ADDRESS: 1}
    )
    asked = len(landlord.rows(ConversationPerson))
    assert asked == 2
    assert asked + launched.left_out.total() == len(tenants)
    assert landlord.rows(Consultation)[0].left_out == {str(reason): 1 for reason in launched.left_out}


def test_a_launch_run_again_sends_nothing(landlord: Landlord) -> None:
    landlord.survey_of(ANN, JOE)
    before = landlord.count_rows()
    assert landlord.launch() == []
    assert landlord.count_rows() == before


def test_a_launch_asked_for_by_its_cause_again_does_nothing(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    before = landlord.count_rows()
    with landlord.database.work() as work:
        activity = activities.by_ref(work, "A1")
        assert activity is not None
        assert launch.launch_after_activity(work, landlord.survey, activity, landlord.rules, landlord.now) is None
    assert landlord.count_rows() == before


@pytest.mark.parametrize("texts_queued", [0, 1, 2])
def test_a_launch_that_dies_at_any_row_and_is_run_again_asks_everybody_once(
    landlord: Landlord, texts_queued: int
) -> None:
    landlord.close("A1", [landlord.tenant(mobile) for mobile in (ANN, JOE, FARAH)])
    before = landlord.count_rows()
    with power_cut(landlord, texts_queued):
        landlord.launch()
    assert landlord.count_rows() == before

    landlord.launch()
    assert sorted(row.recipient for row in landlord.rows(OutboxMessage)) == sorted([ANN, JOE, FARAH])
    assert {row.dedupe_key for row in landlord.rows(OutboxMessage)} == {
        f"conversation:{row.id}:turn:1:opening" for row in landlord.rows(Conversation)
    }


def test_activities_launched_before_one_that_fails_stay_launched(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.wait(minutes=1)
    landlord.close("A2", [landlord.tenant(JOE)], "Garden day")
    with power_cut(landlord, texts_queued=1):
        landlord.launch()
    assert [row.recipient for row in landlord.rows(OutboxMessage)] == [ANN]


def test_a_launch_that_fails_does_not_stand_in_the_way_of_the_next(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.wait(minutes=1)
    landlord.close("A2", [landlord.tenant(JOE)], "Garden day")
    good, calls = landlord.rules, iter([True])

    def count_segments(text: str) -> int:
        if next(calls, False):
            raise ValueError("the first text cannot be counted")
        return good.count_segments(text)

    landlord.rules = ConversationRules(good.texts, count_segments, good.answered_by_carrier, live=True)
    landlord.launch()
    assert [row.recipient for row in landlord.rows(OutboxMessage)] == [JOE]
    landlord.launch()
    assert sorted(row.recipient for row in landlord.rows(OutboxMessage)) == sorted([ANN, JOE])


def test_an_activity_is_asked_about_only_when_the_time_to_undo_is_over(landlord: Landlord) -> None:
    ann = landlord.tenant(ANN)
    landlord.close("A1", [ann], undo_minutes=15)
    assert landlord.launch() == []
    landlord.wait(minutes=14)
    assert landlord.launch() == []
    landlord.wait(minutes=1)
    assert [launched.invited for launched in landlord.launch()] == [1]


def test_an_activity_nobody_attended_is_launched_once_and_asks_nobody(landlord: Landlord) -> None:
    landlord.close("A1", [])
    assert [(launched.invited, launched.waiting) for launched in landlord.launch()] == [(0, 0)]
    assert landlord.launch() == []


def test_a_conversation_knows_when_it_is_reminded_and_closes(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    conversation, (consultation,) = landlord.conversation_with(ANN), landlord.rows(Consultation)
    assert consultation.launched_at == landlord.now
    assert conversation.remind_at == landlord.now + timedelta(days=2)
    assert conversation.closes_at == consultation.closes_at == landlord.now + timedelta(days=7)


def test_time_to_answer_runs_from_when_the_first_text_can_leave(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.wait(days=1, hours=11)  # Saturday, eleven at night
    landlord.launch()
    monday_at_nine = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert landlord.conversation_with(ANN).closes_at == monday_at_nine + timedelta(days=7)
    assert landlord.conversation_with(ANN).remind_at == monday_at_nine + timedelta(days=2)


def test_a_large_household_is_greeted_by_three_names(landlord: Landlord) -> None:
    names = ("Ann", "Joe", "Gwen", "Farah", "Marek")
    landlord.close("A1", [landlord.tenant(ANN, first_name=name) for name in names])
    landlord.launch()
    assert landlord.texts_to(ANN)[0].body.startswith("Hi Ann & Joe & Gwen, ")


def test_somebody_in_a_survey_waits_for_it_to_end(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.close("A2", [landlord.tenant(ANN), landlord.tenant(JOE)], "Garden day")
    (launched,) = landlord.launch()
    assert (launched.invited, launched.waiting) == (1, 1)
    assert landlord.conversation_with(ANN).progress is Progress.WAITING
    assert len(landlord.texts_to(ANN)) == 1


def test_a_running_conversation_keeps_to_the_flow_it_began_with(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.survey = flow_file(
        landlord.survey.source.replace("What difference did it make to you", "What good was it")
    )
    landlord.rules = rules()
    landlord.close("A2", [landlord.tenant(JOE)], "Garden day")
    landlord.launch()
    landlord.deliver()

    assert landlord.talk(ANN, "Yes")[0].startswith("What difference did it make to you")
    assert landlord.talk(JOE, "Yes")[0].startswith("What good was it")
    assert len(landlord.rows(FlowVersion)) == 2


def test_two_launches_of_the_same_flow_share_its_version(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.close("A2", [landlord.tenant(JOE)], "Garden day")
    landlord.launch()
    assert len(landlord.rows(FlowVersion)) == 1


def test_what_the_texts_name_is_kept_as_it_was_at_launch(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.set_policy(landlord="Derwent Homes")
    *_, thanks = landlord.talk(ANN, "Yes", "A", "It was warm")
    assert "Derwent Living" in thanks


@pytest.mark.parametrize(("live", "language", "begins"), [(True, "en", "Hi Marek"), (False, "pl", "Dzień dobry Marek")])
def test_a_draft_language_is_begun_in_only_where_nobody_is_texted_live(
    landlord: Landlord, live: bool, language: str, begins: str
) -> None:
    landlord.rules = rules(live=live)
    landlord.close("A1", [landlord.tenant(MAREK, language="pl")])
    landlord.launch()
    assert landlord.conversation_with(MAREK).language == language
    assert landlord.texts_to(MAREK)[0].body.startswith(begins)


def test_a_flow_without_a_reviewed_language_is_not_launched_live(landlord: Landlord) -> None:
    draft = landlord.survey.source.replace(
        'en: {status: reviewed, by: sowhat authors, "on": 2026-11-20}', "en: {status: draft}"
    )
    landlord.survey = flow_file(draft)
    landlord.close("A1", [landlord.tenant(ANN)])
    before = landlord.count_rows()
    assert landlord.launch() == []
    assert landlord.count_rows() == before


def test_braces_in_a_title_are_text_and_nothing_else(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN)], "Tea {phone} & {nonsense}")
    landlord.launch()
    assert "about Tea {phone} & {nonsense}." in landlord.texts_to(ANN)[0].body
