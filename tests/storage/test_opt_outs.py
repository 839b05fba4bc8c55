"""STOP and START: what they hold for, and for how long."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from storage import opt_outs, people
from storage.database import Database, Work
from storage.models import Address, Base, OptOut, Tenant, TenantAddress

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def number(last_digits: int) -> str:
    return f"+447700900{last_digits:03}"


def phone(work: Work, last_digits: int) -> Address:
    return people.address_of(work, "sms", number(last_digits))


def person(work: Work, first_name: str, current: Address, *old: Address) -> Tenant:
    tenant = Tenant(tenant_ref=first_name, first_name=first_name, last_name="Beech", language="en", imported_at=NOW)
    work.session.add(tenant)
    work.session.flush()
    work.session.add_all(
        TenantAddress(tenant_id=tenant.id, address_id=address.id, current=address is current)
        for address in (current, *old)
    )
    work.session.flush()
    return tenant


def test_nobody_is_opted_out_to_begin_with(database: Database) -> None:
    with database.work() as work:
        assert not opt_outs.is_opted_out(work, phone(work, 1))


def test_a_stop_holds_for_the_address_it_came_from(database: Database) -> None:
    with database.work() as work:
        assert opt_outs.opt_out(work, phone(work, 1), NOW)

        assert opt_outs.is_opted_out(work, phone(work, 1))
        assert not opt_outs.is_opted_out(work, phone(work, 2))


def test_a_second_stop_adds_nothing(database: Database) -> None:
    with database.work() as work:
        opt_outs.opt_out(work, phone(work, 1), NOW)

        assert not opt_outs.opt_out(work, phone(work, 1), NOW + MINUTE)
        assert work.session.query(OptOut).count() == 1


def test_a_stop_is_kept_by_hash_and_never_by_number(database: Database) -> None:
    with database.work() as work:
        opt_outs.opt_out(work, phone(work, 1), NOW)

        assert work.session.query(OptOut).one().address_hash == work.hash_address(number(1))


def test_a_stop_from_an_old_number_holds_on_the_new_one(database: Database) -> None:
    with database.work() as work:
        old, new = phone(work, 1), phone(work, 2)
        person(work, "Ann", new, old)
        opt_outs.opt_out(work, old, NOW)

        assert opt_outs.is_opted_out(work, new)


def test_a_stop_by_telegram_holds_by_text_too(database: Database) -> None:
    with database.work() as work:
        chat, mobile = people.address_of(work, "telegram", "4711"), phone(work, 1)
        person(work, "Joe", mobile, chat)
        opt_outs.opt_out(work, chat, NOW)

        assert opt_outs.is_opted_out(work, mobile)


def test_a_stop_from_a_shared_phone_holds_for_everybody_on_it(database: Database) -> None:
    with database.work() as work:
        shared, own = phone(work, 1), phone(work, 2)
        person(work, "Ann", shared)
        person(work, "Joe", shared, own)
        opt_outs.opt_out(work, shared, NOW)

        assert opt_outs.is_opted_out(work, own)


def test_a_stop_does_not_travel_to_people_who_only_share_a_phone_with_a_sharer(database: Database) -> None:
    with database.work() as work:
        farahs, shared, gwens = phone(work, 1), phone(work, 2), phone(work, 3)
        person(work, "Farah", shared, farahs)
        person(work, "Gwen", shared, gwens)
        opt_outs.opt_out(work, farahs, NOW)

        assert opt_outs.is_opted_out(work, shared)
        assert not opt_outs.is_opted_out(work, gwens)


def test_a_stop_outlives_the_erasure_of_the_address(database: Database) -> None:
    with database.work() as work:
        opt_outs.opt_out(work, phone(work, 1), NOW)
        work.session.delete(phone(work, 1))

    with database.work() as work:
        assert opt_outs.is_opted_out(work, phone(work, 1))


def test_start_ends_a_stop(database: Database) -> None:
    with database.work() as work:
        opt_outs.opt_out(work, phone(work, 1), NOW)

        assert opt_outs.opt_in(work, phone(work, 1), NOW + MINUTE)
        assert not opt_outs.is_opted_out(work, phone(work, 1))
        assert work.session.query(OptOut).one().ended_at == NOW + MINUTE


def test_start_from_a_new_number_opens_it_and_leaves_the_stop_where_it_came_from(database: Database) -> None:
    with database.work() as work:
        old, new = phone(work, 1), phone(work, 2)
        person(work, "Ann", new, old)
        person(work, "Joe", old)
        opt_outs.opt_out(work, old, NOW)
        assert opt_outs.is_opted_out(work, new)

        opt_outs.opt_in(work, new, NOW + MINUTE)
        assert not opt_outs.is_opted_out(work, new)
        assert opt_outs.is_opted_out(work, old)


def test_a_stop_that_has_ended_where_it_came_from_holds_nowhere_else(database: Database) -> None:
    with database.work() as work:
        old, new = phone(work, 1), phone(work, 2)
        person(work, "Ann", new, old)
        opt_outs.opt_out(work, old, NOW)
        opt_outs.opt_in(work, old, NOW + MINUTE)

        assert not opt_outs.is_opted_out(work, new)
        assert opt_outs.opted_out_among(work, [old.id, new.id]) == frozenset()


def test_a_stop_from_elsewhere_that_comes_after_the_start_holds_again(database: Database) -> None:
    with database.work() as work:
        old, new = phone(work, 1), phone(work, 2)
        person(work, "Ann", new, old)
        opt_outs.opt_in(work, new, NOW)
        opt_outs.opt_out(work, old, NOW + MINUTE)
        assert opt_outs.is_opted_out(work, new)


def test_start_leaves_the_stops_of_strangers_alone(database: Database) -> None:
    with database.work() as work:
        opt_outs.opt_out(work, phone(work, 1), NOW)

        assert not opt_outs.opt_in(work, phone(work, 2), NOW + MINUTE)
        assert opt_outs.is_opted_out(work, phone(work, 1))


def test_a_start_without_a_stop_does_nothing(database: Database) -> None:
    with database.work() as work:
        assert not opt_outs.opt_in(work, phone(work, 1), NOW)


def test_a_start_that_arrives_late_does_not_end_a_stop_sent_after_it(database: Database) -> None:
    with database.work() as work:
        opt_outs.opt_out(work, phone(work, 1), NOW)

        assert not opt_outs.opt_in(work, phone(work, 1), NOW - MINUTE)
        assert opt_outs.is_opted_out(work, phone(work, 1))


def test_somebody_can_stop_start_and_stop_again(database: Database) -> None:
    with database.work() as work:
        opt_outs.opt_out(work, phone(work, 1), NOW)
        opt_outs.opt_in(work, phone(work, 1), NOW + MINUTE)

        assert opt_outs.opt_out(work, phone(work, 1), NOW + 2 * MINUTE)
        assert opt_outs.is_opted_out(work, phone(work, 1))
        assert work.session.query(OptOut).count() == 2


@settings(deadline=None)  # each example opens a database
@given(stops=st.lists(st.tuples(st.booleans(), st.integers(1, 3)), max_size=12))
def test_the_last_word_of_each_number_counts(stops: list[tuple[bool, int]]) -> None:
    database = Database("sqlite://", b"a key for tests")
    Base.metadata.create_all(database.engine)
    opted_out: dict[int, bool] = {}
    with database.work() as work:
        for minutes, (stop, digits) in enumerate(stops):
            at = NOW + minutes * MINUTE
            (opt_outs.opt_out if stop else opt_outs.opt_in)(work, phone(work, digits), at)
            opted_out[digits] = stop

        ids = {phone(work, digits).id: digits for digits in (1, 2, 3)}
        found = {ids[address_id] for address_id in opt_outs.opted_out_among(work, ids)}
        assert found == {digits for digits, stopped in opted_out.items() if stopped}
    database.close()
