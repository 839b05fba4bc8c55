"""Fetching what the webhook missed: oldest first, once, and again from the same mark after a failure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from conversations.missed import OVERLAP, take_in_missed
from delivery.channel import InboundText
from storage import messages
from storage.models import Answer, FetchMark, InboundMessage
from storage.models.messages import Placement
from tests.conversations.landlord import OUR_NUMBER, Landlord
from tests.rows import ANN, JOE


class Carrier:
    """A carrier that lists what it has received, as the port asks: from a moment on, oldest first."""

    def __init__(self) -> None:
        self.texts: list[InboundText] = []
        self.reachable = True

    def receive(self, sid: str, sender: str, text: str, at: datetime) -> None:
        self.texts.append(InboundText("sms", sid, sender, OUR_NUMBER, text, at))

    async def list_inbound(self, since: datetime) -> Sequence[InboundText]:
        if not self.reachable:
            raise ConnectionError("no route")
        found = [text for text in self.texts if text.received_at >= since]
        return sorted(found, key=lambda text: text.received_at)


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


async def look(landlord: Landlord, carrier: Carrier) -> int:
    return await take_in_missed(landlord.database, "sms", carrier, landlord.rules, landlord.clock)


def mark(landlord: Landlord) -> datetime | None:
    with landlord.database.reading() as work:
        return messages.fetched_until(work, "sms")


async def test_the_first_look_only_notes_the_time(landlord: Landlord, carrier: Carrier) -> None:
    carrier.receive("SM1", ANN, "from before our time", landlord.now - timedelta(days=1))
    assert await look(landlord, carrier) == 0
    assert landlord.rows(InboundMessage) == []
    assert mark(landlord) == landlord.now


async def test_what_the_webhook_missed_is_taken_in_oldest_first(landlord: Landlord, carrier: Carrier) -> None:
    await look(landlord, carrier)
    landlord.survey_of(ANN, JOE)
    landlord.wait(minutes=5)
    carrier.receive("SM2", ANN, "No", landlord.now - timedelta(minutes=1))
    carrier.receive("SM1", JOE, "Yes", landlord.now - timedelta(minutes=2))

    assert await look(landlord, carrier) == 2
    assert [row.channel_message_id for row in landlord.rows(InboundMessage)] == ["SM1", "SM2"]
    assert [row.value for row in landlord.rows(Answer)] == [True, False]


async def test_two_missed_texts_of_one_tenant_are_not_two_answers(landlord: Landlord, carrier: Carrier) -> None:
    await look(landlord, carrier)
    landlord.survey_of(ANN)
    landlord.wait(minutes=5)
    carrier.receive("SM1", ANN, "Yes", landlord.now - timedelta(minutes=2))
    carrier.receive("SM2", ANN, "it was lovely", landlord.now - timedelta(minutes=1))
    await look(landlord, carrier)
    assert [row.placement for row in landlord.rows(InboundMessage)] == [Placement.REPLY, Placement.EARLIER]


async def test_looking_again_changes_nothing(landlord: Landlord, carrier: Carrier) -> None:
    await look(landlord, carrier)
    landlord.survey_of(ANN)
    landlord.receive(ANN, "Yes", sid="SM1")
    carrier.receive("SM1", ANN, "Yes", landlord.now)
    carrier.receive("SM2", JOE, "Hello?", landlord.now)
    landlord.wait(minutes=5)
    assert await look(landlord, carrier) == 1
    before = landlord.count_rows()
    landlord.wait(minutes=5)
    assert await look(landlord, carrier) == 0
    assert landlord.count_rows() == before


async def test_a_carrier_that_cannot_be_asked_leaves_the_mark_where_it_was(
    landlord: Landlord, carrier: Carrier
) -> None:
    await look(landlord, carrier)
    first = landlord.now
    carrier.reachable = False
    landlord.wait(hours=3)
    carrier.receive("SM1", ANN, "Hello?", landlord.now)
    with pytest.raises(ConnectionError):
        await look(landlord, carrier)
    assert mark(landlord) == first

    carrier.reachable = True
    landlord.wait(hours=3)
    assert await look(landlord, carrier) == 1
    assert mark(landlord) == landlord.now


async def test_each_look_reaches_back_behind_the_one_before(landlord: Landlord, carrier: Carrier) -> None:
    await look(landlord, carrier)
    carrier.receive("SM1", ANN, "listed late", landlord.now - OVERLAP)
    carrier.receive("SM0", ANN, "long ago", landlord.now - OVERLAP - timedelta(seconds=1))
    landlord.wait(minutes=5)
    assert await look(landlord, carrier) == 1
    assert [row.text for row in landlord.rows(InboundMessage)] == ["listed late"]


async def test_the_mark_is_the_time_before_asking_so_that_nothing_falls_between(
    landlord: Landlord, carrier: Carrier
) -> None:
    class SlowCarrier(Carrier):
        async def list_inbound(self, since: datetime) -> Sequence[InboundText]:
            listed = await super().list_inbound(since)
            landlord.wait(hours=1)
            return listed

    slow = SlowCarrier()
    await look(landlord, slow)
    asked_at = landlord.now
    await look(landlord, slow)
    assert [row.fetched_until for row in landlord.rows(FetchMark)] == [asked_at]
