"""Two clocks started by mistake: every job run at the same moment by four, and again hours later, is done once.

Each of the four has a connection of its own to the one database, as a process has. That of two processes only one ticks
is tested where the processes are.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest

from consultations.fallback import ask_elsewhere
from consultations.invitations import expire_closed, invite_waiting, remind_silent
from consultations.launch import launch_due_surveys
from conversations.missed import take_in_missed
from delivery.channel import InboundText, SentRecord
from delivery.claim import claim
from delivery.reconciliation import expire_leases, settle_unknown
from outcomes.digest import send_due_digests
from storage.database import Database
from storage.models import Answer, Attempt, Digest, InboundMessage, OutboxMessage
from storage.models.outbox import OutboxState
from tests.clock import Clock
from tests.conftest import ADDRESS_KEY
from tests.consultations.test_fallback import BLOCKED, end_sends, invite_in_chat
from tests.conversations.landlord import OUR_NUMBER, Landlord
from tests.delivery.sending import FakeList, rules
from tests.rows import ANN, FARAH, GWEN, JOE, MAREK

EVERYBODY = (ANN, JOE, FARAH, GWEN, MAREK)
CLOCKS = 4

AtOnce = Callable[[Callable[[Database], int]], list[int]]


@pytest.fixture
def landlord(database: Database, clock: Clock) -> Landlord:
    return Landlord(database, clock)


@pytest.fixture
def at_once(database_url: str, database: Database) -> Iterator[AtOnce]:
    """Do something on as many connections at the same moment; what each of them returns. A fault in one is raised."""
    databases = [Database(database_url, ADDRESS_KEY) for _ in range(CLOCKS)]
    barrier = Barrier(CLOCKS)

    def run(act: Callable[[Database], int], own: Database) -> int:
        barrier.wait()
        return act(own)

    def run_all(act: Callable[[Database], int]) -> list[int]:
        with ThreadPoolExecutor(CLOCKS) as pool:
            return [done.result() for done in [pool.submit(run, act, own) for own in databases]]

    yield run_all
    for own in databases:
        own.close()


Job = Callable[[Landlord, datetime, Database], int]


def launch(landlord: Landlord, now: datetime, database: Database) -> int:
    return len(launch_due_surveys(database, landlord.survey, landlord.rules, now))


def invite(landlord: Landlord, now: datetime, database: Database) -> int:
    return invite_waiting(database, landlord.rules, now)


def remind(landlord: Landlord, now: datetime, database: Database) -> int:
    return remind_silent(database, landlord.rules, now)


def expire(landlord: Landlord, now: datetime, database: Database) -> int:
    return expire_closed(database, now)


def fall_back(landlord: Landlord, now: datetime, database: Database) -> int:
    return ask_elsewhere(database, landlord.rules, now)


def digest(landlord: Landlord, now: datetime, database: Database) -> int:
    return send_due_digests(database, now)


def an_activity_is_due(landlord: Landlord) -> None:
    landlord.close("A1", [landlord.tenant(mobile) for mobile in EVERYBODY], undo_minutes=15)
    landlord.wait(minutes=15)


def three_surveys_wait(landlord: Landlord) -> None:
    refs = [landlord.tenant(mobile) for mobile in EVERYBODY]
    for activity in ("A1", "A2", "A3"):
        landlord.close(activity, refs)
        landlord.launch()
    landlord.wait(days=7)
    landlord.deliver()
    expire_closed(landlord.database, landlord.now)


def everybody_is_silent(landlord: Landlord) -> None:
    landlord.survey_of(*EVERYBODY)
    landlord.wait(days=2)


def a_survey_has_closed(landlord: Landlord) -> None:
    landlord.survey_of(*EVERYBODY)
    landlord.wait(days=7)


def a_chat_is_shut(landlord: Landlord) -> None:
    """Joe is asked in his chat, which he has blocked; he has a number as well."""
    landlord.set_policy(telegram=True)
    invite_in_chat(landlord, JOE)
    end_sends(landlord, BLOCKED)


def a_digest_is_due(landlord: Landlord) -> None:
    landlord.set_policy(digest_recipients=("gwen.pugh@example.org", "board@example.org"))
    landlord.survey_of(ANN)
    landlord.wait(days=7)


@pytest.mark.parametrize(
    ("prepare", "job", "done"),
    [
        pytest.param(an_activity_is_due, launch, 1, id="launch"),
        pytest.param(three_surveys_wait, invite, 5, id="invite those who waited"),
        pytest.param(everybody_is_silent, remind, 5, id="remind"),
        pytest.param(a_survey_has_closed, expire, 5, id="end"),
        pytest.param(a_chat_is_shut, fall_back, 1, id="ask elsewhere"),
        pytest.param(a_digest_is_due, digest, 2, id="digests"),
    ],
)
def test_a_job_that_four_clocks_start_at_the_same_moment_is_done_once(
    landlord: Landlord, at_once: AtOnce, prepare: Callable[[Landlord], None], job: Job, done: int
) -> None:
    prepare(landlord)
    assert sum(at_once(partial(job, landlord, landlord.now))) == done
    after = landlord.count_rows()
    for later in (timedelta(), timedelta(seconds=30), timedelta(hours=6)):
        assert at_once(partial(job, landlord, landlord.now + later)) == [0] * CLOCKS
    assert landlord.count_rows() == after
    keys = [row.dedupe_key for row in landlord.rows(OutboxMessage)]
    assert len(keys) == len(set(keys))


def test_of_four_workers_that_look_at_the_same_moment_one_takes_each_message(
    landlord: Landlord, at_once: AtOnce
) -> None:
    landlord.close("A1", [landlord.tenant(mobile) for mobile in EVERYBODY])
    landlord.launch()
    assert sum(at_once(lambda database: len(claim(database, landlord.now, 100, rules())))) == len(EVERYBODY)
    assert len(landlord.rows(Attempt)) == len(EVERYBODY)
    assert sum(at_once(lambda database: len(claim(database, landlord.now, 100, rules())))) == 0


def settle(landlord: Landlord, records: Sequence[SentRecord], database: Database) -> int:
    """What the clock does about sends of which nobody knows."""
    expire_leases(database, landlord.now)
    asyncio.run(settle_unknown(database, {"sms": FakeList(records)}, landlord.now))
    return 0


@pytest.mark.parametrize(
    ("on_the_list", "state", "sent_again"),
    [
        pytest.param(True, OutboxState.SENT, 0, id="on the carrier's list"),
        pytest.param(False, OutboxState.QUEUED, 1, id="not on the list: once more"),
    ],
)
def test_a_send_that_broke_off_is_settled_once_by_four_who_ask_at_the_same_moment(
    landlord: Landlord, at_once: AtOnce, on_the_list: bool, state: OutboxState, sent_again: int
) -> None:
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.launch()
    [claimed] = claim(landlord.database, landlord.now, 100, rules())
    records = [SentRecord("SM1", ANN, claimed.message.body, "sent", landlord.now)] if on_the_list else []
    landlord.wait(hours=1)
    at_once(lambda database: settle(landlord, records, database))
    assert landlord.texts_to(ANN)[0].state is state
    assert sum(at_once(lambda database: len(claim(database, landlord.now, 100, rules())))) == sent_again
    assert len(landlord.rows(Attempt)) == 1 + sent_again


class Missed:
    """A carrier that lists two texts which the web has missed."""

    async def list_inbound(self, since: datetime) -> Sequence[InboundText]:
        received_at = since + timedelta(minutes=11)
        texts = (("SM1", ANN, "Yes"), ("SM2", JOE, "STOP"))
        return [InboundText("sms", sid, sender, OUR_NUMBER, text, received_at) for sid, sender, text in texts]


def test_what_the_web_missed_is_taken_in_once_by_four_who_fetch_it_at_the_same_moment(
    landlord: Landlord, at_once: AtOnce
) -> None:
    landlord.survey_of(ANN, JOE)
    asyncio.run(take_in_missed(landlord.database, "sms", Missed(), landlord.rules, landlord.clock))
    landlord.wait(minutes=5)
    counts = at_once(
        lambda database: asyncio.run(take_in_missed(database, "sms", Missed(), landlord.rules, landlord.clock))
    )
    assert sum(counts) == 2
    assert sorted(message.text for message in landlord.rows(InboundMessage)) == ["STOP", "Yes"]
    assert len(landlord.rows(Answer)) == 1
    assert len(landlord.deliver()) == 2


def test_the_digests_that_four_clocks_made_at_once_have_one_message_id_for_each_recipient(
    landlord: Landlord, at_once: AtOnce
) -> None:
    a_digest_is_due(landlord)
    at_once(lambda database: digest(landlord, landlord.now, database))
    claims = claim(landlord.database, landlord.now, 100, rules())
    mails = [claimed.message for claimed in claims if claimed.channel == "mail"]
    assert len({mail.message_id for mail in mails}) == len({mail.to for mail in mails}) == len(mails) == 2
    assert len(landlord.rows(Digest)) == 2
