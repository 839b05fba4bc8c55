"""Who has asked us to stop. A STOP is kept by the keyed hash of its address and holds for the whole person."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, CompoundSelect, bindparam, or_, select, union, update
from sqlalchemy.orm import aliased

from storage.batches import in_batches
from storage.database import Work
from storage.insert_once import insert_once
from storage.models import Address, OptOut, TenantAddress


def opt_out(work: Work, address: Address, at: datetime) -> bool:
    """Keep a STOP sent from `address` at `at`; returns False when one from there is in force already."""
    return insert_once(work.session, OptOut(address_hash=address.hash, opted_out_at=at)) is not None


def opt_in(work: Work, address: Address, at: datetime) -> bool:
    """Act on a START sent from `address` at `at`: end the STOP from there, and outweigh those from elsewhere.

    A STOP that another address sent stays in force there, where somebody else may read what we send; only this
    address may be written to again. A START that reaches us late does nothing about a STOP sent after it. Returns
    whether it ended one.
    """
    address.opted_in_at = max(address.opted_in_at or at, at)
    statement = (
        update(OptOut)
        .where(OptOut.ended_at.is_(None), OptOut.opted_out_at <= at, OptOut.address_hash == address.hash)
        .values(ended_at=at)
        .returning(OptOut.id)
    )
    return bool(work.session.execute(statement).all())


def is_opted_out(work: Work, address: Address) -> bool:
    """Whether a STOP is in force from `address`, or from another address, old or current, of anybody linked to it.

    One from another address counts only until a START from `address`.
    """
    return address.id in opted_out_among(work, [address.id])


def opted_out_among(work: Work, address_ids: Collection[int]) -> frozenset[int]:
    """Those of the addresses that `is_opted_out` holds for, by id."""
    found: set[int] = set()
    for batch in in_batches(address_ids):
        found.update(work.session.scalars(_OPTED_OUT, {"address_ids": batch}))
    return frozenset(found)


def _opted_out_addresses() -> CompoundSelect[int]:
    address_ids: BindParameter[Sequence[int]] = bindparam("address_ids", expanding=True)
    here, elsewhere = aliased(TenantAddress), aliased(TenantAddress)
    this, other = aliased(Address), aliased(Address)
    stopped_there = (
        select(Address.id)
        .join(OptOut, OptOut.address_hash == Address.hash)
        .where(Address.id.in_(address_ids), OptOut.ended_at.is_(None))
    )
    stopped_by_person = (
        select(here.address_id)
        .join(this, this.id == here.address_id)
        .join(elsewhere, elsewhere.tenant_id == here.tenant_id)
        .join(other, other.id == elsewhere.address_id)
        .join(OptOut, OptOut.address_hash == other.hash)
        .where(
            here.address_id.in_(address_ids),
            OptOut.ended_at.is_(None),
            or_(this.opted_in_at.is_(None), this.opted_in_at < OptOut.opted_out_at),
        )
    )
    return union(stopped_there, stopped_by_person)


_OPTED_OUT = _opted_out_addresses()
"""Built once: it is asked in every turn of a conversation, and putting it together takes longer than asking it."""
