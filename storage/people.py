"""Queries on tenants and the addresses they can be reached on."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import aliased

from storage.batches import in_batches
from storage.database import Work
from storage.insert_once import insert_once
from storage.models import Address, Tenant, TenantAddress
from storage.models.people import AddressState

PHONE_CHANNEL = "sms"
CHAT_CHANNEL = "telegram"


def by_reference(tenants: Iterable[Tenant]) -> Sequence[Tenant]:
    """The tenants in the order of their references; each database has an order of its own for texts."""
    return sorted(tenants, key=lambda tenant: tenant.tenant_ref)


def tenant_ids(work: Work) -> dict[str, int]:
    """The ids of all tenants, by reference."""
    return dict(work.session.execute(select(Tenant.tenant_ref, Tenant.id)).all())


def address_of(work: Work, channel: str, value: str) -> Address:
    """The address with this value (an E.164 number, a chat id) on a channel, stored now if it is new."""
    given = {"channel": channel, "value": value}
    known = work.session.scalars(_ADDRESS_OF, given).one_or_none()
    if known is not None:
        return known
    insert_once(work.session, Address(channel=channel, value=value, hash=work.hash_address(value)))
    return work.session.scalars(_ADDRESS_OF, given).one()


# Built once: it is asked in every turn, and putting it together takes longer than the database takes to answer it.
_ADDRESS_OF = select(Address).where(Address.channel == bindparam("channel"), Address.value == bindparam("value"))


def known_address(work: Work, channel: str, value: str) -> Address | None:
    """The address with this value on a channel, if we know it; locked."""
    statement = select(Address).where(Address.channel == channel, Address.value == value).with_for_update()
    return work.session.scalars(statement).one_or_none()


def move_to_chat(work: Work, tenant_id: int, chat: Address) -> None:
    """Make a chat the one that a tenant is written to in, before any other address of theirs."""
    tenant = work.session.get_one(Tenant, tenant_id)
    tenant.preferred_channel = chat.channel
    links = work.session.scalars(
        select(TenantAddress)
        .join(TenantAddress.address)
        .where(TenantAddress.tenant_id == tenant_id, Address.channel == chat.channel)
    )
    for link in links:
        link.current = False
    if chat.state is AddressState.QUARANTINED:
        # Whoever is there told us that we had taken them for somebody else, and now says who they are.
        mistaken = update(TenantAddress).where(TenantAddress.address_id == chat.id).values(current=False)
        work.session.execute(mistaken)
        chat.state = AddressState.USABLE
    work.session.merge(TenantAddress(tenant_id=tenant_id, address_id=chat.id, current=True))
    work.session.flush()


def tenant_by_id(work: Work, tenant_id: int) -> Tenant:
    """One tenant. Raises sqlalchemy's NoResultFound when there is none."""
    return work.session.get_one(Tenant, tenant_id)


def address_by_id(work: Work, address_id: int) -> Address:
    """One address. Raises sqlalchemy's NoResultFound when there is none."""
    return work.session.get_one(Address, address_id)


def address_states(work: Work, address_ids: Collection[int]) -> Mapping[int, AddressState]:
    """Whether each of these addresses can be written to, by address id."""
    states: dict[int, AddressState] = {}
    for batch in in_batches(address_ids):
        rows = work.session.execute(select(Address.id, Address.state).where(Address.id.in_(batch)))
        states.update(rows.all())
    return states


def holders_of(work: Work, address_ids: Collection[int], numbers: Collection[str]) -> frozenset[int]:
    """Those of the addresses that are one of these phone numbers, or are of somebody who has one of them now."""
    this, phone = aliased(Address), aliased(Address)
    here, there = aliased(TenantAddress), aliased(TenantAddress)
    statement = (
        select(this.id)
        .outerjoin(here, (here.address_id == this.id) & here.current)
        .outerjoin(there, (there.tenant_id == here.tenant_id) & there.current)
        .outerjoin(phone, (phone.id == there.address_id) & (phone.channel == PHONE_CHANNEL))
        .where(this.id.in_(address_ids), this.value.in_(numbers) | phone.value.in_(numbers))
    )
    return frozenset(work.session.scalars(statement))


def people_at(work: Work, address_id: int) -> Sequence[Tenant]:
    """The tenants whose current address this is, in the order of their references."""
    statement = (
        select(Tenant).join(Tenant.addresses).where(TenantAddress.address_id == address_id, TenantAddress.current)
    )
    return by_reference(work.session.scalars(statement))


def current_addresses(work: Work, tenant_ids: Iterable[int]) -> dict[int, dict[str, Address]]:
    """Each tenant's current address on every channel, by tenant id and channel; those without any are left out."""
    found: dict[int, dict[str, Address]] = {}
    for batch in in_batches(tenant_ids):
        statement = (
            select(TenantAddress.tenant_id, Address)
            .join(TenantAddress.address)
            .where(TenantAddress.tenant_id.in_(batch), TenantAddress.current)
        )
        for tenant_id, address in work.session.execute(statement):
            found.setdefault(tenant_id, {})[address.channel] = address
    return found
