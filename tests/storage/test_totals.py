from typing import Any

import pytest

from storage import totals
from storage.database import Database, Work
from storage.models import Alert, Answer, OptOut
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from tests.clock import NOON
from tests.rows import ANN, JOE, add_address, add_conversation, add_inbound, add_mail, add_tenant, add_text


def counted(work: Work) -> dict[str, int]:
    """What there is more of than none."""
    return {name: count for name, count in totals.count_everything(work).items() if count}


def test_an_empty_database_counts_nothing(database: Database) -> None:
    with database.reading() as work:
        assert counted(work) == {}


def test_people_who_share_a_number_are_two_tenants_and_one_invited(database: Database) -> None:
    with database.work() as work:
        shared = add_address(work)
        add_tenant(work, shared)
        add_tenant(work, shared, "Joe", "Oakley")
        for _ in range(2):
            add_text(work, shared, state=OutboxState.DELIVERED, segments=2)
        assert counted(work) == {"tenants": 2, "invited": 1, "delivered": 1, "segments": 4}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (OutboxState.QUEUED, {}),
        (OutboxState.CANCELLED, {}),
        (OutboxState.SENDING, {"lost": 1}),
        (OutboxState.UNKNOWN, {"lost": 1}),
        (OutboxState.PARKED, {"parked": 1}),
        (OutboxState.REJECTED, {"undeliverable": 1}),
        (OutboxState.SENT, {"invited": 1, "segments": 1}),
        (OutboxState.DELIVERED, {"invited": 1, "delivered": 1, "segments": 1}),
        (OutboxState.UNDELIVERED, {"invited": 1, "undeliverable": 1, "segments": 1}),
    ],
)
def test_each_text_is_counted_by_where_it_stands(
    database: Database, state: OutboxState, expected: dict[str, int]
) -> None:
    with database.work() as work:
        add_text(work, add_address(work), state=state)
        assert counted(work) == expected


def test_the_same_words_to_the_same_number_are_a_duplicate_and_to_another_are_not(database: Database) -> None:
    with database.work() as work:
        ann, joe = add_address(work, ANN), add_address(work, JOE)
        for address in (ann, joe):
            add_text(work, address, body="Thank you.", state=OutboxState.SENT)
        assert totals.count_everything(work)["duplicates_sent"] == 0
        add_text(work, ann, body="Thank you.", state=OutboxState.DELIVERED)
        assert totals.count_everything(work)["duplicates_sent"] == 1


def test_a_digest_counts_when_the_mail_server_has_it(database: Database) -> None:
    with database.work() as work:
        add_mail(work)
        add_mail(work, text_id="alert", state=OutboxState.SENT)
        assert counted(work) == {}
        add_mail(work, state=OutboxState.SENT)
        assert counted(work) == {"digest_emails": 1}


def test_replies_answers_stops_and_alerts_are_counted(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        conversation = add_conversation(work, address, progress=Progress.COMPLETED)
        add_text(work, address, text_id="again:worth")
        readings: list[dict[str, Any]] = [
            {"question_id": "worth", "status": AnswerStatus.UNDERSTOOD, "value": False, "replaced_at": NOON},
            {"question_id": "worth", "status": AnswerStatus.UNDERSTOOD, "value": True},
            {"question_id": "why", "status": AnswerStatus.UNCLEAR},
            {"question_id": "when", "status": AnswerStatus.DECLINED},
        ]
        for reading in readings:
            message = add_inbound(work, address, conversation)
            work.session.add(
                Answer(
                    conversation_id=conversation.id,
                    measure="m",
                    message_id=message.id,
                    rule="test",
                    recorded_at=NOON,
                    **reading,
                )
            )
        work.session.add(Alert(message_id=message.id, kind="damp_mould", raised_at=NOON))
        for ended_at in (None, NOON):
            work.session.add(OptOut(address_hash=address.hash, opted_out_at=NOON, ended_at=ended_at))
        work.session.flush()
        assert counted(work) == {
            "replies": 4,
            "answers": 1,
            "completed": 1,
            "opted_out": 1,
            "alerts": 1,
            "unclear": 2,
        }
        assert set(totals.answers_by_message(work).values()) == {("worth", True)}
        assert totals.progress_of_conversations(work) == {Progress.COMPLETED: 1}
