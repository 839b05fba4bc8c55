"""Tenants, and the addresses they are linked to."""

from datetime import UTC, date, datetime

import pytest

from storage import people
from storage.database import Database
from storage.models import Address, Tenant, TenantAddress
from storage.models.people import AddressState, LawfulBasis
from storage.tenant_upsert import TenantDetails, upsert_tenants
from storage.upsert_counts import UpsertCounts

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)

ANN_NUMBER = "+447700900101"
JOE_NUMBER = "+447700900102"


def details(tenant_ref: str = "T1", first_name: str = "Ann", mobile: str | None = ANN_NUMBER) -> TenantDetails:
    return TenantDetails(
        tenant_ref=tenant_ref,
        first_name=first_name,
        last_name="Beech",
        language="en",
        lawful_basis=LawfulBasis.CONSENT,
        basis_recorded_on=date(2026, 1, 5),
        basis_evidence="sign-up form",
        mobile=mobile,
    )


def store(database: Database, *tenants: TenantDetails, now: datetime = NOW) -> UpsertCounts:
    with database.work() as work:
        return upsert_tenants(work, tenants, now)


def numbers_of(database: Database, tenant_ref: str) -> dict[str, bool]:
    """Each number linked to a tenant, and whether it is current."""
    with database.reading() as work:
        links = work.session.query(TenantAddress).join(Tenant).filter(Tenant.tenant_ref == tenant_ref)
        return {link.address.value: link.current for link in links}


def imported_at(database: Database, tenant_ref: str) -> datetime:
    with database.reading() as work:
        return work.session.query(Tenant).filter_by(tenant_ref=tenant_ref).one().imported_at


def test_a_new_tenant_is_stored_with_everything_the_file_says(database: Database) -> None:
    assert store(database, details()) == UpsertCounts(new=1, changed=0, unchanged=0)

    with database.reading() as work:
        ann = work.session.query(Tenant).one()
        assert (ann.tenant_ref, ann.first_name, ann.last_name, ann.language) == ("T1", "Ann", "Beech", "en")
        assert (ann.lawful_basis, ann.basis_recorded_on) == (LawfulBasis.CONSENT, date(2026, 1, 5))
        assert (ann.basis_evidence, ann.imported_at) == ("sign-up form", NOW)


def test_storing_the_same_tenant_again_changes_nothing(database: Database) -> None:
    store(database, details())

    assert store(database, details(), now=LATER) == UpsertCounts(new=0, changed=0, unchanged=1)
    assert imported_at(database, "T1") == NOW


def test_a_changed_name_counts_as_a_change_and_keeps_the_tenant(database: Database) -> None:
    store(database, details())

    assert store(database, details(first_name="Anne"), now=LATER) == UpsertCounts(new=0, changed=1, unchanged=0)
    assert imported_at(database, "T1") == LATER
    with database.reading() as work:
        assert work.session.query(Tenant).one().first_name == "Anne"


def test_a_changed_number_keeps_the_link_to_the_old_one(database: Database) -> None:
    store(database, details())

    assert store(database, details(mobile=JOE_NUMBER), now=LATER).changed == 1
    assert numbers_of(database, "T1") == {ANN_NUMBER: False, JOE_NUMBER: True}
    assert imported_at(database, "T1") == LATER


def test_a_number_that_comes_back_is_current_again(database: Database) -> None:
    for number in (ANN_NUMBER, JOE_NUMBER, ANN_NUMBER):
        store(database, details(mobile=number))

    assert numbers_of(database, "T1") == {ANN_NUMBER: True, JOE_NUMBER: False}


def test_a_tenant_whose_number_is_taken_away_has_no_current_one(database: Database) -> None:
    store(database, details())

    assert store(database, details(mobile=None)).changed == 1
    assert numbers_of(database, "T1") == {ANN_NUMBER: False}


def test_a_chat_of_the_tenant_is_left_alone_when_the_number_changes(database: Database) -> None:
    store(database, details())
    with database.work() as work:
        chat = people.address_of(work, "telegram", "4711")
        ann = work.session.query(Tenant).one()
        work.session.add(TenantAddress(tenant_id=ann.id, address_id=chat.id, current=True))

    assert store(database, details()).unchanged == 1
    store(database, details(mobile=None))
    assert numbers_of(database, "T1") == {ANN_NUMBER: False, "4711": True}


