"""A machine whose clock is put right by minutes, backwards or forwards, or runs an hour wrong after a change."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from conversations.missed import take_in_missed
from delivery.channel import InboundText, SentRecord, Unknown
from delivery.claim import claim, spent_pence
from delivery.reconciliation import LISTED_WITHIN, expire_leases, settle_unknown
from delivery.results import record_results
from storage import activities
from storage.database import Database
from storage.models import Answer, InboundMessage, InboxItem
from storage.models.consultations import Progress
from storage.models.messages import Placement
from storage.models.outbox import OutboxState
from storage.policy import current_policy
from tests.clock import NOON, Clock
from tests.conversations.landlord import OUR_NUMBER, Landlord, system_text
from tests.delivery.sending import FakeList, rules
from tests.rows import ANN

FIVE_MINUTES, AN_HOUR = timedelta(minutes=5), timedelta(hours=1)


@pytest.fixture
def landlord(database: Database, clock: Clock) -> Landlord:
    return Landlord(database, clock)


def send_first_question(landlord: Landlord) -> tuple[str, str]:
    """Ann's first question is handed to the carrier; the try's token, and what it said."""
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.launch()
    [claimed] = claim(landlord.database, landlord.now, 10, rules())
    return claimed.message.attempt, claimed.message.body


async def settle(landlord: Landlord, records: Sequence[SentRecord] = ()) -> None:
    """What the clock does about sends of which nobody knows."""
    expire_leases(landlord.database, landlord.now)
    await settle_unknown(landlord.database, {"sms": FakeList(records)}, landlord.now)


@pytest.mark.parametrize("fast", [timedelta(seconds=30), FIVE_MINUTES, AN_HOUR])
async def test_a_send_made_while_the_clock_was_fast_is_found_on_the_carriers_list_and_not_repeated(
    landlord: Landlord, fast: timedelta
) -> None:
    """The carrier's clock is right, so to ours its message seems to be older than our try."""
    really = landlord.now
    landlord.clock.advance(fast)
    token, body = send_first_question(landlord)
    record = SentRecord("SM1", ANN, body, "delivered", really + timedelta(seconds=1))
    with landlord.database.work() as work:
        record_results(work, {token: Unknown("no answer")}, landlord.now)
    landlord.clock.now = really
    for _ in range(8):
        landlord.wait(minutes=15)
        await settle(landlord, [record])
        assert landlord.deliver() == []
    assert landlord.texts_to(ANN)[0].state is OutboxState.DELIVERED


async def test_a_send_made_while_the_clock_was_slow_is_found_too(landlord: Landlord) -> None:
    token, body = send_first_question(landlord)
    landlord.clock.advance(AN_HOUR)
    record = SentRecord("SM1", ANN, body, "sent", landlord.now)
    with landlord.database.work() as work:
        record_results(work, {token: Unknown("no answer")}, landlord.now)
    await settle(landlord, [record])
    assert landlord.texts_to(ANN)[0].state is OutboxState.SENT


async def test_a_clock_put_forward_while_a_send_is_under_way_does_not_send_it_again(landlord: Landlord) -> None:
    """The lease seems to have run out, but the list has not been given its time; then the worker comes back."""
    token, _ = send_first_question(landlord)
    landlord.clock.advance(FIVE_MINUTES)
    await settle(landlord)
    assert landlord.deliver() == []
    assert landlord.texts_to(ANN)[0].state is OutboxState.UNKNOWN
    with landlord.database.work() as work:
        record_results(work, {token: Unknown("no answer")}, landlord.now)
    await settle(landlord)
    assert landlord.texts_to(ANN)[0].state is OutboxState.UNKNOWN
    landlord.clock.advance(LISTED_WITHIN - FIVE_MINUTES)
    await settle(landlord)
    assert [to for to, _ in landlord.deliver()] == [ANN]


async def test_a_clock_put_back_while_a_send_is_under_way_only_makes_us_wait_longer(landlord: Landlord) -> None:
    send_first_question(landlord)
    landlord.clock.advance(-FIVE_MINUTES)
    for _ in range(7):
        landlord.wait(minutes=1)
        await settle(landlord)
    assert landlord.texts_to(ANN)[0].state is OutboxState.SENDING
    landlord.wait(minutes=1)
    await settle(landlord)
    assert landlord.texts_to(ANN)[0].state is OutboxState.UNKNOWN


