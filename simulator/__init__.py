"""A pretend phone network on loopback, for tests and the demo: it knows Twilio's public HTTP contract only."""

from simulator.account import Account
from simulator.carrier import Conditions
from simulator.faults import Faults
from simulator.network import PhoneNetwork
from simulator.opt_out import OptOutMode
from simulator.records import Direction, Duplicate, Message, ReplySent, Status
from simulator.tenants import Reply, Tenant

__all__ = [
    "Account",
    "Conditions",
    "Direction",
    "Duplicate",
    "Faults",
    "Message",
    "OptOutMode",
    "PhoneNetwork",
    "Reply",
    "ReplySent",
    "Status",
    "Tenant",
]
