"""Storing tenants from the landlord's file: a hundred thousand at a time, so in batches of rows and not as objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import insert, select, update

from storage.batches import in_batches
from storage.database import Work
from storage.models import Address, Tenant, TenantAddress
from storage.models.people import AddressState, LawfulBasis
from storage.people import PHONE_CHANNEL
from storage.upsert_counts import UpsertCounts


@dataclass(frozen=True)
class TenantDetails:
    """A tenant as the landlord's file has them. `mobile` is an E.164 number, None for somebody without one.

    With None as `preferred_channel` what we know of that stays as it is.
    """

    tenant_ref: str
    first_name: str
    last_name: str
    language: str
    lawful_basis: LawfulBasis | None
    basis_recorded_on: date | None
    basis_evidence: str | None
    mobile: str | None
    preferred_channel: str | None = None


_TENANT_COLUMNS = [field.name for field in fields(TenantDetails) if field.name != "mobile"]


def upsert_tenants(work: Work, tenants: Sequence[TenantDetails], now: datetime) -> UpsertCounts:
    """Store tenants by their `tenant_ref`, each given once, and link each to their mobile number alone.

    A number they had before stays linked, no longer current. `imported_at` becomes `now` where anything changed.
    """
    new = changed = 0
    for batch in in_batches(tenants):
        new_in_batch, changed_in_batch = _upsert_batch(work, batch, now)
        new += new_in_batch
        changed += changed_in_batch
    # What the session had loaded of them before is out of date.
    work.session.expire_all()
    return UpsertCounts(new, changed, len(tenants) - new - changed)


def _upsert_batch(work: Work, tenants: Sequence[TenantDetails], now: datetime) -> tuple[int, int]:
    """How many were new, and how many changed."""
    statement = select(Tenant.id, *(getattr(Tenant, name) for name in _TENANT_COLUMNS)).where(
        Tenant.tenant_ref.in_([details.tenant_ref for details in tenants])
    )
    stored = {row.tenant_ref: row for row in work.session.execute(statement)}
    new_ids = _insert(work, [details for details in tenants if details.tenant_ref not in stored], now)
    ids = {ref: row.id for ref, row in stored.items()} | new_ids
    relinked = _link_phones(work, {ids[details.tenant_ref]: details.mobile for details in tenants})
    changed = [
        {
            "id": ids[details.tenant_ref],
            **_values(stored[details.tenant_ref]),
            **_given(details),
            "imported_at": now,
        }
        for details in tenants
        if details.tenant_ref in stored
        and (ids[details.tenant_ref] in relinked or _differs(details, stored[details.tenant_ref]))
    ]
    if changed:
        work.session.execute(update(Tenant), changed)
    return len(new_ids), len(changed)


def _values(tenant: object) -> dict[str, object]:
    return {name: getattr(tenant, name) for name in _TENANT_COLUMNS}


def _given(details: TenantDetails) -> dict[str, object]:
    """What the file says; of a preference it may say nothing."""
    values = _values(details)
    if details.preferred_channel is None:
        del values["preferred_channel"]
    return values


def _differs(details: TenantDetails, stored: object) -> bool:
    return any(getattr(stored, name) != value for name, value in _given(details).items())


def _insert(work: Work, tenants: Sequence[TenantDetails], now: datetime) -> dict[str, int]:
    """Store new tenants; their ids by reference."""
    if not tenants:
        return {}
    values = [{**_values(details), "imported_at": now} for details in tenants]
    rows = work.session.execute(insert(Tenant).returning(Tenant.tenant_ref, Tenant.id), values)
    return dict(rows.all())


def _link_phones(work: Work, mobiles: Mapping[int, str | None]) -> set[int]:
    """Make each tenant's number (by tenant id) their only current one; returns the tenants for whom that was news."""
    address_ids = _address_ids(work, {mobile for mobile in mobiles.values() if mobile})
    wanted = {(tenant_id, address_ids[mobile]) for tenant_id, mobile in mobiles.items() if mobile}
    statement = (
        select(TenantAddress.tenant_id, TenantAddress.address_id, TenantAddress.current, Address.channel)
        .join(TenantAddress.address)
        .where(TenantAddress.tenant_id.in_(mobiles))
    )
    # Asked for the channel too, SQLite would go through every address there is instead of these tenants' own.
    linked = {
        (row.tenant_id, row.address_id): row.current
        for row in work.session.execute(statement)
        if row.channel == PHONE_CHANNEL
    }
    new = wanted - linked.keys()
    turned = {link for link, current in linked.items() if current != (link in wanted)}
    if new:
        work.session.execute(insert(TenantAddress), [_link_values(link, current=True) for link in sorted(new)])
        # The landlord says anew whose number it is: what we thought of it before was about somebody else.
        usable = [{"id": address_id, "state": AddressState.USABLE} for address_id in sorted({link[1] for link in new})]
        work.session.execute(update(Address), usable)
    if turned:
        values = [_link_values(link, current=link in wanted) for link in sorted(turned)]
        work.session.execute(update(TenantAddress), values)
    return {tenant_id for tenant_id, _ in new | turned}


def _link_values(link: tuple[int, int], current: bool) -> dict[str, object]:
    return {"tenant_id": link[0], "address_id": link[1], "current": current}


def _address_ids(work: Work, numbers: set[str]) -> dict[str, int]:
    """The id of each number's address, stored now if it is new."""
    statement = select(Address.value, Address.id).where(Address.channel == PHONE_CHANNEL, Address.value.in_(numbers))
    ids = dict(work.session.execute(statement).all())
    new = [
        {"channel": PHONE_CHANNEL, "value": number, "hash": work.hash_address(number)}
        for number in sorted(numbers - ids.keys())
    ]
    if new:
        rows = work.session.execute(insert(Address).returning(Address.value, Address.id), new)
        ids.update(rows.all())
    return ids
