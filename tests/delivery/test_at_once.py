"""What happens to the outbox when several are at it at the same moment, as the workers of a fleet are."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from conversations.inbound import take_in
from delivery.channel import InboundText, Receipt, Unknown
from delivery.receipts import take_receipt
from storage.database import Database
from storage.models import InboxItem, OutboxMessage
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from storage.policy import change_policy
from tests.at_once import at_once
from tests.clock import NOON, Clock
from tests.conversations.landlord import Landlord
from tests.delivery.sending import attempts, claim_all, record, stored
from tests.rows import ANN, add_address, add_text

WORKERS = 4
TEXTS, AFFORDABLE = 40, 13


@contextmanager
def another(database: Database) -> Iterator[Database]:
    """The same database as another process has it open."""
    opened = Database(database.engine.url.render_as_string(hide_password=False), b"a key for tests")
    yield opened
    opened.close()


def workers_claim(database: Database) -> list[str]:
    """Several workers claim all they can get, at the same moment; the numbers that they will text."""

    def claim_as_another() -> list[str]:
        with another(database) as mine:
            return [claimed.message.to for claimed in claim_all(mine)]

    return [number for mine in at_once(*[claim_as_another] * WORKERS) for number in mine]


def queue_texts(database: Database) -> None:
    with database.work() as work:
        for number in range(TEXTS):
            add_text(work, add_address(work, f"+4477009{number:05}"))


def test_each_text_is_claimed_by_one_worker(database: Database) -> None:
    queue_texts(database)
    claimed = workers_claim(database)
    assert len(claimed) == len(set(claimed)) == len(attempts(database)) == TEXTS


def test_workers_together_spend_no_more_than_the_cap(database: Database) -> None:
    queue_texts(database)
    with database.work() as work:
        cap = {"spending_cap_pence": AFFORDABLE * 4, "segment_price_pence": Decimal(4)}
        change_policy(work, cap, "Gwen Pugh", NOON)
    assert len(workers_claim(database)) == AFFORDABLE


def test_a_receipt_twice_at_once_is_taken_twice_and_counts_once(database: Database, invitation: int) -> None:
    [claimed] = claim_all(database)
    receipt = Receipt(claimed.message.attempt, "SM1", "delivered")

    def receive() -> bool:
        return database.retrying(lambda work: take_receipt(work, receipt, NOON))

    assert at_once(*[receive] * WORKERS) == [True] * WORKERS
    message = stored(database, invitation)
    assert (message.state, [attempt.provider_id for attempt in message.attempts]) == (OutboxState.DELIVERED, ["SM1"])


@pytest.mark.parametrize("again", range(5))
def test_a_receipt_and_the_reply_it_is_about_at_once_are_both_taken(database: Database, again: int) -> None:
    """One goes from the message to its conversation, the other from the conversation to its messages."""
    landlord = Landlord(database, Clock())
    landlord.set_policy(telegram=True)
    ann = landlord.tenant(ANN)
    landlord.link_chat(ann, "7001")
    landlord.deliver()
    landlord.close("A1", [ann])
    landlord.launch()
    claims = {claimed.message.to: claimed.message.attempt for claimed in claim_all(database)}
    record(database, claims["7001"], Unknown("no answer"))
    tap = InboundText("telegram", "callback:1", "7001", "the bot", "Yes", NOON, tapped=landlord.button("7001", "Yes"))
    receipt = Receipt(claims["7001"], "7001:5", "delivered")

    at_once(
        lambda: take_in(database, tap, landlord.rules, NOON),
        lambda: database.retrying(lambda work: take_receipt(work, receipt, NOON)),
    )
    assert landlord.rows(InboxItem) == []
    [conversation] = landlord.conversations()
    assert (conversation.progress, conversation.question_id) == (Progress.PARTIAL, "difference")
    asked = [row for row in landlord.rows(OutboxMessage) if row.conversation_id == conversation.id]
    assert [row.state for row in asked] == [OutboxState.DELIVERED, OutboxState.QUEUED]
