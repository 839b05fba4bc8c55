"""Who of those who took part can be asked, at which address, and who cannot and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from storage import opt_outs, people
from storage.database import Work
from storage.models import Address, Tenant
from storage.models.people import AddressState

CHANNEL = "sms"


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
    """Sort people by the address they are reached on; everybody is either in a household or counted as left out."""
    addresses = people.current_addresses(work, [tenant.id for tenant in tenants], CHANNEL)
    opted_out = opt_outs.opted_out_among(work, {address.id for address in addresses.values()})
    left_out: Counter[LeftOut] = Counter()
    sharing: dict[int, list[Tenant]] = {}
    for tenant in tenants:
        reason = _reason_to_leave_out(tenant, addresses.get(tenant.id), opted_out)
        if reason is None:
            sharing.setdefault(addresses[tenant.id].id, []).append(tenant)
        else:
            left_out[reason] += 1
    return Audience([Household(addresses[those[0].id], those) for those in sharing.values()], left_out)


def _reason_to_leave_out(tenant: Tenant, address: Address | None, opted_out: frozenset[int]) -> LeftOut | None:
    if tenant.lawful_basis is None:
        return LeftOut.NO_LAWFUL_BASIS
    if address is None:
        return LeftOut.NO_ADDRESS
    if address.id in opted_out:
        return LeftOut.OPTED_OUT
    return _STATE_REASONS.get(address.state)
