from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage import conversations
from storage.database import Database, Work
from storage.models import Alert, Answer, Conversation, InboxItem
from storage.models.answers import AnswerStatus
from storage.models.consultations import ARRIVED, LIVE, Progress
from tests.clock import NOON
from tests.rows import ANN, JOE, add_address, add_consultation, add_conversation, add_inbound

DAY = timedelta(days=1)
ENDED = [progress for progress in Progress if progress not in LIVE and progress is not Progress.WAITING]


def ids(found: Sequence[Conversation]) -> list[int]:
    return [conversation.id for conversation in found]


def answer(conversation: Conversation, message_id: int, value: object, at: datetime = NOON) -> Answer:
    return Answer(
        conversation_id=conversation.id,
        question_id="worth",
        measure="worth_attending",
        message_id=message_id,
        status=AnswerStatus.UNDERSTOOD,
        value=value,
        rule="yes_no.word",
        recorded_at=at,
    )


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


def test_a_corrected_answer_takes_the_place_of_the_earlier_one_which_stays_as_history(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        conversation = add_conversation(work, address)
        message = add_inbound(work, address, conversation)
        wrong = answer(conversation, message.id, False)
        conversations.record_answer(work, wrong)
        right = answer(conversation, message.id, True, NOON + timedelta(minutes=1))
        conversations.record_answer(work, right)
        assert [found.value for found in conversations.answers_of(work, conversation.id)] == [True]
        earlier, later = work.session.scalars(select(Answer).order_by(Answer.id)).all()
        assert (earlier.value, earlier.replaced_at) == (False, NOON + timedelta(minutes=1))
        assert (later.value, later.replaced_at) == (True, None)


def test_an_answer_to_another_question_or_in_another_conversation_is_left_alone(database: Database) -> None:
    with database.work() as work:
        ann, joe = add_address(work, ANN), add_address(work, JOE)
        anns, joes = add_conversation(work, ann), add_conversation(work, joe)
        message = add_inbound(work, ann, anns)
        why = answer(anns, message.id, "the cake")
        why.question_id = "why"
        for each in (why, answer(joes, message.id, False), answer(anns, message.id, True)):
            conversations.record_answer(work, each)
        assert [found.value for found in conversations.answers_of(work, anns.id)] == ["the cake", True]
        assert [found.value for found in conversations.answers_of(work, joes.id)] == [False]


def test_two_replies_cannot_move_one_conversation_at_once(database: Database) -> None:
    with database.work() as work:
        conversation = add_conversation(work, add_address(work))
        revision = conversation.revision
        conversation.turn += 1
        work.session.flush()
        assert conversation.revision == revision + 1


def messages_waiting(work: Work) -> tuple[list[str], list[str]]:
    inbox = [item.reason for item in conversations.open_inbox(work)]
    return inbox, [alert.kind for alert in conversations.open_alerts(work)]


def test_an_alert_and_a_task_for_a_person_are_kept_once_each_until_they_are_dealt_with(database: Database) -> None:
    with database.work() as work:
        message_id = add_inbound(work, add_address(work)).id

        def alert() -> Alert:
            return Alert(message_id=message_id, kind="safeguarding", raised_at=NOON)

        def item(reason: str) -> InboxItem:
            return InboxItem(message_id=message_id, reason=reason, raised_at=NOON)

        assert conversations.raise_alert(work, alert()) is not None
        assert conversations.raise_alert(work, alert()) is None
        for reason in ("unclear", "unclear", "call_me"):
            conversations.hand_to_person(work, item(reason))
        assert messages_waiting(work) == (["unclear", "call_me"], ["safeguarding"])
        conversations.open_inbox(work)[0].settled_at = NOON
        conversations.open_alerts(work)[0].acknowledged_at = NOON
        assert messages_waiting(work) == (["call_me"], [])
