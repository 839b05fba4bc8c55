"""The network's memory: every text that passed through it, and what reached which phone."""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from simulator.account import Account
from simulator.records import Direction, Message, Refusal, Status
from simulator.segments import count_segments


class Ledger:
    """Keeps texts, and may be written and read from any thread; what it hands out never changes afterwards.

    `now` gives the time as an aware UTC datetime; `seed` goes into the message ids, so that two networks do not
    give out the same ones unless they have the same seed.
    """

    def __init__(self, account: Account, now: Callable[[], datetime], seed: int) -> None:
        self._account = account
        self._now = now
        self._seed = seed
        self._lock = threading.RLock()
        self._order = 0
        self._messages: dict[str, Message] = {}
        self._received: defaultdict[str, list[str]] = defaultdict(list)
        self._refusals: list[Refusal] = []

    def add_outbound(
        self,
        to: str,
        body: str,
        sender: str | None,
        messaging_service_sid: str | None = None,
        status_callback: str | None = None,
        carrier: bool = False,
    ) -> Message:
        """Keep a text to a phone: from the customer, or with `carrier` from the network itself.

        Without a `sender` the Messaging Service is to choose one; Twilio then says `accepted` and not `queued`.
        """
        status = Status.QUEUED if sender else Status.ACCEPTED
        with self._lock:
            message = self._new(Direction.OUTBOUND, sender, to, body, status, messaging_service_sid)
            return self._keep(replace(message, status_callback=status_callback, carrier=carrier))

    def add_inbound(self, phone: str, body: str, meaning: object, stop: bool) -> Message:
        """Keep a text that `phone` sent to the account's number."""
        service = self._account.messaging_service_sid
        with self._lock:
            message = self._new(Direction.INBOUND, phone, self._account.number, body, Status.RECEIVED, service)
            return self._keep(replace(message, sent=message.created, meaning=meaning, stop=stop))

    def mark(self, sid: str, status: Status, error_code: int | None = None) -> Message:
        """Move a text to `status`; unless it failed before sending, it now has a sender and a time of sending."""
        with self._lock:
            time = self._now()
            message = replace(self._messages[sid], status=status, error_code=error_code, updated=time)
            if status is not Status.FAILED:
                sender = message.sender or self._account.number
                message = replace(message, sent=message.sent or time, sender=sender)
            return self._keep(message)

    def mark_told(self, sid: str) -> None:
        """Note that the customer now knows of an inbound text; only the first time counts."""
        with self._lock:
            message = self._messages[sid]
            if message.direction is Direction.INBOUND and message.told_order is None:
                self._keep(replace(message, told_order=self._next_order()))

    def mark_received(self, sid: str) -> None:
        """Note that a text has reached its phone."""
        with self._lock:
            self._received[self._messages[sid].recipient].append(sid)

    def note_refusal(self, phone: str, code: int) -> None:
        """Note that a text to `phone` was refused at once with one of Twilio's codes."""
        with self._lock:
            self._refusals.append(Refusal(phone, code))

    def refusals(self) -> tuple[Refusal, ...]:
        """Return every text refused at once, in order."""
        with self._lock:
            return tuple(self._refusals)

    def find(self, sid: str) -> Message | None:
        """Return the customer's text with this id; the carrier's own texts are not the customer's to see."""
        with self._lock:
            message = self._messages.get(sid)
        return None if message is None or message.carrier else message

    def everything(self) -> tuple[Message, ...]:
        """Return every text, both directions and the carrier's own, in the order they entered the network."""
        with self._lock:
            return tuple(self._messages.values())

    def received(self, phone: str) -> tuple[Message, ...]:
        """Return what has reached `phone`, in the order it came."""
        with self._lock:
            return tuple(self._messages[sid] for sid in self._received.get(phone, ()))

    def _new(
        self,
        direction: Direction,
        sender: str | None,
        recipient: str,
        body: str,
        status: Status,
        messaging_service_sid: str | None,
    ) -> Message:
        order, time = self._next_order(), self._now()
        return Message(
            sid="SM" + hashlib.sha256(f"{self._seed} {order}".encode()).hexdigest()[:32],
            order=order,
            direction=direction,
            sender=sender,
            recipient=recipient,
            body=body,
            segments=count_segments(body),
            status=status,
            created=time,
            updated=time,
            messaging_service_sid=messaging_service_sid,
        )

    def _keep(self, message: Message) -> Message:
        self._messages[message.sid] = message
        return message

    def _next_order(self) -> int:
        self._order += 1
        return self._order
