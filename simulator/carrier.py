"""What becomes of a text once it is accepted, and of a text that a phone sends."""

import asyncio
from collections.abc import Iterable

from simulator.callbacks import Callbacks
from simulator.conditions import Conditions
from simulator.hindrances import Hindrances, cause_of
from simulator.ledger import Ledger
from simulator.opt_out import Keyword, OptOut
from simulator.records import Message, Status
from simulator.script import Line, Reply
from simulator.tenants import NOT_A_NUMBER, OPTED_OUT, Tenant, Tenants
from simulator.texts import Texts
from simulator.twilio_requests import SendRequest
from simulator.work import Work

_SENDING_SECONDS, _DELIVERY_SECONDS = 0.5, 1.5


class Carrier:
    """Carries texts between the customer and the phones."""

    def __init__(
        self,
        ledger: Ledger,
        texts: Texts,
        tenants: Tenants,
        callbacks: Callbacks,
        opt_out: OptOut,
        work: Work,
        conditions: Conditions,
    ) -> None:
        self._ledger = ledger
        self._texts = texts
        self._tenants = tenants
        self._callbacks = callbacks
        self._opt_out = opt_out
        self._work = work
        self._conditions = conditions
        self._hindrances = Hindrances(conditions)

    def add_tenants(self, tenants: Iterable[Tenant]) -> None:
        """Connect people's phones, those who opted out before with their block."""
        for tenant in tenants:
            if tenant.failure == OPTED_OUT:
                self._opt_out.block(tenant.phone)

    def refusal(self, asked: SendRequest) -> int | None:
        """Return the code with which a text is refused at once, None when it is accepted.

        Where the Messaging Service is yet to choose a sender, a block is only found after accepting.
        """
        if self._tenants.failure(asked.to) == NOT_A_NUMBER:
            return NOT_A_NUMBER
        return OPTED_OUT if asked.sender and self._opt_out.is_blocked(asked.to) else None

    def accept(self, asked: SendRequest) -> Message:
        """Take a text from the customer and start carrying it."""
        message = self._texts.add_outbound(
            asked.to, asked.body, asked.sender, asked.messaging_service_sid, asked.status_callback
        )
        self._work.start(self._carry(message))
        return message

    def take(self, phone: str, reply: Reply) -> Message:
        """Take a text that a phone sends, act on STOP, START and HELP, and start handing it to the customer."""
        result = self._opt_out.take(phone, reply.text)
        message = self._texts.add_inbound(phone, reply)
        if result.answer is not None:
            answer = self._texts.add_outbound(phone, result.answer, message.recipient, carrier=True)
            self._ledger.mark_received(self._texts.mark(answer, Status.DELIVERED))
        self._work.start(self._hand_over(message, result.opt_out_type))
        return message

    async def _carry(self, message: Message) -> None:
        await self._report(message)
        await self._conditions.take(_SENDING_SECONDS)
        if self._opt_out.is_blocked(message.recipient):
            await self._report(self._texts.mark(message, Status.FAILED, OPTED_OUT))
            return
        sent = self._texts.mark(message, Status.SENT)
        reordered = self._strikes(self._conditions.faults.reordered_callback, "reordered", sent)
        if not reordered:
            await self._report(sent)
        await self._conditions.take(_DELIVERY_SECONDS)
        await self._report(self._arrive(sent))
        if reordered:
            await self._report(sent)

    def _arrive(self, message: Message) -> Message:
        failure = self._tenants.failure(message.recipient)
        if failure not in (None, OPTED_OUT):
            return self._texts.mark(message, Status.UNDELIVERED, failure)
        self._ledger.mark_received(message)
        line = self._tenants.next_line(message.recipient)
        if line is not None:
            self._work.start(self._answer(message.recipient, line))
        return self._texts.mark(message, Status.DELIVERED)

    async def _answer(self, phone: str, line: Line) -> None:
        await self._conditions.take(line.delay_seconds or 0.0)
        # What only a chat knows cannot be done on a phone.
        if isinstance(line, Reply):
            self.take(phone, line)

    async def _hand_over(self, message: Message, opt_out_type: Keyword | None) -> None:
        await self._hindrances.hold_up(message)
        url = self._conditions.inbound_url
        if url is None:
            return
        if await self._callbacks.deliver(url, message, opt_out_type):
            self._ledger.mark_told(message)
        self._hindrances.note_handed_over(message)
        if self._hindrances.comes_twice(message):
            await self._callbacks.deliver(url, message, opt_out_type)

    async def _report(self, message: Message) -> None:
        faults = self._conditions.faults
        if message.status_callback is None:
            return
        if self._strikes(faults.late_callback, "late", message):
            self._work.start(self._report_late(message, faults.late_seconds))
            return
        await self._callbacks.report_status(message)
        if self._strikes(faults.duplicate_callback, "duplicate", message):
            await self._callbacks.report_status(message)

    async def _report_late(self, message: Message, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._callbacks.report_status(message)

    def _strikes(self, rate: float, fault: str, message: Message) -> bool:
        return self._conditions.strikes(rate, f"{fault} {cause_of(message)}")
