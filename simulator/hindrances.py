"""What befalls a webhook on its way to the customer: it comes late, after the next one, or twice."""

import asyncio
from collections import defaultdict

from simulator.conditions import Conditions
from simulator.records import Message


class Hindrances:
    """Holds webhooks up, by rate and seed; the same for every network."""

    def __init__(self, conditions: Conditions) -> None:
        self._conditions = conditions
        self._overtaken: defaultdict[str | None, list[asyncio.Event]] = defaultdict(list)

    async def hold_up(self, message: Message) -> None:
        """Return when the message may be handed to the customer."""
        faults = self._conditions.faults
        if self._strikes(faults.late_webhook, "late webhook", message):
            await asyncio.sleep(faults.late_seconds)
        if self._strikes(faults.reordered_webhook, "reordered webhook", message):
            await self._let_the_next_pass(message, faults.late_seconds)

    def note_handed_over(self, message: Message) -> None:
        """Let those go that were held up until a later message of the same sender has been handed over."""
        for event in self._overtaken.pop(message.sender, ()):
            event.set()

    def comes_twice(self, message: Message) -> bool:
        """Say whether the customer is told of the message again though it has answered."""
        return self._strikes(self._conditions.faults.duplicate_webhook, "duplicate", message)

    async def _let_the_next_pass(self, message: Message, seconds: float) -> None:
        passed = asyncio.Event()
        self._overtaken[message.sender].append(passed)
        try:
            async with asyncio.timeout(seconds):
                await passed.wait()
        except TimeoutError:
            return

    def _strikes(self, rate: float, fault: str, message: Message) -> bool:
        return self._conditions.strikes(rate, f"{fault} {cause_of(message)}")


def cause_of(message: Message) -> str:
    """Return what a fault that strikes a message is drawn from: what it is, and not when it came."""
    return f"{message.status} {message.recipient} {message.sender} {message.body}"
