"""Work that is done anew where another transaction was in the way."""

from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from storage import people
from storage.database import MOST_TRIES, Database, DatabaseUnavailableError, Work
from storage.models import Address
from tests.at_once import at_once
from tests.rows import ANN, JOE, add_address


class Hindered:
    """Adds Ann's number, and finds somebody in its way the first few times."""

    def __init__(self, times: int, fault: str | Exception) -> None:
        self.tries = 0
        self._times = times
        self._fault = fault

    def __call__(self, work: Work) -> int:
        self.tries += 1
        address_id = add_address(work, ANN).id
        if self.tries <= self._times:
            if isinstance(self._fault, Exception):
                raise self._fault
            work.session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{self._fault}'; END $$"))
        return address_id


def stored_addresses(database: Database) -> list[int]:
    with database.reading() as work:
        return [row.id for row in work.session.query(Address)]


STALE = StaleDataError("another has changed it")
CONFLICTS = [pytest.param("40001", id="serialization"), pytest.param("40P01", id="deadlock")]


def test_what_nobody_hinders_is_done_once(database: Database) -> None:
    act = Hindered(0, STALE)
    assert stored_addresses(database) == []
    assert database.retrying(act) == stored_addresses(database)[0]
    assert act.tries == 1


@pytest.mark.parametrize("times", [1, MOST_TRIES - 1])
def test_what_is_hindered_is_done_anew_and_nothing_of_the_other_tries_is_kept(database: Database, times: int) -> None:
    act = Hindered(times, STALE)
    new_id = database.retrying(act)
    assert stored_addresses(database) == [new_id]
    assert act.tries == times + 1


@pytest.mark.postgresql
@pytest.mark.parametrize("sqlstate", [*CONFLICTS, pytest.param("23505", id="there already")])
def test_what_postgresql_ends_for_anothers_sake_is_done_anew(postgresql_database: Database, sqlstate: str) -> None:
    act = Hindered(1, sqlstate)
    postgresql_database.retrying(act)
    assert act.tries == 2


def test_who_is_hindered_each_time_is_told_that_the_database_cannot_be_used(database: Database) -> None:
    act = Hindered(MOST_TRIES, STALE)
    with pytest.raises(DatabaseUnavailableError, match="others were in the way again and again"):
        database.retrying(act)
    assert act.tries == MOST_TRIES
    assert stored_addresses(database) == []


@pytest.mark.parametrize(
    "mistake",
    [pytest.param(RuntimeError("ours"), id="code"), pytest.param(DatabaseUnavailableError("away"), id="away")],
)
def test_what_no_other_is_to_blame_for_is_not_done_again(database: Database, mistake: Exception) -> None:
    act = Hindered(1, mistake)
    with pytest.raises(type(mistake)):
        database.retrying(act)
    assert act.tries == 1


def test_a_row_that_is_there_whatever_we_do_is_a_mistake_of_ours(database: Database) -> None:
    with database.work() as work:
        add_address(work, ANN)
    act = Hindered(0, STALE)
    with pytest.raises(IntegrityError):
        database.retrying(act)


def test_of_two_who_wait_for_each_other_both_get_done(database: Database) -> None:
    with database.work() as work:
        ann, joe = (add_address(work, phone).id for phone in (ANN, JOE))
    both_hold_one = Barrier(2)

    def rename(first: int, second: int) -> None:
        tries = []

        def act(work: Work) -> None:
            tries.append(first)
            people.address_by_id(work, first).hash += "!"
            work.session.flush()
            if database.is_for_a_fleet and len(tries) == 1:
                both_hold_one.wait(10)
            people.address_by_id(work, second).hash += "!"

        database.retrying(act)

    at_once(lambda: rename(ann, joe), lambda: rename(joe, ann))
    with database.reading() as work:
        assert [row.hash[-2:] for row in work.session.query(Address)] == ["!!", "!!"]
