"""An inbound message on its way through: what the steps that handle it hand to each other."""

from dataclasses import dataclass
from datetime import datetime

from delivery.channel import InboundText
from storage.models import Address

CARRIER_STOP = "STOP"
"""What a carrier calls a message that it has taken for an opt-out itself, whatever word the person used."""


@dataclass(frozen=True)
class Arrival:
    """A message that has been stored as `message_id` and is now acted on, at `now` (UTC).

    `answered_by_carrier` is true when the carrier has answered STOP, START or HELP itself.
    """

    message_id: int
    inbound: InboundText
    address: Address
    answered_by_carrier: bool
    now: datetime

    @property
    def words(self) -> str:
        """What the person said. A keyword of the carrier's own that means STOP is read as that word."""
        return CARRIER_STOP if self.inbound.opt_out_type == CARRIER_STOP else self.inbound.text