def test_several_people_may_share_a_number(database: Database) -> None:
    store(database, details("T2", "Joe"), details("T1", "Ann"))

    with database.reading() as work:
        address = people.address_of(work, "sms", ANN_NUMBER)
        assert [tenant.first_name for tenant in people.people_at(work, address.id)] == ["Ann", "Joe"]


def test_somebody_who_has_left_a_number_is_no_longer_at_it(database: Database) -> None:
    store(database, details("T1", "Ann"), details("T2", "Joe"))
    store(database, details("T1", "Ann", mobile=JOE_NUMBER))

    with database.reading() as work:
        address = people.address_of(work, "sms", ANN_NUMBER)
        assert [tenant.first_name for tenant in people.people_at(work, address.id)] == ["Joe"]


def test_an_address_is_stored_once_with_the_keyed_hash_of_its_value(database: Database) -> None:
    with database.work() as work:
        first = people.address_of(work, "sms", ANN_NUMBER)
        again = people.address_of(work, "sms", ANN_NUMBER)

        assert first is again
        assert first.hash == work.hash_address(ANN_NUMBER)
        assert first.state is AddressState.USABLE


def test_an_imported_number_has_the_same_hash_as_one_that_texted_us(database: Database) -> None:
    store(database, details())

    with database.work() as work:
        assert work.session.query(Address).one().hash == work.hash_address(ANN_NUMBER)


@pytest.mark.parametrize("state", [AddressState.QUARANTINED, AddressState.UNREACHABLE])
def test_a_number_that_was_shut_opens_when_the_landlord_gives_it_to_somebody_anew(
    database: Database, state: AddressState
) -> None:
    store(database, details())
    with database.work() as work:
        people.address_of(work, "sms", ANN_NUMBER).state = state

    store(database, details())
    with database.reading() as work:
        assert people.address_of(work, "sms", ANN_NUMBER).state is state

    store(database, details("T2", "Joe"))
    with database.reading() as work:
        assert people.address_of(work, "sms", ANN_NUMBER).state is AddressState.USABLE


def test_current_addresses_are_given_by_tenant_and_channel(database: Database) -> None:
    store(database, details("T1", "Ann"), details("T2", "Joe", mobile=None), details("T3", "Gwen", mobile=JOE_NUMBER))
    store(database, details("T3", "Gwen", mobile=ANN_NUMBER))

    with database.work() as work:
        ids = people.tenant_ids(work)
        people.move_to_chat(work, ids["T3"], people.address_of(work, "telegram", "7001"))
        found = people.current_addresses(work, ids.values())
        values = {
            tenant_id: {channel: address.value for channel, address in addresses.items()}
            for tenant_id, addresses in found.items()
        }
        assert values == {ids["T1"]: {"sms": ANN_NUMBER}, ids["T3"]: {"sms": ANN_NUMBER, "telegram": "7001"}}


@pytest.mark.parametrize("count", [1, 999, 1_000, 1_001, 2_500])
def test_a_file_of_any_size_is_stored_whole(database: Database, count: int) -> None:
    tenants = [details(f"T{number}", mobile=f"+4477009{number:05}") for number in range(count)]

    assert store(database, *tenants) == UpsertCounts(new=count, changed=0, unchanged=0)
    assert store(database, *tenants) == UpsertCounts(new=0, changed=0, unchanged=count)
    with database.reading() as work:
        assert len(people.current_addresses(work, people.tenant_ids(work).values())) == count


def test_what_was_loaded_before_the_import_shows_what_it_changed(database: Database) -> None:
    store(database, details())
    with database.work() as work:
        ann = work.session.query(Tenant).one()
        assert [link.address.value for link in ann.addresses] == [ANN_NUMBER]

        upsert_tenants(work, [details(first_name="Anne", mobile=JOE_NUMBER)], LATER)

        assert ann.first_name == "Anne"
        assert sorted(link.address.value for link in ann.addresses) == [ANN_NUMBER, JOE_NUMBER]
