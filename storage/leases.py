"""What only one process at a time may do: for as long as it renews a lease, or until its transaction ends."""

from datetime import datetime, timedelta

from sqlalchemy import or_, text, update

from storage.database import Work
from storage.insert_once import insert_into
from storage.models import Lease


def take(work: Work, name: str, holder: str, now: datetime, lease: timedelta) -> bool:
    """Take or renew a lease for `lease` from `now` (UTC); False while somebody else has it.

    One statement, so that of two who try at the same moment one gets it. A lease that ends later than anybody could
    have taken it for was written by a machine whose clock is wrong, and holds nobody back.
    """
    until = now + lease
    is_free = or_(Lease.holder == holder, Lease.until <= now, Lease.until > until + lease)
    statement = (
        insert_into(work.session, Lease)
        .values(name=name, holder=holder, until=until)
        .on_conflict_do_update(index_elements=["name"], set_={"holder": holder, "until": until}, where=is_free)
        .returning(Lease.name)
    )
    return work.session.execute(statement).scalar_one_or_none() is not None


def give_back(work: Work, name: str, holder: str, now: datetime) -> None:
    """End a lease before its time, if it is still `holder`'s."""
    work.session.execute(update(Lease).where(Lease.name == name, Lease.holder == holder).values(until=now))


def be_alone(work: Work, name: str) -> None:
    """Wait until nobody else is at this, and keep them waiting until the transaction ends.

    To be called before anything is locked: who waits here holds nobody up. On SQLite whoever writes is alone anyway.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"sowhat {name}"})