def test_what_was_queued_just_before_the_clock_was_put_back_leaves_when_it_gets_there_again(
    landlord: Landlord,
) -> None:
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.launch()
    landlord.clock.advance(-FIVE_MINUTES)
    assert landlord.launch() == []
    assert landlord.deliver() == []
    landlord.clock.advance(FIVE_MINUTES)
    assert [to for to, _ in landlord.deliver()] == [ANN]


def test_a_clock_put_back_over_launch_reminder_and_end_does_nothing_again(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    sent = ["opening"]
    for days, kinds in ((0, []), (2, ["reminder"]), (5, [])):
        landlord.wait(days=days)
        for step in (timedelta(), -FIVE_MINUTES, FIVE_MINUTES, -AN_HOUR, AN_HOUR):
            landlord.clock.advance(step)
            landlord.launch()
            landlord.tick()
            landlord.deliver()
        sent += kinds
        assert [row.text_id for row in landlord.texts_to(ANN)] == sent
    assert landlord.conversation_with(ANN).progress is Progress.EXPIRED


def test_undo_is_refused_for_good_once_the_survey_has_been_launched(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(ANN)], undo_minutes=15)
    landlord.wait(minutes=15)
    landlord.launch()
    landlord.clock.advance(-FIVE_MINUTES)
    with landlord.database.work() as work:
        activity = activities.by_ref(work, "A1")
        assert activity is not None
        assert not activities.undo_close(work, activity, landlord.now)


def test_a_reply_while_the_clock_has_yet_to_catch_up_with_its_question_is_kept_for_a_person(
    landlord: Landlord,
) -> None:
    """It seems to have come before the question had left, and is not guessed to be an answer."""
    landlord.survey_of(ANN)
    landlord.talk(ANN, "Yes")
    landlord.clock.advance(-FIVE_MINUTES)
    assert landlord.receive(ANN, "A").placement is Placement.EARLIER
    assert [item.reason for item in landlord.rows(InboxItem)] == ["sent_before_question"]
    assert [answer.value for answer in landlord.rows(Answer)] == [True]
    landlord.clock.advance(FIVE_MINUTES)
    landlord.wait(minutes=1)
    assert landlord.receive(ANN, "A").placement is Placement.REPLY


def test_a_stop_counts_at_once_whatever_the_clock_says(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.clock.advance(-AN_HOUR)
    landlord.receive(ANN, "STOP")
    assert [body for _, body in landlord.deliver()] == [system_text("stop_confirmation")]
    landlord.wait(days=3)
    assert landlord.tick() == (0, 0, 0)
    assert landlord.deliver() == []


@dataclass
class Inbound:
    """A carrier with a clock of its own, that lists what it has received since a moment."""

    texts: list[InboundText] = field(default_factory=list)

    def receive(self, sid: str, text: str, at: datetime) -> None:
        self.texts.append(InboundText("sms", sid, ANN, OUR_NUMBER, text, at))

    async def list_inbound(self, since: datetime) -> Sequence[InboundText]:
        return [text for text in self.texts if text.received_at >= since]


@pytest.mark.parametrize("fast", [FIVE_MINUTES, AN_HOUR, timedelta(days=1)])
async def test_a_stop_that_the_web_missed_is_found_although_the_last_look_was_made_by_a_fast_clock(
    landlord: Landlord, fast: timedelta
) -> None:
    carrier = Inbound()
    landlord.survey_of(ANN)
    landlord.clock.now = NOON + fast
    await take_in_missed(landlord.database, "sms", carrier, landlord.rules, landlord.clock)
    landlord.clock.now = NOON + timedelta(minutes=4)
    carrier.receive("SM-stop", "STOP", landlord.now)
    landlord.wait(minutes=1)
    assert await take_in_missed(landlord.database, "sms", carrier, landlord.rules, landlord.clock) == 1
    assert [message.text for message in landlord.rows(InboundMessage)] == ["STOP"]
    assert landlord.conversation_with(ANN).progress is Progress.REFUSED


def test_money_spent_before_the_clock_was_put_back_still_counts(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    for step in (timedelta(), -FIVE_MINUTES, -AN_HOUR):
        landlord.clock.advance(step)
        with landlord.database.reading() as work:
            assert spent_pence(work, current_policy(work), landlord.now) > 0
