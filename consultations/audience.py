"""Who of those who took part can be asked, at which address, and who cannot and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from storage import opt_outs, people
from storage.database import Work
from storage.models import Address, Tenant
from storage.models.people import AddressState
from storage.people import CHAT_CHANNEL, PHONE_CHANNEL
from storage.policy import current_policy


class LeftOut(StrEnum):
    """Why somebody is not asked."""

    NO_LAWFUL_BASIS = "no lawful basis recorded"
    NO_ADDRESS = "no mobile number"
    UNREACHABLE = "number out of use"
    QUARANTINED = "number belongs to somebody else"
    OPTED_OUT = "opted out"


_STATE_REASONS = {
    AddressState.UNREACHABLE: LeftOut.UNREACHABLE,
    AddressState.QUARANTINED: LeftOut.QUARANTINED,
}


@dataclass(frozen=True)
class Household:
    """An address and everybody of the audience who shares it; they are asked once."""

    address: Address
    tenants: Sequence[Tenant]


@dataclass(frozen=True)
class Audience:
    """Whom to ask, and how many people are left out for which reason."""

    households: Sequence[Household]
    left_out: Counter[LeftOut] = field(default_factory=Counter)


def audience_of(work: Work, tenants: Sequence[Tenant]) -> Audience:
    """Sort people by the address they are reached on; everybody is either in a household or counted as left out.

    Each is reached on the channel they prefer, or else on another that is open to them.
    """
    channels = (PHONE_CHANNEL, CHAT_CHANNEL) if current_policy(work).telegram else (PHONE_CHANNEL,)
    addresses = people.current_addresses(work, [tenant.id for tenant in tenants])
    ids = {address.id for of_tenant in addresses.values() for address in of_tenant.values()}
    opted_out = opt_outs.opted_out_among(work, ids)
    left_out: Counter[LeftOut] = Counter()
    sharing: dict[int, list[Tenant]] = {}
    reached_at: dict[int, Address] = {}
    for tenant in tenants:
        found = _address_or_reason(tenant, _by_preference(tenant, addresses.get(tenant.id, {}), channels), opted_out)
        if isinstance(found, LeftOut):
            left_out[found] += 1
        else:
            reached_at[found.id] = found
            sharing.setdefault(found.id, []).append(tenant)
    return Audience([Household(reached_at[id_], those) for id_, those in sharing.items()], left_out)


def _by_preference(tenant: Tenant, addresses: Mapping[str, Address], channels: Sequence[str]) -> list[Address]:
    ordered = sorted(channels, key=lambda channel: channel != tenant.preferred_channel)
    return [addresses[channel] for channel in ordered if channel in addresses]


def _address_or_reason(tenant: Tenant, addresses: Sequence[Address], opted_out: frozenset[int]) -> Address | LeftOut:
    """The first address that may be written to; where there is none, why not at the one preferred."""
    if tenant.lawful_basis is None:
        return LeftOut.NO_LAWFUL_BASIS
    if not addresses:
        return LeftOut.NO_ADDRESS
    reasons = [_reason_against(address, opted_out) for address in addresses]
    open_ones = (address for address, reason in zip(addresses, reasons, strict=True) if reason is None)
    return next(open_ones, reasons[0] or LeftOut.NO_ADDRESS)


def _reason_against(address: Address, opted_out: frozenset[int]) -> LeftOut | None:
    return LeftOut.OPTED_OUT if address.id in opted_out else _STATE_REASONS.get(address.state)
