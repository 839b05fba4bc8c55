"""Digests after the clock was dead, was set back, or was told to keep another day: none lost, none twice, in order."""

from datetime import time, timedelta

import pytest

from delivery.claim import claim
from outcomes.digest import preview_digest, send_due_digests
from outcomes.rollups import compact
from storage.database import Database
from storage.models import OutboxMessage
from tests.delivery.sending import rules
from tests.time.digests import BOARD, GWEN, launch, run_clock, set_policy, weeks_sent
from tests.time.zones import utc

FIRST_DUE = utc("2026-11-09 08:00")
LAUNCHED = utc("2026-11-03 10:00")
FRIDAY = 4


@pytest.fixture
def reported(database: Database) -> Database:
    """Everything has gone well so far: Gwen and the board have the digest of the week from 2 November on."""
    launch(database, LAUNCHED, LAUNCHED + timedelta(hours=1))
    set_policy(database, LAUNCHED, digest_recipients=(GWEN, BOARD))
    assert send_due_digests(database, FIRST_DUE) == 2
    return database


@pytest.mark.parametrize(
    ("back_at", "weeks"),
    [
        pytest.param("2026-11-16 07:59", [], id="a minute before the next is due: nothing was missed"),
        pytest.param("2026-11-16 08:00", ["2026-11-09"], id="at the very minute"),
        pytest.param("2026-11-16 19:30", ["2026-11-09"], id="hours later"),
        pytest.param("2026-11-19 03:00", ["2026-11-09"], id="days later, in the night"),
        pytest.param("2026-11-23 07:59", ["2026-11-09"], id="a minute before the one after it"),
        pytest.param("2026-11-30 12:00", ["2026-11-09", "2026-11-16", "2026-11-23"], id="three weeks later"),
        pytest.param(
            "2027-01-20 12:00",
            ["2026-12-21", "2026-12-28", "2027-01-04", "2027-01-11"],
            id="after months, the last four",
        ),
    ],
)
def test_when_the_clock_comes_back_each_week_it_missed_gets_its_digest_in_order(
    reported: Database, back_at: str, weeks: list[str]
) -> None:
    now = utc(back_at)
    assert send_due_digests(reported, now) == 2 * len(weeks)
    assert weeks_sent(reported, GWEN) == weeks_sent(reported, BOARD) == ["2026-11-02", *weeks]
    assert send_due_digests(reported, now) == 0


def mails(database: Database) -> list[OutboxMessage]:
    """Every digest in the outbox, in the order in which they were queued."""
    with database.reading() as work:
        return work.session.query(OutboxMessage).filter_by(channel="mail").order_by(OutboxMessage.id).all()


@pytest.mark.parametrize("compacted", [False, True], ids=["counted as it stands", "compacted meanwhile"])
def test_a_missed_digest_says_what_it_would_have_said_on_its_day(reported: Database, compacted: bool) -> None:
    """The survey of 10 November had closed before the clock came back, and is in the digest of its own week."""
    launch(reported, utc("2026-11-10 10:00"), utc("2026-11-10 11:00"), utc("2026-11-12 11:00"), days_open=5)
    launch(reported, utc("2026-11-24 10:00"), utc("2026-11-24 11:00"))
    on_its_day = preview_digest(reported, None, utc("2026-11-16 08:00"))
    if compacted:
        compact(reported)
    send_due_digests(reported, utc("2026-12-02 15:00"))
    late = next(mail for mail in mails(reported) if mail.dedupe_key == f"digest:{GWEN}:2026-11-09")
    assert "Counted up to Monday 16 November 2026, 00:00" in late.body
    assert late.body == on_its_day.text
    assert [mail.subject for mail in mails(reported) if mail.recipient == GWEN][1:] == [
        "So what? 2 replies in the week 9 to 15 November 2026",
        "So what? 0 replies in the week 16 to 22 November 2026",
        "So what? 1 reply in the week 23 to 29 November 2026",
    ]


