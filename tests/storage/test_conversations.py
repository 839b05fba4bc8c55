from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from storage import conversations
from storage.database import Database
from storage.models import Conversation
from storage.models.consultations import ARRIVED, LIVE, Progress
from tests.clock import NOON
from tests.rows import ANN, JOE, add_address, add_consultation, add_conversation

DAY = timedelta(days=1)
ENDED = [progress for progress in Progress if progress not in LIVE and progress is not Progress.WAITING]


def ids(found: Sequence[Conversation]) -> list[int]:
    return [conversation.id for conversation in found]


@pytest.mark.parametrize("progress", list(Progress))
def test_a_conversation_is_live_ended_or_waits(database: Database, progress: Progress) -> None:
    with database.work() as work:
        address = add_address(work)
        conversation = add_conversation(work, address, progress=progress)
        assert conversations.live_at(work, address.id) is (conversation if progress in LIVE else None)
        assert conversations.last_ended_at(work, address.id) is (conversation if progress in ENDED else None)
        is_open = progress in LIVE or progress is Progress.WAITING
        assert ids(conversations.open_at(work, address.id)) == ([conversation.id] if is_open else [])


def test_of_several_ended_conversations_the_last_one_counts_and_other_addresses_do_not(database: Database) -> None:
    with database.work() as work:
        ann, joe = add_address(work, ANN), add_address(work, JOE)
        add_conversation(work, ann, progress=Progress.COMPLETED)
        last = add_conversation(work, ann, progress=Progress.EXPIRED)
        add_conversation(work, joe, progress=Progress.COMPLETED)
        assert conversations.last_ended_at(work, ann.id) is last


def test_a_survey_that_never_got_to_its_first_text_is_not_the_one_that_ended_last(database: Database) -> None:
    with database.work() as work:
        ann = add_address(work, ANN)
        asked = add_conversation(work, ann, progress=Progress.COMPLETED, ended_at=NOON)
        add_conversation(work, ann, progress=Progress.EXPIRED, turn=0, ended_at=NOON + timedelta(days=1))
        assert conversations.last_ended_at(work, ann.id) is asked


def test_those_who_wait_are_next_when_nothing_is_live_at_their_address(database: Database) -> None:
    with database.work() as work:
        ann, joe = add_address(work, ANN), add_address(work, JOE)
        add_conversation(work, ann, progress=Progress.COMPLETED)
        waiting = [add_conversation(work, ann, progress=Progress.WAITING) for _ in range(2)]
        add_conversation(work, joe, progress=Progress.WAITING)
        add_conversation(work, joe, progress=Progress.PARTIAL)
        assert ids(conversations.waiting_and_free(work)) == ids(waiting)


@pytest.mark.parametrize("progress", list(Progress))
def test_only_those_whom_the_first_text_reached_are_reminded(database: Database, progress: Progress) -> None:
    with database.work() as work:
        conversation = add_conversation(work, add_address(work), progress=progress)
        due = conversations.due_for_reminder(work, NOON + 2 * DAY, 10)
        assert ids(due) == ([conversation.id] if progress in ARRIVED else [])


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (NOON + 2 * DAY - timedelta(microseconds=1), False),
        (NOON + 2 * DAY, True),
        (NOON + 7 * DAY - timedelta(microseconds=1), True),
        (NOON + 7 * DAY, False),
    ],
)
def test_a_reminder_is_due_from_its_time_until_the_survey_closes(database: Database, now: datetime, due: bool) -> None:
    with database.work() as work:
        add_conversation(work, add_address(work), progress=Progress.DELIVERED)
        assert bool(conversations.due_for_reminder(work, now, 10)) == due


def test_one_reminder_is_all_and_some_surveys_have_none(database: Database) -> None:
    with database.work() as work:
        ann, joe = add_address(work, ANN), add_address(work, JOE)
        add_conversation(work, ann, progress=Progress.DELIVERED, reminded_at=NOON)
        add_conversation(work, joe, remind_at=None, progress=Progress.DELIVERED)
        assert conversations.due_for_reminder(work, NOON + 3 * DAY, 10) == []


def test_reminders_go_out_so_many_at_a_time_the_oldest_first(database: Database) -> None:
    with database.work() as work:
        consultation = add_consultation(work)
        first, *_ = [
            add_conversation(work, add_address(work, phone), consultation, progress=Progress.DELIVERED)
            for phone in (ANN, JOE)
        ]
        assert ids(conversations.due_for_reminder(work, NOON + 2 * DAY, 1)) == [first.id]


@pytest.mark.parametrize("progress", list(Progress))
def test_at_closing_what_is_live_is_over(database: Database, progress: Progress) -> None:
    with database.work() as work:
        conversation = add_conversation(work, add_address(work), progress=progress)
        assert conversations.past_closing(work, NOON + 7 * DAY - timedelta(microseconds=1)) == []
        past = ids(conversations.past_closing(work, NOON + 7 * DAY))
        assert past == ([conversation.id] if progress in LIVE else [])


def test_an_ended_conversation_remembers_which_question_waited(database: Database) -> None:
    with database.work() as work:
        conversation = add_conversation(work, add_address(work), question_id="worth")
        conversations.end(conversation, Progress.EXPIRED, NOON)
        assert (conversation.progress, conversation.ended_at, conversation.question_id) == (
            Progress.EXPIRED,
            NOON,
            "worth",
        )


def test_two_replies_cannot_move_one_conversation_at_once(database: Database) -> None:
    with database.work() as work:
        conversation = add_conversation(work, add_address(work))
        revision = conversation.revision
        conversation.turn += 1
        work.session.flush()
        assert conversation.revision == revision + 1
