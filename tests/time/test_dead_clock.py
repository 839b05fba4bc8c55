"""A clock, a worker or a web server that was dead and comes back hours, days or weeks later."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from consultations.invitations import expire_closed, remind_silent
from conversations.missed import take_in_missed
from delivery.channel import InboundText, SentRecord
from delivery.claim import claim
from delivery.reconciliation import expire_leases, settle_unknown
from storage.database import Database
from storage.models import Answer, InboundMessage
from storage.models.consultations import Progress
from storage.models.messages import Placement
from storage.models.outbox import OutboxState
from tests.clock import Clock
from tests.conversations.landlord import OUR_NUMBER, Landlord, system_text
from tests.delivery.sending import FakeList, rules
from tests.rows import ANN
from tests.time.zones import utc

TUESDAY_NOON = utc("2026-11-17 12:00")
WEEK = timedelta(days=7)


@pytest.fixture
def landlord(database: Database, clock: Clock) -> Landlord:
    clock.now = TUESDAY_NOON
    return Landlord(database, clock)


def kinds_sent(landlord: Landlord, mobile: str = ANN) -> list[str]:
    """Which texts have left for somebody, oldest first."""
    return [row.text_id for row in landlord.texts_to(mobile) if row.sent_at is not None]


@pytest.mark.parametrize(
    ("back_at", "leaves"),
    [
        pytest.param("2026-11-17 19:59", "2026-11-17 19:59", id="hours later: at once"),
        pytest.param("2026-11-17 21:00", "2026-11-18 09:00", id="in the evening: the next morning"),
        pytest.param("2026-11-22 11:00", "2026-11-23 09:00", id="on a Sunday: on Monday"),
        pytest.param("2026-12-08 12:00", "2026-12-08 12:00", id="three weeks later: at once"),
    ],
)
def test_a_survey_that_was_due_while_the_clock_was_dead_goes_out_once_with_its_full_time(
    landlord: Landlord, back_at: str, leaves: str
) -> None:
    landlord.close("A1", [landlord.tenant(ANN)], undo_minutes=15)
    landlord.clock.now = utc(back_at)
    assert [launched.invited for launched in landlord.launch()] == [1]
    assert landlord.launch() == []
    assert landlord.tick() == (0, 0, 0)
    landlord.deliver()
    landlord.clock.now = utc(leaves)
    landlord.deliver()
    assert landlord.texts_to(ANN)[0].sent_at == utc(leaves)
    assert landlord.conversation_with(ANN).closes_at == utc(leaves) + WEEK


@pytest.mark.parametrize(
    ("dead_for", "done", "sent"),
    [
        pytest.param(timedelta(days=2, hours=5), (0, 1, 0), ["opening", "reminder"], id="past the reminder"),
        pytest.param(timedelta(days=6, hours=23), (0, 1, 0), ["opening", "reminder"], id="until just before the end"),
        pytest.param(timedelta(days=7), (1, 0, 0), ["opening"], id="until the end"),
        pytest.param(timedelta(days=7, hours=1), (1, 0, 0), ["opening"], id="past both: ended and not reminded"),
        pytest.param(timedelta(days=21), (1, 0, 0), ["opening"], id="three weeks"),
    ],
)
def test_nobody_is_reminded_of_a_survey_that_has_ended(
    landlord: Landlord, dead_for: timedelta, done: tuple[int, int, int], sent: list[str]
) -> None:
    landlord.survey_of(ANN)
    landlord.clock.advance(dead_for)
    assert landlord.tick() == done
    assert landlord.tick() == (0, 0, 0)
    landlord.deliver()
    assert kinds_sent(landlord) == sent


def test_whichever_job_comes_first_after_the_end_nobody_is_reminded(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.clock.advance(WEEK)
    assert remind_silent(landlord.database, landlord.rules, landlord.now) == 0
    assert expire_closed(landlord.database, landlord.now) == 1
    assert landlord.deliver() == []


def test_a_reminder_that_waited_for_a_dead_worker_until_after_the_end_is_not_sent(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.wait(days=2)
    assert landlord.tick() == (0, 1, 0)
    landlord.clock.advance(timedelta(days=5))
    assert landlord.deliver() == []
    reminder = landlord.texts_to(ANN)[-1]
    assert (reminder.state, reminder.ended_reason) == (OutboxState.CANCELLED, "closed before it could be sent")


def test_a_reminder_that_came_due_while_the_clock_was_dead_waits_for_the_morning(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.clock.now = utc("2026-11-19 23:30")
    assert landlord.tick() == (0, 1, 0)
    assert landlord.deliver() == []
    landlord.clock.now = utc("2026-11-20 09:00")
    assert [to for to, _ in landlord.deliver()] == [ANN]


def test_who_answered_while_the_clock_was_dead_is_neither_reminded_nor_ended(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.wait(days=3)
    landlord.talk(ANN, "Yes", "A", "It was warm")
    landlord.wait(days=20)
    assert landlord.tick() == (0, 0, 0)
    assert landlord.conversation_with(ANN).progress is Progress.COMPLETED


def test_surveys_that_waited_in_line_while_the_clock_was_dead_begin_one_at_a_time(landlord: Landlord) -> None:
    ann = landlord.tenant(ANN)
    for ref in ("A1", "A2", "A3"):
        landlord.close(ref, [ann], title=f"Activity {ref}")
        landlord.launch()
    landlord.deliver()
    landlord.clock.advance(timedelta(days=21))
    assert landlord.tick() == (1, 0, 1)
    assert [body.partition(". ")[0] for _, body in landlord.deliver()] == [
        "Hi Ann, Derwent Living here about Activity A2"
    ]
    assert landlord.conversations()[1].closes_at == landlord.now + WEEK


# A reply that comes when the survey has closed, and no clock has ended it yet.


@pytest.mark.parametrize(
    ("after_closing", "placement"),
    [
        pytest.param(timedelta(seconds=-1), Placement.REPLY, id="a second before: an answer"),
        pytest.param(timedelta(), Placement.LATE, id="at the moment: late"),
        pytest.param(timedelta(days=3), Placement.LATE, id="days after: late"),
    ],
)
def test_a_reply_after_the_closing_time_is_late_although_the_clock_was_dead(
    landlord: Landlord, after_closing: timedelta, placement: Placement
) -> None:
    landlord.survey_of(ANN)
    landlord.clock.now = TUESDAY_NOON + WEEK + after_closing
    assert landlord.receive(ANN, "Yes").placement is placement
    assert len(landlord.rows(Answer)) == (1 if placement is Placement.REPLY else 0)


def test_who_replies_after_the_closing_time_is_told_so_and_the_survey_has_ended(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.wait(days=9)
    landlord.receive(ANN, "Yes")
    assert [body for _, body in landlord.deliver()] == [system_text("late")]
    conversation = landlord.conversation_with(ANN)
    assert (conversation.progress, conversation.ended_at) == (Progress.EXPIRED, landlord.now)
    assert landlord.tick() == (0, 0, 0)


def test_a_reply_sent_in_time_that_the_web_missed_is_an_answer_while_no_clock_has_ended_the_survey(
    landlord: Landlord,
) -> None:
    landlord.survey_of(ANN)
    in_time = TUESDAY_NOON + WEEK - timedelta(hours=1)
    landlord.clock.now = TUESDAY_NOON + WEEK + timedelta(hours=1)
    assert landlord.receive(ANN, "Yes", received_at=in_time).placement is Placement.REPLY
    assert landlord.deliver() == []
    assert landlord.tick() == (1, 0, 0)


def test_a_stop_after_the_closing_time_is_a_stop(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    landlord.wait(days=9)
    landlord.receive(ANN, "STOP")
    assert [body for _, body in landlord.deliver()] == [system_text("stop_confirmation")]


def test_a_tap_on_a_question_of_a_survey_past_its_closing_time_is_late(landlord: Landlord) -> None:
    landlord.set_policy(telegram=True)
    landlord.link_chat(landlord.tenant(None), "7001")
    landlord.close("A1", ["T001"])
    landlord.launch()
    landlord.deliver()
    yes = landlord.button("7001", "Yes")
    landlord.wait(days=9)
    landlord.receive_in_chat("7001", "Yes", tapped=yes)
    assert landlord.rows(InboundMessage)[-1].placement is Placement.LATE
    assert landlord.rows(Answer) == []


# Sends that were under way when the worker died.


def die_sending(landlord: Landlord) -> str:
    """Ann's first question is handed to the carrier, and the worker dies before it knows what came of it."""
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.launch()
    [claimed] = claim(landlord.database, landlord.now, 10, rules())
    return claimed.message.body


