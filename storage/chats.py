"""A chat that goes by another id: everything that is kept by the old one goes with it."""

from sqlalchemy import delete, select, update

from storage.database import Work
from storage.insert_once import insert_once
from storage.models import Address, OptOut, OutboxMessage, TenantAddress
from storage.models.outbox import OutboxState
from storage.models.people import AddressState


def move(work: Work, address: Address, value: str) -> None:
    """Let an address go by `value` from now on, with its opt-outs and what waits to leave.

    Where somebody has written from the new id before we heard of the move, that address takes over the people of the
    old one, and a STOP that was in force there.
    """
    if address.value == value:
        return
    taken = work.session.scalars(
        select(Address).where(Address.channel == address.channel, Address.value == value)
    ).one_or_none()
    work.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.address_id == address.id, OutboxMessage.state == OutboxState.QUEUED)
        .values(recipient=value)
    )
    if taken is None:
        _rename(work, address, value)
    else:
        _hand_over(work, address, taken)


def _rename(work: Work, address: Address, value: str) -> None:
    new_hash = work.hash_address(value)
    work.session.execute(update(OptOut).where(OptOut.address_hash == address.hash).values(address_hash=new_hash))
    address.value, address.hash = value, new_hash


def _hand_over(work: Work, old: Address, new: Address) -> None:
    here = set(work.session.scalars(select(TenantAddress.tenant_id).where(TenantAddress.address_id == new.id)))
    work.session.execute(
        delete(TenantAddress).where(TenantAddress.address_id == old.id, TenantAddress.tenant_id.in_(here))
    )
    work.session.execute(
        update(TenantAddress).where(TenantAddress.address_id == old.id).values(address_id=new.id, current=True)
    )
    in_force = select(OptOut).where(OptOut.address_hash == old.hash, OptOut.ended_at.is_(None))
    for opt_out in work.session.scalars(in_force):
        insert_once(work.session, OptOut(address_hash=new.hash, opted_out_at=opt_out.opted_out_at))
    old.state = AddressState.UNREACHABLE