def test_digests_that_go_out_together_have_a_message_id_each(reported: Database) -> None:
    send_due_digests(reported, utc("2026-11-30 12:00"))
    claims = claim(reported, utc("2026-11-30 12:00"), 100, rules())
    assert len({claimed.message.message_id for claimed in claims}) == len(claims) == 2 + 6


def test_a_worker_that_was_dead_for_weeks_sends_each_digest_once(reported: Database) -> None:
    """The clock queued them on time; that they wait for the worker loses none and makes none again."""
    run_clock(reported, utc("2026-11-10 00:00"), utc("2026-12-01 00:00"), minutes=60)
    back_at = utc("2026-12-01 03:00")
    assert len(claim(reported, back_at, 100, rules())) == 2 * 4
    assert claim(reported, back_at, 100, rules()) == []
    assert send_due_digests(reported, back_at) == 0


def test_before_anything_was_launched_there_is_nothing_to_make_up_for(database: Database) -> None:
    launch(database, LAUNCHED)
    set_policy(database, LAUNCHED, digest_recipients=(GWEN,))
    assert send_due_digests(database, FIRST_DUE - timedelta(minutes=1)) == 0
    assert send_due_digests(database, FIRST_DUE + timedelta(weeks=2)) == 1
    assert weeks_sent(database) == ["2026-11-16"]


def test_who_is_new_gets_the_latest_digest_and_nothing_from_before(reported: Database) -> None:
    set_policy(reported, utc("2026-11-30 11:00"), digest_recipients=(GWEN, "farah.khan@example.org"))
    assert send_due_digests(reported, utc("2026-11-30 12:00")) == 3 + 1
    assert weeks_sent(reported, "farah.khan@example.org") == ["2026-11-23"]


@pytest.mark.parametrize("minutes", [1, 5, 90])
def test_a_machine_whose_clock_is_put_back_over_the_time_of_the_digest_sends_no_older_one(
    database: Database, minutes: int
) -> None:
    """Gwen is new: the digest of this Monday is her first."""
    launch(database, LAUNCHED - timedelta(weeks=3))
    set_policy(database, FIRST_DUE, digest_recipients=(GWEN,))
    send_due_digests(database, FIRST_DUE)
    back = FIRST_DUE - timedelta(minutes=minutes)
    assert run_clock(database, back, FIRST_DUE + timedelta(minutes=30), minutes=1) == []
    assert weeks_sent(database) == ["2026-11-02"]


def test_a_machine_whose_clock_was_weeks_ahead_for_a_moment_goes_on_when_it_is_right_again(reported: Database) -> None:
    """What it sent too early is not sent again: those weeks have had their digest."""
    assert send_due_digests(reported, FIRST_DUE + timedelta(weeks=2)) == 2 * 2
    assert send_due_digests(reported, FIRST_DUE + timedelta(weeks=2) - timedelta(days=1)) == 0
    assert send_due_digests(reported, FIRST_DUE + timedelta(weeks=3)) == 2
    assert weeks_sent(reported) == ["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"]


@pytest.mark.parametrize(
    ("changed", "next_due"),
    [
        pytest.param({"digest_weekday": FRIDAY}, "2026-11-20 08:00", id="to Fridays"),
        pytest.param({"digest_time": time(17, 30)}, "2026-11-16 17:30", id="to the evening"),
        pytest.param({"time_zone": "Australia/Lord_Howe"}, "2026-11-15 21:00", id="to the other side of the world"),
    ],
)
def test_who_moves_the_digest_to_another_time_is_sent_no_older_one_and_misses_none(
    database: Database, changed: dict[str, object], next_due: str
) -> None:
    """On Tuesday 10 November. Gwen is new: the digest of Monday was her first."""
    launch(database, LAUNCHED - timedelta(weeks=3))
    set_policy(database, LAUNCHED, digest_recipients=(GWEN,))
    send_due_digests(database, FIRST_DUE)
    tuesday = FIRST_DUE + timedelta(days=1)
    set_policy(database, tuesday, **changed)
    assert run_clock(database, tuesday, utc("2026-11-22 00:00"), minutes=30) == [next_due]
    assert weeks_sent(database) == ["2026-11-02", "2026-11-09"]
