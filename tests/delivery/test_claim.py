import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from delivery.channel import Retry
from delivery.claim import LEASE, claim
from storage import opt_outs, outbox, people
from storage.database import Database, Work
from storage.models import Address, TenantAddress
from storage.models.outbox import OutboxState, RowClass
from storage.policy import change_policy
from tests.clock import NOON
from tests.delivery.sending import attempts, claim_all, record, rules, stored
from tests.rows import ANN, FARAH, JOE, add_address, add_mail, add_tenant, add_text


def queue(database: Database, phone: str = ANN, **details: Any) -> int:
    """Put one text into the outbox; its id."""
    with database.work() as work:
        return add_text(work, add_address(work, phone), **details).id


def bodies(database: Database, now: datetime = NOON) -> Sequence[str]:
    return [claimed.message.body for claimed in claim_all(database, now)]


def test_a_claimed_message_has_its_try_on_record_under_a_lease(database: Database) -> None:
    message_id = queue(database, body="Was it worth your time?")
    [claimed] = claim(database, NOON, 10, rules())
    assert (claimed.channel, claimed.message.to, claimed.message.body) == ("sms", ANN, "Was it worth your time?")
    message = stored(database, message_id)
    [attempt] = message.attempts
    assert (message.state, message.sent_at) == (OutboxState.SENDING, NOON)
    assert (attempt.token, attempt.started_at, attempt.lease_until) == (claimed.message.attempt, NOON, NOON + LEASE)
    assert (attempt.result, attempt.ended_at) == (None, None)


def test_a_message_is_claimed_once(database: Database) -> None:
    queue(database)
    assert len(claim_all(database)) == 1
    assert claim_all(database) == []


def test_nothing_leaves_before_it_is_due(database: Database) -> None:
    queue(database, due_at=NOON + timedelta(seconds=1))
    assert claim_all(database) == []
    assert len(claim_all(database, NOON + timedelta(seconds=1))) == 1


def test_the_most_urgent_leave_first_and_among_equals_the_longest_due(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        earlier = NOON - timedelta(minutes=1)
        add_text(work, address, row_class=RowClass.BULK, body="bulk", due_at=earlier)
        add_mail(work, body="staff")
        add_text(work, address, row_class=RowClass.REPLY, body="later reply")
        add_text(work, address, row_class=RowClass.REPLY, body="earlier reply", due_at=earlier)
        add_text(work, address, row_class=RowClass.SAFETY, body="safety")
    assert [one.message.body for one in claim(database, NOON, 2, rules())] == ["safety", "earlier reply"]
    assert bodies(database) == ["later reply", "staff", "bulk"]


def test_until_we_have_caught_up_nothing_bulk_leaves(database: Database) -> None:
    queue(database, ANN, row_class=RowClass.BULK)
    queue(database, JOE, row_class=RowClass.REPLY)
    assert [one.message.to for one in claim(database, NOON, 10, rules(), with_bulk=False)] == [JOE]
    assert [one.message.to for one in claim(database, NOON, 10, rules())] == [ANN]


def test_a_held_message_says_why_and_until_when_and_leaves_then(database: Database) -> None:
    evening, morning = NOON.replace(hour=20), NOON + timedelta(hours=21)
    message_id = queue(database)
    assert claim_all(database, evening) == []
    held = stored(database, message_id)
    assert (held.state, held.due_at, held.held_reason) == (OutboxState.QUEUED, morning, "quiet hours")
    assert claim_all(database, morning - timedelta(microseconds=1)) == []
    assert len(claim_all(database, morning)) == 1
    assert stored(database, message_id).held_reason is None


def test_a_message_whose_survey_has_closed_is_cancelled_and_never_sent(database: Database) -> None:
    message_id = queue(database, expires_at=NOON)
    assert claim_all(database) == []
    message = stored(database, message_id)
    assert (message.state, message.ended_reason) == (OutboxState.CANCELLED, "closed before it could be sent")
    assert claim_all(database, NOON + timedelta(days=1)) == []
    assert attempts(database) == []


def test_a_stop_that_came_after_queuing_is_found_at_the_last_moment(database: Database) -> None:
    message_id = queue(database)
    with database.work() as work:
        opt_outs.opt_out(work, add_tenants_second_phone(work, message_id), NOON)
    assert claim_all(database) == []
    assert stored(database, message_id).ended_reason == "opted out"


def add_tenants_second_phone(work: Work, message_id: int) -> Address:
    """Another number of the tenant whom this message is for."""
    first = people.address_by_id(work, outbox.locked(work, message_id).address_id or 0)
    second = add_address(work, FARAH)
    tenant = add_tenant(work, first)
    work.session.add(TenantAddress(tenant_id=tenant.id, address_id=second.id, current=True))
    return second


def test_in_trial_mode_only_the_team_is_texted_and_mail_still_goes(database: Database) -> None:
    with database.work() as work:
        change_policy(work, {"team_numbers": (JOE,)}, "Gwen Pugh", NOON)
    outsider = queue(database, ANN, row_class=RowClass.SAFETY)
    queue(database, JOE)
    with database.work() as work:
        add_mail(work)
    assert [one.message.to for one in claim_all(database, team_only=True)] == ["gwen.pugh@example.org", JOE]
    assert stored(database, outsider).state is OutboxState.CANCELLED


def test_mail_has_the_same_message_id_at_every_try_and_its_pictures_decoded(database: Database) -> None:
    with database.work() as work:
        add_mail(work, images={"chart": base64.b64encode(b"\x89PNG").decode()})
    [first] = claim_all(database)
    record(database, first.message.attempt, Retry("away"))
    [second] = claim_all(database, NOON + timedelta(minutes=1))
    assert first.message.attempt != second.message.attempt
    assert first.message.message_id == second.message.message_id
    assert first.message.message_id is not None
    assert first.message.message_id.endswith("@derwent.example.org>")
    assert first.message.images == {"chart": b"\x89PNG"}


def test_mails_have_message_ids_of_their_own_and_texts_have_none(database: Database) -> None:
    with database.work() as work:
        add_mail(work)
        add_mail(work)
    queue(database)
    ids = [one.message.message_id for one in claim_all(database)]
    assert len(set(ids)) == 3
    assert ids[2] is None
