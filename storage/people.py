"""Queries on tenants and the addresses they can be reached on."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select

from storage.batches import in_batches
from storage.database import Work
from storage.insert_once import insert_once
from storage.models import Address, Tenant, TenantAddress
from storage.models.people import AddressState

PHONE_CHANNEL = "sms"


def tenant_ids(work: Work) -> dict[str, int]:
    """The ids of all tenants, by reference."""
    return dict(work.session.execute(select(Tenant.tenant_ref, Tenant.id)).all())


def address_of(work: Work, channel: str, value: str) -> Address:
    """The address with this value (an E.164 number, a chat id) on a channel, stored now if it is new."""
    statement = select(Address).where(Address.channel == channel, Address.value == value)
    known = work.session.scalars(statement).one_or_none()
    if known is not None:
        return known
    insert_once(work.session, Address(channel=channel, value=value, hash=work.hash_address(value)))
    return work.session.scalars(statement).one()


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


def people_at(work: Work, address_id: int) -> Sequence[Tenant]:
    """The tenants whose current address this is, in the order of their references."""
    statement = (
        select(Tenant)
        .join(Tenant.addresses)
        .where(TenantAddress.address_id == address_id, TenantAddress.current)
        .order_by(Tenant.tenant_ref)
    )
    return work.session.scalars(statement).all()


def current_addresses(work: Work, tenant_ids: Iterable[int], channel: str) -> dict[int, Address]:
    """Each tenant's current address on a channel, by tenant id; those without one are left out."""
    found: dict[int, Address] = {}
    for batch in in_batches(tenant_ids):
        statement = (
            select(TenantAddress.tenant_id, Address)
            .join(TenantAddress.address)
            .where(TenantAddress.tenant_id.in_(batch), TenantAddress.current)
        )
        # Asked for the channel too, SQLite would go through every address there is instead of these tenants' own.
        rows = work.session.execute(statement)
        found.update({tenant_id: address for tenant_id, address in rows if address.channel == channel})
    return found
