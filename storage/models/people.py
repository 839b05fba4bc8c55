"""Tenants, the addresses they can be reached on, and who has asked us to stop."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.column_types import UTCDateTime
from storage.models.base import NEVER_REUSES_IDS, Base


class LawfulBasis(StrEnum):
    """On what ground we may text somebody: UK GDPR article 6(1) (a), (e) and (f)."""

    CONSENT = "consent"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTERESTS = "legitimate_interests"


class Tenant(Base):
    """A person, known by the landlord's own stable reference."""

    __tablename__ = "tenant"
    __table_args__ = NEVER_REUSES_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_ref: Mapped[str] = mapped_column(unique=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    language: Mapped[str]
    lawful_basis: Mapped[LawfulBasis | None] = mapped_column(
        doc="None when the landlord has recorded no ground to text this person; then nobody does"
    )
    basis_recorded_on: Mapped[date | None]
    basis_evidence: Mapped[str | None]
    preferred_channel: Mapped[str | None] = mapped_column(
        doc="Where this person would rather be written to; None for wherever they can be, by SMS first"
    )
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)

    addresses: Mapped[list["TenantAddress"]] = relationship(back_populates="tenant")


class AddressState(StrEnum):
    """Whether an address can be written to."""

    USABLE = "usable"
    UNREACHABLE = "unreachable"
    QUARANTINED = "quarantined"


class Address(Base):
    """A phone number or a chat, possibly shared. `hash` is its keyed hash, which opt-outs are kept by.

    `unreachable` means the carrier says that the number is dead; `quarantined` that whoever holds it now told us
    we have the wrong person. `opted_in_at` is the last START from here: it outweighs an earlier STOP of the same
    person's from elsewhere, and says nothing about anybody who is still there.
    """

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("channel", "value"), NEVER_REUSES_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    value: Mapped[str]
    hash: Mapped[str] = mapped_column(index=True)
    state: Mapped[AddressState] = mapped_column(default=AddressState.USABLE)
    opted_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    tenants: Mapped[list["TenantAddress"]] = relationship(back_populates="address")


class TenantAddress(Base):
    """A tenant on an address. An old number stays linked, not `current`, so that a STOP sent from it still holds."""

    __tablename__ = "tenant_address"

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"), primary_key=True, index=True)
    current: Mapped[bool] = mapped_column(default=True)

    tenant: Mapped[Tenant] = relationship(back_populates="addresses")
    address: Mapped[Address] = relationship(back_populates="tenants")


class ChatLink(Base):
    """A link that ties a chat to a tenant: who opens it and presses Start is that tenant.

    Kept by the keyed hash of its token, so that whoever reads the database cannot use it. A tenant has one at a time,
    and the first chat to use it keeps it.
    """

    __tablename__ = "chat_link"

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("address.id"))


class OptOut(Base):
    """A STOP, kept by the keyed hash of the address alone, so that it outlives the erasure of the person."""

    __tablename__ = "opt_out"
    __table_args__ = (
        Index(
            "uq_opt_out_in_force",
            "address_hash",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str]
    opted_out_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
