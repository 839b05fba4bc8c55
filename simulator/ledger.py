"""The network's memory: every message that passed through it, and what reached whom."""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from simulator.records import Direction, Message, Refusal


class Ledger:
    """Keeps messages, and may be written and read from any thread; what it hands out never changes afterwards.

    `now` gives the time as an aware UTC datetime.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.RLock()
        self._order = 0
        self._messages: dict[int, Message] = {}
        self._orders: dict[str, int] = {}
        self._received: defaultdict[str, list[int]] = defaultdict(list)
        self._refusals: list[Refusal] = []

    def add(self, make: Callable[[int, datetime], Message]) -> Message:
        """Keep the message that `make` returns, which is told its order and the time."""
        with self._lock:
            message = self._keep(make(self._next_order(), self._now()))
            self._orders[message.sid] = message.order
            return message

    def change(self, message: Message, change: Callable[[Message, datetime], Message]) -> Message:
        """Put what `change` makes of a message, as it now stands and at what time, in its place."""
        with self._lock:
            return self._keep(change(self._messages[message.order], self._now()))

    def mark_told(self, message: Message) -> None:
        """Note that the customer now knows of an inbound message; only the first time counts."""
        with self._lock:
            current = self._messages[message.order]
            if current.direction is Direction.INBOUND and current.told_order is None:
                self._keep(replace(current, told=self._now(), told_order=self._next_order()))

    def mark_dropped(self, message: Message) -> None:
        """Note that the customer will not be told of an inbound message any more."""
        self.change(message, lambda current, _: replace(current, dropped=True))

    def mark_received(self, message: Message) -> None:
        """Note that a message has reached its recipient."""
        with self._lock:
            self._received[message.recipient].append(message.order)

    def note_refusal(self, address: str, code: int) -> None:
        """Note that a message to `address` was refused at once with one of the network's codes."""
        with self._lock:
            self._refusals.append(Refusal(address, code))

    def refusals(self) -> tuple[Refusal, ...]:
        """Return every message refused at once, in order."""
        with self._lock:
            return tuple(self._refusals)

    def find(self, sid: str) -> Message | None:
        """Return the customer's message with this id; the carrier's own texts are not the customer's to see."""
        with self._lock:
            message = self._messages.get(self._orders.get(sid, 0))
        return None if message is None or message.carrier else message

    def everything(self) -> tuple[Message, ...]:
        """Return every message, both directions and the carrier's own, in the order they entered the network."""
        with self._lock:
            return tuple(self._messages.values())

    def received(self, address: str) -> tuple[Message, ...]:
        """Return what has reached `address`, in the order it came."""
        with self._lock:
            return tuple(self._messages[order] for order in self._received.get(address, ()))

    def _keep(self, message: Message) -> Message:
        self._messages[message.order] = message
        return message

    def _next_order(self) -> int:
        self._order += 1
        return self._order
