"""Who is asked: one text for an address, and a reason for everybody left out."""

from collections import Counter
from datetime import timedelta

from consultations.audience import Audience, LeftOut, audience_of
from storage import opt_outs, people
from storage.database import Database, Work
from storage.models import Tenant, TenantAddress
from storage.models.people import Address, AddressState, LawfulBasis
from tests.clock import NOON
from tests.rows import ANN, FARAH, GWEN, JOE, MAREK, add_address, add_tenant


def sizes(audience: Audience) -> list[list[str]]:
    return [[tenant.first_name for tenant in household.tenants] for household in audience.households]


def without_basis(work: Work, address: Address) -> Tenant:
    tenant = add_tenant(work, address, "Gwen", "Pugh")
    tenant.lawful_basis = None
    return tenant


def test_tenants_on_one_number_are_one_household(database: Database) -> None:
    with database.work() as work:
        shared, alone = add_address(work, ANN), add_address(work, JOE)
        tenants = [add_tenant(work, shared, "Ann"), add_tenant(work, alone, "Joe"), add_tenant(work, shared, "Farah")]
        audience = audience_of(work, tenants)
    assert sizes(audience) == [["Ann", "Farah"], ["Joe"]]
    assert [household.address.value for household in audience.households] == [ANN, JOE]
    assert audience.left_out == Counter()


def test_everybody_is_asked_or_left_out_for_one_reason(database: Database) -> None:
    with database.work() as work:
        usable, gone = add_address(work, ANN), add_address(work, JOE, state=AddressState.UNREACHABLE)
        strangers, stopped = add_address(work, FARAH, state=AddressState.QUARANTINED), add_address(work, GWEN)
        opt_outs.opt_out(work, stopped, NOON)
        no_number = add_tenant(work, add_address(work, MAREK), "Marek", "Nowak")
        for link in no_number.addresses:
            link.current = False
        tenants = [
            add_tenant(work, usable),
            add_tenant(work, gone),
            add_tenant(work, strangers),
            add_tenant(work, stopped),
            add_tenant(work, stopped),
            without_basis(work, usable),
            no_number,
        ]
        audience = audience_of(work, tenants)
    assert audience.left_out == Counter(
        {
            LeftOut.UNREACHABLE: 1,
            LeftOut.QUARANTINED: 1,
            LeftOut.OPTED_OUT: 2,
            LeftOut.NO_LAWFUL_BASIS: 1,
            LeftOut.NO_ADDRESS: 1,
        }
    )
    assert sum(map(len, sizes(audience))) + audience.left_out.total() == len(tenants)


def test_who_gave_no_ground_to_be_texted_is_not_named_in_the_household(database: Database) -> None:
    with database.work() as work:
        shared = add_address(work, ANN)
        audience = audience_of(work, [add_tenant(work, shared, "Ann"), without_basis(work, shared)])
    assert sizes(audience) == [["Ann"]]


def test_each_lawful_basis_will_do(database: Database) -> None:
    with database.work() as work:
        tenants = []
        for number, basis in enumerate(LawfulBasis, start=100):
            tenant = add_tenant(work, add_address(work, f"+447700900{number}"))
            tenant.lawful_basis = basis
            tenants.append(tenant)
        assert len(audience_of(work, tenants).households) == len(LawfulBasis)


def test_a_stop_from_an_old_number_holds_for_the_new_one(database: Database) -> None:
    with database.work() as work:
        old = add_address(work, ANN)
        ann = add_tenant(work, old)
        work.session.refresh(ann)
        ann.addresses[0].current = False
        new = add_address(work, JOE)
        work.session.add(TenantAddress(tenant_id=ann.id, address_id=new.id, current=True))
        opt_outs.opt_out(work, people.address_of(work, "sms", ANN), NOON)
        audience = audience_of(work, [ann])
    assert audience.left_out == Counter({LeftOut.OPTED_OUT: 1})


def test_after_start_a_person_is_asked_again(database: Database) -> None:
    with database.work() as work:
        address = add_address(work, ANN)
        ann = add_tenant(work, address)
        opt_outs.opt_out(work, address, NOON)
        opt_outs.opt_in(work, address, NOON + timedelta(days=1))
        assert sizes(audience_of(work, [ann])) == [["Ann"]]


def test_nobody_is_an_audience_of_nobody(database: Database) -> None:
    with database.reading() as work:
        assert audience_of(work, []) == Audience([], Counter())
