import threading
from datetime import timedelta

import pytest

from storage import leases
from storage.database import Database
from tests.clock import NOON

LEASE = timedelta(seconds=20)
SECOND = timedelta(seconds=1)


def take(database: Database, holder: str, after: timedelta = timedelta()) -> bool:
    """Try to take the clock's lease so long after noon."""
    with database.work() as work:
        return leases.take(work, "clock", holder, NOON + after, LEASE)


def test_of_two_one_has_the_lease_and_keeps_it_for_as_long_as_it_renews_it(database: Database) -> None:
    assert take(database, "Ann's machine")
    assert not take(database, "Joe's machine")
    assert take(database, "Ann's machine", after=19 * SECOND)
    assert not take(database, "Joe's machine", after=20 * SECOND)


def test_a_lease_that_is_not_renewed_is_anybodys_when_it_ends(database: Database) -> None:
    assert take(database, "Ann's machine")
    assert not take(database, "Joe's machine", after=LEASE - SECOND)
    assert take(database, "Joe's machine", after=LEASE)
    assert not take(database, "Ann's machine", after=LEASE + SECOND)


def test_a_lease_given_back_can_be_taken_at_once(database: Database) -> None:
    take(database, "Ann's machine")
    with database.work() as work:
        leases.give_back(work, "clock", "Ann's machine", NOON)
    assert take(database, "Joe's machine")


def test_nobody_gives_back_what_another_holds(database: Database) -> None:
    take(database, "Ann's machine")
    with database.work() as work:
        leases.give_back(work, "clock", "Joe's machine", NOON)
    assert not take(database, "Joe's machine")


def test_a_lease_written_by_a_clock_that_was_hours_fast_holds_nobody_back(database: Database) -> None:
    assert take(database, "Ann's machine", after=timedelta(hours=5))
    assert take(database, "Joe's machine")


def test_two_machines_whose_clocks_differ_by_seconds_do_not_take_it_from_each_other_in_turn(database: Database) -> None:
    taken = [take(database, holder, after) for holder, after in [("fast", 10 * SECOND), ("right", 0 * SECOND)] * 3]
    assert taken == [True, False] * 3


def test_leases_of_different_names_have_nothing_to_do_with_each_other(database: Database) -> None:
    take(database, "Ann's machine")
    with database.work() as work:
        assert leases.take(work, "another", "Joe's machine", NOON, LEASE)


def test_of_many_who_try_at_the_same_moment_one_gets_it(database: Database) -> None:
    start, won = threading.Barrier(8), []

    def compete(holder: str) -> None:
        start.wait()
        if take(database, holder):
            won.append(holder)

    threads = [threading.Thread(target=compete, args=(f"machine {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


@pytest.mark.postgresql
def test_who_must_be_alone_waits_until_the_other_is_done(postgresql_database: Database) -> None:
    order = []
    inside = threading.Event()

    def come_second() -> None:
        inside.wait()
        with postgresql_database.work() as work:
            leases.be_alone(work, "claim")
            order.append("second")

    thread = threading.Thread(target=come_second)
    thread.start()
    with postgresql_database.work() as work:
        leases.be_alone(work, "claim")
        inside.set()
        thread.join(timeout=0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
