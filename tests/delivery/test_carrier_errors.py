"""What a carrier's error code says about the address, and about the conversation there."""

from datetime import timedelta

import pytest

from delivery.channel import Rejected
from storage import conversations, opt_outs, outbox, people
from storage.database import Database
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState, RowClass
from storage.models.people import AddressState
from tests.clock import NOON
from tests.delivery.sending import claim_one, progress, record, stored
from tests.rows import JOE, add_address, add_conversation, add_mail, add_text


def address_state(database: Database, message_id: int) -> AddressState:
    with database.reading() as work:
        return people.address_by_id(work, outbox.locked(work, message_id).address_id or 0).state


def has_opted_out(database: Database, message_id: int) -> bool:
    with database.reading() as work:
        address = people.address_by_id(work, outbox.locked(work, message_id).address_id or 0)
        return opt_outs.is_opted_out(work, address)


def test_21610_counts_as_a_stop(database: Database, invitation: int) -> None:
    with database.work() as work:
        address = people.address_by_id(work, outbox.locked(work, invitation).address_id or 0)
        waiting = add_conversation(work, address, progress=Progress.WAITING).id
        queued = add_text(work, address, due_at=NOON + timedelta(days=1)).id
        safety = add_text(work, address, row_class=RowClass.SAFETY, due_at=NOON + timedelta(days=1)).id
    record(database, claim_one(database), Rejected("21610", "the person has opted out"))
    assert has_opted_out(database, invitation)
    assert progress(database, invitation) is Progress.REFUSED
    with database.reading() as work:
        assert conversations.by_id(work, waiting).progress is Progress.REFUSED
    assert stored(database, queued).state is OutboxState.CANCELLED
    assert stored(database, safety).state is OutboxState.QUEUED


def test_21610_on_a_text_outside_any_survey_ends_the_survey_too(database: Database, invitation: int) -> None:
    with database.work() as work:
        address_id = outbox.locked(work, invitation).address_id or 0
        outbox.locked(work, invitation).due_at = NOON + timedelta(days=1)
        add_text(work, people.address_by_id(work, address_id), row_class=RowClass.REPLY)
    record(database, claim_one(database), Rejected("21610", "the person has opted out"))
    assert progress(database, invitation) is Progress.REFUSED
    assert stored(database, invitation).state is OutboxState.CANCELLED


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("21211", AddressState.UNREACHABLE),
        ("21214", AddressState.UNREACHABLE),
        ("21614", AddressState.UNREACHABLE),
        ("30005", AddressState.UNREACHABLE),
        ("30006", AddressState.UNREACHABLE),
        ("30003", AddressState.USABLE),
        ("30008", AddressState.USABLE),
    ],
)
def test_a_dead_number_is_not_texted_by_any_other_survey(
    database: Database, invitation: int, code: str, state: AddressState
) -> None:
    record(database, claim_one(database), Rejected(code, "refused"))
    assert address_state(database, invitation) is state
    assert progress(database, invitation) is Progress.UNREACHABLE
    assert not has_opted_out(database, invitation)


@pytest.mark.parametrize("reached", [Progress.DELIVERED, Progress.STARTED, Progress.PARTIAL, Progress.COMPLETED])
def test_a_later_text_that_fails_does_not_make_a_conversation_unreachable(
    database: Database, invitation: int, reached: Progress
) -> None:
    with database.work() as work:
        conversation_id = outbox.locked(work, invitation).conversation_id or 0
        conversations.by_id(work, conversation_id).progress = reached
    record(database, claim_one(database), Rejected("30003", "switched off"))
    assert progress(database, invitation) is reached


def test_a_mail_that_is_refused_says_nothing_about_any_tenant(database: Database) -> None:
    with database.work() as work:
        add_address(work, JOE)
        mail_id = add_mail(work).id
    record(database, claim_one(database), Rejected("550", "no such mailbox"))
    assert stored(database, mail_id).state is OutboxState.REJECTED
