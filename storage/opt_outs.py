"""Who has asked us to stop. A STOP is kept by the keyed hash of its address and holds for the whole person."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, bindparam, or_, select, union, update

from storage.batches import in_batches
from storage.database import Work
from storage.insert_once import insert_once, table_of
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
    return work.session.execute(_IS_OPTED_OUT, {"address_id": address.id}).first() is not None


def opted_out_among(work: Work, address_ids: Collection[int]) -> frozenset[int]:
    """Those of the addresses that `is_opted_out` holds for, by id."""
    found: set[int] = set()
    for batch in in_batches(address_ids):
        found.update(work.session.scalars(_OPTED_OUT_AMONG, {"address_ids": batch}))
    return frozenset(found)


def _opted_out(chosen: Callable[[ColumnElement[int]], ColumnElement[bool]]) -> CompoundSelect[int]:
    """Those of the addresses with `chosen` ids that are opted out."""
    address, tenant_address, opt_out = table_of(Address), table_of(TenantAddress), table_of(OptOut)
    here, elsewhere, other = tenant_address.alias(), tenant_address.alias(), address.alias()
    stopped_there = (
        select(address.c.id)
        .join(opt_out, opt_out.c.address_hash == address.c.hash)
        .where(chosen(address.c.id), opt_out.c.ended_at.is_(None))
    )
    stopped_by_person = (
        select(here.c.address_id)
        .join(address, address.c.id == here.c.address_id)
        .join(elsewhere, elsewhere.c.tenant_id == here.c.tenant_id)
        .join(other, other.c.id == elsewhere.c.address_id)
        .join(opt_out, opt_out.c.address_hash == other.c.hash)
        .where(
            chosen(here.c.address_id),
            opt_out.c.ended_at.is_(None),
            or_(address.c.opted_in_at.is_(None), address.c.opted_in_at < opt_out.c.opted_out_at),
        )
    )
    return union(stopped_there, stopped_by_person)


# Built once: the first is asked in every turn of a conversation, and putting it together takes longer than asking it.
# It has a statement of its own since SQLAlchemy writes out a list of ids anew each time.
_IS_OPTED_OUT = _opted_out(lambda address_id: address_id == bindparam("address_id"))
_OPTED_OUT_AMONG = _opted_out(lambda address_id: address_id.in_(bindparam("address_ids", expanding=True)))
