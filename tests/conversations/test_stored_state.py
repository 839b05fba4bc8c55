"""A conversation read for the engine and written back is the same conversation."""

import pytest

from conversations.stored_state import state_after_end, state_of, state_without_answers, store_state
from flows.conversation import ConversationState
from flows.conversation import Progress as EngineProgress
from storage import conversations
from storage.models.consultations import LIVE, Progress
from tests.conversations.landlord import FACTS, Landlord
from tests.rows import ANN


def test_the_state_of_a_running_conversation_holds_all_the_engine_needs(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, "Yes", "A and B", "")
    with landlord.database.reading() as work:
        state = state_of(work, conversations.by_id(work, 1))
    assert state == ConversationState(
        language="en",
        facts=FACTS,
        question_id="words",
        asked=2,
        answers={"worth": True, "difference": ["skill", "people"]},
        turn=4,
        progress=EngineProgress.PARTIAL,
    )


def test_a_declined_or_replaced_answer_is_none_to_the_engine(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, "Yes", "back", "No", "skip")
    with landlord.database.reading() as work:
        assert state_of(work, conversations.by_id(work, 1)).answers == {"worth": False}


def test_a_state_written_back_reads_the_same(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, "Yes")
    changed = ConversationState("cy", FACTS, "words", 2, {"worth": True}, 9, EngineProgress.STARTED)
    with landlord.database.work() as work:
        store_state(work, conversations.by_id(work, 1), changed)
    with landlord.database.reading() as work:
        assert state_of(work, conversations.by_id(work, 1)) == changed


def test_what_was_delivered_stays_so_until_the_tenant_has_replied(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    with landlord.database.work() as work:
        conversation = conversations.by_id(work, 1)
        assert conversation.progress is Progress.DELIVERED
        store_state(work, conversation, state_without_answers(conversation))
        assert conversation.progress is Progress.DELIVERED


@pytest.mark.parametrize("progress", Progress)
def test_to_the_engine_a_conversation_is_over_when_it_is_over_for_us(landlord: Landlord, progress: Progress) -> None:
    landlord.survey_of(ANN)
    with landlord.database.work() as work:
        conversation = conversations.by_id(work, 1)
        conversation.progress = progress
        seen = state_without_answers(conversation).progress
    assert (seen is EngineProgress.COMPLETED) == (progress not in LIVE | {Progress.WAITING})


def test_after_the_end_no_question_waits_whatever_was_open(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.talk(ANN, "Yes")
    landlord.wait(days=8)
    landlord.tick()
    with landlord.database.reading() as work:
        state = state_after_end(work, conversations.by_id(work, 1))
    assert (state.question_id, state.asked) == (None, 0)
    assert state.answers == {"worth": True}
