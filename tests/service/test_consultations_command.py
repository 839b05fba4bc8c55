"""`sowhat consultations` as it is typed."""

import json

from click.testing import CliRunner, Result

from service.commands.consultations import consultations
from storage.database import Database, Work
from storage.models import Answer, Conversation, OutboxMessage
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState, RowClass
from tests.service.derwent import ANN, FARAH, JOE, converse, hold_coffee_morning, receive
from tests.service.installed import NOON


def run(*arguments: str) -> Result:
    return CliRunner().invoke(consultations, arguments)


def ask(work: Work, conversation: Conversation) -> None:
    work.session.add(
        OutboxMessage(
            dedupe_key=f"opening:{conversation.id}",
            row_class=RowClass.BULK,
            channel="sms",
            recipient=conversation.address.value,
            address_id=conversation.address_id,
            conversation_id=conversation.id,
            question_id="worth",
            text_id="opening",
            body="Was it worth your time?",
            segments=1,
            state=OutboxState.DELIVERED,
            created_at=NOON,
            due_at=NOON,
            sent_at=NOON,
        )
    )


def answer(work: Work, conversation: Conversation, phone: str) -> None:
    work.session.add(
        Answer(
            conversation_id=conversation.id,
            question_id="worth",
            measure="worth_attending",
            message_id=receive(work, phone, "yes", conversation),
            status=AnswerStatus.UNDERSTOOD,
            value=True,
            rule="yes_no.word",
            recorded_at=NOON,
        )
    )


def test_before_the_first_survey_it_says_how_to_start_one(database: Database) -> None:
    assert "sowhat activities close REF" in run().output
    assert json.loads(run("--json").output) == []


def test_each_survey_is_listed_with_who_was_asked_and_where_everybody_stands(database: Database) -> None:
    with database.work() as work:
        survey = hold_coffee_morning(work)
        ann = converse(work, survey, "T-0001", ANN, Progress.PARTIAL)
        joe = converse(work, survey, "T-0002", JOE, Progress.DELIVERED)
        converse(work, survey, "T-0003", FARAH, Progress.WAITING)
        ask(work, ann)
        ask(work, joe)
        answer(work, ann, ANN)
    [row] = json.loads(run("--json").output)
    assert (row["activity_ref"], row["activity"], row["flow"]) == ("DER-01", "Coffee morning", "so-what")
    assert (row["launched_at"], row["closes_at"]) == ("2026-11-20T12:00:00+00:00", "2026-11-27T12:00:00+00:00")
    assert (row["asked"], row["replied"], row["response_rate"]) == (2, 1, 0.5)
    assert {str(progress): row[progress] for progress in Progress} == {
        "waiting": 1,
        "invited": 0,
        "delivered": 1,
        "started": 0,
        "partial": 1,
        "completed": 0,
        "refused": 0,
        "unreachable": 0,
        "expired": 0,
    }
    output = run().output
    assert "Coffee morning (DER-01), so-what" in output
    assert "launched 20 Nov 2026 12:00, closes 27 Nov 2026 12:00" in output
    assert "1 of 2 people replied" in output
    assert "waiting 1, invited 0, delivered 1, started 0, partial 1, completed 0" in output
