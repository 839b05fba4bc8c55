"""What a caller may change while the network runs."""

import asyncio
from dataclasses import dataclass

from simulator.faults import Faults, strikes


@dataclass
class Conditions:
    """How the network behaves.

    `inbound_url` is the webhook of the account's number (None: texts from phones are only listed). `pace` scales
    the seconds that sending, delivering and replying take: 1 is life, 0 is at once. `accept_seconds` is how long it
    takes over each request to send a message before it accepts, at any pace.
    """

    faults: Faults
    inbound_url: str | None
    pace: float
    seed: int
    accept_seconds: float = 0.0

    def strikes(self, rate: float, cause: str) -> bool:
        """Say whether a fault of this rate happens to this cause."""
        return strikes(rate, self.seed, cause)

    async def take(self, seconds: float) -> None:
        """Let as much time pass as something of so many seconds takes at this pace."""
        await asyncio.sleep(seconds * self.pace)