async def settle(landlord: Landlord, records: Sequence[SentRecord] = ()) -> None:
    """What the clock does about sends of which nobody knows."""
    expire_leases(landlord.database, landlord.now)
    await settle_unknown(landlord.database, {"sms": FakeList(records)}, landlord.now)


async def test_a_send_the_carrier_has_taken_is_found_on_its_list_hours_later_and_not_repeated(
    landlord: Landlord,
) -> None:
    body = die_sending(landlord)
    record = SentRecord("SM1", ANN, body, "delivered", landlord.now + timedelta(seconds=1))
    landlord.wait(hours=11)
    await settle(landlord, [record])
    assert landlord.texts_to(ANN)[0].state is OutboxState.DELIVERED
    assert landlord.deliver() == []


async def test_a_send_the_carrier_never_took_is_repeated_in_the_morning_and_not_in_the_night(
    landlord: Landlord,
) -> None:
    die_sending(landlord)
    landlord.clock.now = utc("2026-11-18 02:00")
    await settle(landlord)
    assert landlord.deliver() == []
    assert landlord.texts_to(ANN)[0].held_reason == "quiet hours"
    landlord.clock.now = utc("2026-11-18 09:00")
    assert [to for to, _ in landlord.deliver()] == [ANN]


async def test_a_send_is_not_repeated_after_the_survey_has_closed(landlord: Landlord) -> None:
    die_sending(landlord)
    landlord.clock.advance(WEEK)
    await settle(landlord)
    assert landlord.deliver() == []
    assert landlord.texts_to(ANN)[0].ended_reason == "closed before it could be sent"


async def test_a_send_is_not_repeated_after_a_stop_that_the_web_missed(landlord: Landlord) -> None:
    """The worker takes in what was missed before anything bulk leaves."""
    await take_in_missed(landlord.database, "sms", Inbound(), landlord.rules, landlord.clock)
    die_sending(landlord)
    stop = InboundText("sms", "SM-stop", ANN, OUR_NUMBER, "STOP", landlord.now + timedelta(hours=1))
    landlord.wait(hours=3)
    await settle(landlord)
    await take_in_missed(landlord.database, "sms", Inbound([stop]), landlord.rules, landlord.clock)
    assert [body for _, body in landlord.deliver()] == [system_text("stop_confirmation")]


class Inbound:
    """A carrier that lists what it has received."""

    def __init__(self, texts: Sequence[InboundText] = ()) -> None:
        self._texts = texts

    async def list_inbound(self, since: object) -> Sequence[InboundText]:
        return self._texts
