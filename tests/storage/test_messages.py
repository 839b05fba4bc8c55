from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storage import messages
from storage.database import Database
from storage.models import InboundMessage
from storage.models.messages import Placement
from tests.clock import NOON
from tests.rows import add_address


def inbound(address_id: int, text: str = "Yes", **details: object) -> InboundMessage:
    defaults = {
        "channel": "sms",
        "channel_message_id": "SM1",
        "address_id": address_id,
        "placement": Placement.UNMATCHED,
        "text": text,
        "received_at": NOON,
        "recorded_at": NOON,
    }
    return InboundMessage(**(defaults | details))


def test_a_message_that_comes_twice_is_kept_once_as_it_came_first(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        assert messages.record(work, inbound(address.id, "Yes")) is not None
        assert messages.record(work, inbound(address.id, "No")) is None
        assert work.session.scalars(select(InboundMessage.text)).all() == ["Yes"]


def test_the_same_id_on_another_channel_is_another_message(database: Database) -> None:
    with database.work() as work:
        address = add_address(work)
        assert messages.record(work, inbound(address.id)) is not None
        assert messages.record(work, inbound(address.id, channel="telegram")) is not None


def test_characters_that_no_database_takes_are_kept_as_their_codes(database: Database) -> None:
    with database.work() as work:
        messages.record(work, inbound(add_address(work).id, "a\0b \ud83d"))
    with database.reading() as work:
        assert work.session.scalar(select(InboundMessage.text)) == r"a\u0000b \ud83d"


def test_a_message_that_breaks_a_rule_is_an_error_and_not_taken_for_a_repeat(database: Database) -> None:
    with database.work() as work, pytest.raises(IntegrityError):
        messages.record(work, inbound(address_id=12345))


def test_how_far_a_carriers_list_has_been_read_is_remembered_by_channel(database: Database) -> None:
    with database.work() as work:
        assert messages.fetched_until(work, "sms") is None
        messages.set_fetched_until(work, "sms", NOON)
        messages.set_fetched_until(work, "sms", NOON + timedelta(minutes=5))
    with database.reading() as work:
        assert messages.fetched_until(work, "sms") == NOON + timedelta(minutes=5)
        assert messages.fetched_until(work, "telegram") is None
