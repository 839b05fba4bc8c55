"""What the database itself refuses, whatever the code above it does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.database import Database, Work
from storage.models import (
    Alert,
    Answer,
    Attempt,
    Attendance,
    ConversationPerson,
    Digest,
    FlowVersion,
    InboxItem,
    OptOut,
    TenantAddress,
)
from storage.models.answers import AnswerStatus
from storage.models.consultations import LIVE, Progress
from storage.models.outbox import RowClass
from tests.clock import NOON
from tests.rows import (
    ANN,
    add_activity,
    add_address,
    add_consultation,
    add_conversation,
    add_inbound,
    add_mail,
    add_tenant,
    add_text,
)


def two_live_conversations_at_one_address(work: Work) -> None:
    address = add_address(work)
    add_conversation(work, address, progress=Progress.INVITED)
    add_conversation(work, address, progress=Progress.PARTIAL)


def one_address_twice_in_a_consultation(work: Work) -> None:
    address, consultation = add_address(work), add_consultation(work)
    add_conversation(work, address, consultation, progress=Progress.COMPLETED)
    add_conversation(work, address, consultation, progress=Progress.WAITING)


def two_answers_in_force_to_one_question(work: Work) -> None:
    address = add_address(work)
    conversation = add_conversation(work, address)
    for _ in range(2):
        message = add_inbound(work, address, conversation)
        work.session.add(
            Answer(
                conversation_id=conversation.id,
                question_id="worth",
                measure="worth_attending",
                message_id=message.id,
                status=AnswerStatus.UNDERSTOOD,
                value=True,
                rule="yes_no.word",
                recorded_at=NOON,
            )
        )


def two_messages_of_one_cause(work: Work) -> None:
    address = add_address(work)
    add_text(work, address, dedupe_key="conversation:1:turn:1:ask")
    add_text(work, address, dedupe_key="conversation:1:turn:1:ask")


def a_message_without_a_cause(work: Work) -> None:
    add_text(work, add_address(work), dedupe_key=None)


def a_text_to_nobodys_address(work: Work) -> None:
    add_mail(work, row_class=RowClass.BULK)


def a_staff_mail_to_a_tenants_address(work: Work) -> None:
    add_text(work, add_address(work), row_class=RowClass.STAFF)


def less_than_no_segments(work: Work) -> None:
    add_text(work, add_address(work), segments=-1)


def one_inbound_message_twice(work: Work) -> None:
    address = add_address(work)
    add_inbound(work, address, channel_message_id="SM1")
    add_inbound(work, address, channel_message_id="SM1")


def one_carrier_message_for_two_tries(work: Work) -> None:
    message = add_text(work, add_address(work))
    for token in ("one", "two"):
        work.session.add(
            Attempt(token=token, message_id=message.id, started_at=NOON, lease_until=NOON, provider_id="SM1")
        )


def one_token_for_two_tries(work: Work) -> None:
    message = add_text(work, add_address(work))
    for _ in range(2):
        work.session.add(Attempt(token="one", message_id=message.id, started_at=NOON, lease_until=NOON))


def one_number_twice(work: Work) -> None:
    add_address(work, ANN)
    add_address(work, ANN)


def two_stops_in_force_from_one_address(work: Work) -> None:
    for _ in range(2):
        work.session.add(OptOut(address_hash="a hash", opted_out_at=NOON))


def one_cause_of_two_consultations(work: Work) -> None:
    for _ in range(2):
        add_consultation(work, cause="activity:DER-01:so-what")


def one_alert_twice(work: Work) -> None:
    message = add_inbound(work, add_address(work))
    for _ in range(2):
        work.session.add(Alert(message_id=message.id, kind="safeguarding", raised_at=NOON))


def one_thing_twice_in_the_inbox(work: Work) -> None:
    message = add_inbound(work, add_address(work))
    for _ in range(2):
        work.session.add(InboxItem(message_id=message.id, reason="unclear", raised_at=NOON))


def two_digests_to_one_recipient_about_one_week(work: Work) -> None:
    for _ in range(2):
        mail = add_mail(work)
        work.session.add(
            Digest(
                recipient="gwen.pugh@example.org",
                week_start=NOON.date(),
                figures={},
                built_at=NOON,
                outbox_id=mail.id,
            )
        )


def an_activity_closed_without_a_time_for_its_survey(work: Work) -> None:
    add_activity(work).closed_at = NOON


def an_activity_that_cost_less_than_nothing(work: Work) -> None:
    add_activity(work).total_cost_pence = -1


def one_flow_version_with_two_texts(work: Work) -> None:
    for source in ("one", "another"):
        work.session.add(FlowVersion(flow="so-what", version="1", source=source, stored_at=NOON))


def a_state_that_does_not_exist(work: Work) -> None:
    message = add_text(work, add_address(work))
    work.session.execute(text("UPDATE outbox_message SET state = 'flying' WHERE id = :id"), {"id": message.id})


@pytest.mark.parametrize(
    "break_it",
    [
        two_live_conversations_at_one_address,
        one_address_twice_in_a_consultation,
        two_answers_in_force_to_one_question,
        two_messages_of_one_cause,
        a_message_without_a_cause,
        a_text_to_nobodys_address,
        a_staff_mail_to_a_tenants_address,
        less_than_no_segments,
        one_inbound_message_twice,
        one_carrier_message_for_two_tries,
        one_token_for_two_tries,
        one_number_twice,
        two_stops_in_force_from_one_address,
        one_cause_of_two_consultations,
        one_alert_twice,
        one_thing_twice_in_the_inbox,
        two_digests_to_one_recipient_about_one_week,
        an_activity_closed_without_a_time_for_its_survey,
        an_activity_that_cost_less_than_nothing,
        one_flow_version_with_two_texts,
        a_state_that_does_not_exist,
    ],
)
def test_the_database_itself_refuses(database: Database, break_it: Callable[[Work], None]) -> None:
    def try_it() -> None:
        with database.work() as work:
            break_it(work)

    with pytest.raises(IntegrityError):
        try_it()


def test_what_is_over_does_not_stand_in_the_way(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        for progress in Progress:
            if progress not in LIVE:
                add_conversation(work, address, progress=progress)
        add_conversation(work, address, progress=Progress.INVITED)
        for ended_at in (NOON, NOON, None):
            work.session.add(OptOut(address_hash="a hash", opted_out_at=NOON, ended_at=ended_at))


def test_neighbours_may_share_a_number_and_a_tenant_may_have_two(database: Database) -> None:
    with database.work() as work:
        shared, second = add_address(work), add_address(work, "+447700900009")
        ann, joe = add_tenant(work, shared), add_tenant(work, shared, "Joe", "Oakley")
        work.session.add(TenantAddress(tenant_id=ann.id, address_id=second.id, current=True))
        conversation = add_conversation(work, shared)
        activity = add_activity(work)
        for tenant in (ann, joe):
            work.session.add(ConversationPerson(conversation_id=conversation.id, tenant_id=tenant.id))
            work.session.add(
                Attendance(activity_id=activity.id, tenant_id=tenant.id, recorded_at=NOON + timedelta(hours=1))
            )
