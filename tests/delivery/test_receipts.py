from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.channel import Receipt, Sent, Unknown
from delivery.claim import LEASE
from delivery.receipts import take_receipt
from delivery.reconciliation import expire_leases
from storage import conversations, opt_outs, outbox, people
from storage.database import Database
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from storage.models.people import AddressState
from tests.clock import NOON
from tests.conftest import OpenFresh
from tests.delivery.sending import claim_all, claim_one, progress, record, stored
from tests.rows import add_address, add_text

SID, OTHER_SID = "SM" + "1" * 32, "SM" + "2" * 32
LATER = NOON + timedelta(minutes=20)


def receive(database: Database, *receipts: Receipt) -> bool:
    """Take receipts in turn; whether the last was about a message of ours."""
    known = False
    for receipt in receipts:
        with database.work() as work:
            known = take_receipt(work, receipt, NOON)
    return known


def put_into(database: Database, message_id: int, state: OutboxState) -> None:
    with database.work() as work:
        message = outbox.locked(work, message_id)
        message.state, message.ended_reason = state, "a reason"


def test_a_receipt_is_known_by_our_attempt_or_by_the_carriers_own_id(database: Database, invitation: int) -> None:
    token = claim_one(database)
    assert receive(database, Receipt(token, SID, "sent"))
    assert receive(database, Receipt(None, SID, "delivered"))
    assert stored(database, invitation).state is OutboxState.DELIVERED


@pytest.mark.parametrize("attempt", [None, "somebody-elses"])
def test_a_receipt_about_no_message_of_ours_is_said_to_be_that(database: Database, attempt: str | None) -> None:
    assert not receive(database, Receipt(attempt, SID, "delivered"))


@pytest.mark.parametrize("status", ["queued", "sending", "sent"])
def test_a_late_sent_never_overwrites_delivered(database: Database, invitation: int, status: str) -> None:
    token = claim_one(database)
    receive(database, Receipt(token, SID, "delivered"), Receipt(token, SID, status))
    assert stored(database, invitation).state is OutboxState.DELIVERED


@pytest.mark.parametrize(
    "state",
    [OutboxState.UNKNOWN, OutboxState.PARKED, OutboxState.QUEUED, OutboxState.CANCELLED, OutboxState.UNDELIVERED],
)
def test_delivered_corrects_what_we_thought(database: Database, invitation: int, state: OutboxState) -> None:
    token = claim_one(database)
    record(database, token, Unknown("no answer"))
    put_into(database, invitation, state)
    receive(database, Receipt(token, SID, "delivered"))
    message = stored(database, invitation)
    assert (message.state, message.ended_reason) == (OutboxState.DELIVERED, None)
    assert claim_all(database, LATER) == []


@pytest.mark.parametrize("state", [OutboxState.UNKNOWN, OutboxState.PARKED, OutboxState.QUEUED, OutboxState.CANCELLED])
def test_any_receipt_proves_that_the_text_left_and_when(
    database: Database, invitation: int, state: OutboxState
) -> None:
    token = claim_one(database)
    record(database, token, Unknown("no answer"))
    put_into(database, invitation, state)
    with database.work() as work:
        outbox.locked(work, invitation).sent_at = None
    receive(database, Receipt(token, SID, "queued"))
    message = stored(database, invitation)
    assert (message.state, message.ended_reason, message.sent_at) == (OutboxState.SENT, None, NOON)


def test_of_two_tries_the_first_that_left_counts_as_the_sending(database: Database, invitation: int) -> None:
    first = claim_one(database)
    record(database, first, Unknown("no answer"))
    put_into(database, invitation, OutboxState.QUEUED)
    second = claim_one(database, LATER)
    receive(database, Receipt(first, SID, "sent"), Receipt(second, OTHER_SID, "sent"))
    assert stored(database, invitation).sent_at == NOON


def test_of_two_tries_one_that_arrived_outweighs_one_that_failed(database: Database, invitation: int) -> None:
    first = claim_one(database)
    record(database, first, Unknown("no answer"))
    put_into(database, invitation, OutboxState.QUEUED)
    second = claim_one(database, LATER)
    receive(database, Receipt(second, OTHER_SID, "undelivered", "30003"), Receipt(first, SID, "delivered"))
    assert stored(database, invitation).state is OutboxState.DELIVERED


def test_delivery_moves_an_invited_conversation_on_and_no_other(database: Database, invitation: int) -> None:
    token = claim_one(database)
    receive(database, Receipt(token, SID, "sent"))
    assert progress(database, invitation) is Progress.INVITED
    receive(database, Receipt(token, SID, "delivered"))
    assert progress(database, invitation) is Progress.DELIVERED


