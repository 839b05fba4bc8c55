"""What becomes of a text once it is accepted, and of a text that a phone sends."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.callbacks import Callbacks
from simulator.faults import Faults, strikes
from simulator.ledger import Ledger
from simulator.opt_out import Keyword, OptOut
from simulator.records import Message, Status
from simulator.tenants import NOT_A_NUMBER, OPTED_OUT, Reply, Tenant, Tenants
from simulator.twilio_requests import SendRequest
from simulator.work import Work

_SENDING_SECONDS, _DELIVERY_SECONDS = 0.5, 1.5


@dataclass
class Conditions:
    """What a caller may change while the network runs.

    `inbound_url` is the webhook of the account's number (None: texts from phones are only listed). `pace` scales
    the seconds that sending, delivering and replying take: 1 is life, 0 is at once.
    """

    faults: Faults
    inbound_url: str | None
    pace: float
    seed: int


class Carrier:
    """Carries texts between the customer and the phones."""

    def __init__(
        self, ledger: Ledger, callbacks: Callbacks, opt_out: OptOut, work: Work, conditions: Conditions
    ) -> None:
        self._ledger = ledger
        self._callbacks = callbacks
        self._opt_out = opt_out
        self._work = work
        self._conditions = conditions
        self._tenants = Tenants(conditions.seed)

    def add_tenants(self, tenants: Iterable[Tenant]) -> None:
        """Let people on to the network, those who opted out before with their block."""
        tenants = tuple(tenants)
        self._tenants.add(tenants)
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
        message = self._ledger.add_outbound(
            asked.to, asked.body, asked.sender, asked.messaging_service_sid, asked.status_callback
        )
        self._work.start(self._carry(message))
        return message

    def take_text(self, phone: str, text: str, meaning: object = None, stop: bool = False) -> Message:
        """Take a text that a phone sends, act on STOP, START and HELP, and start handing it to the customer."""
        result = self._opt_out.take(phone, text)
        message = self._ledger.add_inbound(phone, text, meaning, stop)
        if result.answer is not None:
            answer = self._ledger.add_outbound(phone, result.answer, message.recipient, carrier=True)
            self._ledger.mark(answer.sid, Status.DELIVERED)
            self._ledger.mark_received(answer.sid)
        self._work.start(self._hand_over(message, result.opt_out_type))
        return message

    async def _carry(self, message: Message) -> None:
        await self._report(message)
        await self._pass(_SENDING_SECONDS)
        if self._opt_out.is_blocked(message.recipient):
            await self._report(self._ledger.mark(message.sid, Status.FAILED, OPTED_OUT))
            return
        sent = self._ledger.mark(message.sid, Status.SENT)
        reordered = self._strikes(self._conditions.faults.reordered_callback, "reordered", sent)
        if not reordered:
            await self._report(sent)
        await self._pass(_DELIVERY_SECONDS)
        await self._report(self._arrive(sent))
        if reordered:
            await self._report(sent)

    def _arrive(self, message: Message) -> Message:
        failure = self._tenants.failure(message.recipient)
        if failure not in (None, OPTED_OUT):
            return self._ledger.mark(message.sid, Status.UNDELIVERED, failure)
        self._ledger.mark_received(message.sid)
        reply = self._tenants.next_reply(message.recipient)
        if reply is not None:
            self._work.start(self._reply(message.recipient, reply))
        return self._ledger.mark(message.sid, Status.DELIVERED)

    async def _reply(self, phone: str, reply: Reply) -> None:
        await self._pass(reply.delay_seconds or 0.0)
        self.take_text(phone, reply.text, reply.meaning, reply.stop)

    async def _hand_over(self, message: Message, opt_out_type: Keyword | None) -> None:
        url = self._conditions.inbound_url
        if url is None:
            return
        if await self._callbacks.deliver(url, message, opt_out_type):
            self._ledger.mark_told(message.sid)
        if self._strikes(self._conditions.faults.duplicate_webhook, "duplicate", message):
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
        cause = f"{fault} {message.status} {message.recipient} {message.sender} {message.body}"
        return strikes(rate, self._conditions.seed, cause)

    async def _pass(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self._conditions.pace)