def test_delivery_known_after_the_reply_does_not_set_the_conversation_back(database: Database, invitation: int) -> None:
    token = claim_one(database)
    with database.work() as work:
        conversation_id = outbox.locked(work, invitation).conversation_id or 0
        conversations.by_id(work, conversation_id).progress = Progress.PARTIAL
    receive(database, Receipt(token, SID, "delivered"))
    assert progress(database, invitation) is Progress.PARTIAL


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_a_text_that_could_not_be_delivered_says_so_with_the_carriers_code(
    database: Database, invitation: int, status: str
) -> None:
    receive(database, Receipt(claim_one(database), SID, status, "30005"))
    message = stored(database, invitation)
    assert (message.state, message.ended_reason) == (OutboxState.UNDELIVERED, "carrier error 30005")
    assert message.attempts[0].error_code == "30005"
    assert progress(database, invitation) is Progress.UNREACHABLE
    with database.reading() as work:
        assert people.address_by_id(work, message.address_id or 0).state is AddressState.UNREACHABLE


def test_a_failure_without_a_code_is_said_to_have_none(database: Database, invitation: int) -> None:
    receive(database, Receipt(claim_one(database), SID, "failed"))
    assert stored(database, invitation).ended_reason == "carrier error without a code"


def test_21610_in_a_receipt_counts_as_a_stop(database: Database, invitation: int) -> None:
    receive(database, Receipt(claim_one(database), SID, "failed", "21610"))
    assert progress(database, invitation) is Progress.REFUSED
    with database.reading() as work:
        address = people.address_by_id(work, stored(database, invitation).address_id or 0)
        assert opt_outs.is_opted_out(work, address)


def test_a_carriers_message_bound_by_its_words_goes_to_the_try_that_the_carrier_names(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        listed, named = (add_text(work, address, body="Thank you.").id for _ in range(2))
    first, second = (claimed.message.attempt for claimed in claim_all(database))
    for token in (first, second):
        record(database, token, Unknown("no answer"))
    receive(database, Receipt(first, SID, "sent"))
    receive(database, Receipt(second, SID, "delivered"))
    assert stored(database, named).state is OutboxState.DELIVERED
    assert stored(database, listed).state is OutboxState.UNKNOWN
    assert stored(database, listed).attempts[0].provider_id is None


def test_a_carriers_message_bound_to_the_second_try_may_turn_out_to_be_the_first(
    database: Database, invitation: int
) -> None:
    first = claim_one(database)
    record(database, first, Unknown("no answer"))
    put_into(database, invitation, OutboxState.QUEUED)
    second = claim_one(database, LATER)
    receive(database, Receipt(second, SID, "delivered"), Receipt(first, SID, "sent"))
    message = stored(database, invitation)
    assert message.state is OutboxState.DELIVERED
    assert [attempt.provider_id for attempt in message.attempts] == [SID, None]


@pytest.fixture(scope="module")
def shared(open_fresh: OpenFresh) -> Iterator[Database]:
    """A database for all examples of a property, each of which sends a message of its own."""
    with open_fresh() as database:
        yield database


FURTHEST_LAST = ("queued", "sending", "sent", "undelivered", "delivered")
STATE_AFTER = dict.fromkeys(FURTHEST_LAST, OutboxState.SENT) | {
    "undelivered": OutboxState.UNDELIVERED,
    "delivered": OutboxState.DELIVERED,
}
OUR_OWN_END = ("answered", "timed out", "lease expired")


@settings(max_examples=60, deadline=None)
@given(data=st.data(), statuses=st.lists(st.sampled_from(FURTHEST_LAST), min_size=1, max_size=8))
def test_receipts_in_any_order_and_repetition_end_in_the_furthest_state(
    shared: Database, data: st.DataObject, statuses: list[str]
) -> None:
    ends = data.draw(st.lists(st.sampled_from(OUR_OWN_END), max_size=2))
    happenings = data.draw(st.permutations([*statuses, *ends]))
    with shared.work() as work:
        address = people.address_of(work, "sms", "+447700900001")
        address.state = AddressState.USABLE
        message_id = add_text(work, address).id
    token = claim_one(shared)
    sid = f"SM{message_id:032}"
    for happening in happenings:
        match happening:
            case "answered":
                record(shared, token, Sent(sid))
            case "timed out":
                record(shared, token, Unknown("no answer"))
            case "lease expired":
                expire_leases(shared, NOON + LEASE)
            case status:
                receive(shared, Receipt(token, sid, status))
    furthest = max(statuses, key=FURTHEST_LAST.index)
    assert stored(shared, message_id).state is STATE_AFTER[furthest]
