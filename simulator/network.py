"""The pretend phone network: a Twilio account on loopback, the phones behind it, and what was seen of both."""

from collections.abc import Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from simulator.account import Account
from simulator.callbacks import Callbacks
from simulator.carrier import Carrier, Conditions
from simulator.faults import Faults
from simulator.findings import find_duplicates, find_texts_after_stop, from_customer
from simulator.ledger import Ledger
from simulator.opt_out import OptOut, OptOutMode
from simulator.records import Direction, Duplicate, Message, Refusal, ReplySent, Status
from simulator.tenants import Tenant
from simulator.twilio_api import TwilioApi
from simulator.work import Work

_TWILIOS_WEBHOOK_SECONDS = 15.0
_NO_FAULTS = Faults()


class PhoneNetwork:
    """A phone network that a customer of Twilio cannot tell from Twilio, and never a kinder one.

    Use it in a `with` statement, or start() and stop() it, once; afterwards it can still be read. It serves
    `base_url` on loopback from a thread of its own. Everything public may be called from any thread.

    `now` gives an aware UTC datetime and is called from the network's thread. `seed` decides delays and faults.
    `pace` scales the seconds that delivering and replying take: 1 is life, 0 is at once. `inbound_url` is the
    webhook for texts from phones. `port` 0 takes a free one. `webhook_seconds` is how long a webhook may take.
    """

    def __init__(
        self,
        account: Account,
        *,
        now: Callable[[], datetime],
        seed: int,
        inbound_url: str | None = None,
        opt_out_mode: OptOutMode = OptOutMode.DEFAULT,
        faults: Faults = _NO_FAULTS,
        tenants: Iterable[Tenant] = (),
        pace: float = 0.0,
        port: int = 0,
        webhook_seconds: float = _TWILIOS_WEBHOOK_SECONDS,
    ) -> None:
        self.account = account
        self.conditions = Conditions(faults, inbound_url, pace, seed)
        self._port = port
        self._work = Work()
        self._ledger = Ledger(account, now, seed)
        self._callbacks = Callbacks(account, webhook_seconds)
        self._carrier = Carrier(self._ledger, self._callbacks, OptOut(opt_out_mode), self._work, self.conditions)
        self._api = TwilioApi(account, self._ledger, self._carrier, self.conditions)
        self._runner = web.AppRunner(self._api.application, access_log=None, shutdown_timeout=0.1)
        self.add_tenants(tenants)

    @property
    def base_url(self) -> str:
        """The address to give a Twilio client instead of https://api.twilio.com; known once started."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Serve, until stop(). Raises OSError when the port is taken."""
        self._work.open()
        try:
            self._work.wait_for(self._serve())
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop serving; what is still under way is dropped, as when a network goes down."""
        self._work.wait_for(self._runner.cleanup())
        self._work.drop()
        self._work.wait_for(self._callbacks.close())
        self._work.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def add_tenants(self, tenants: Iterable[Tenant]) -> None:
        """Let people on to the network; a second script for a phone follows the first."""
        self._carrier.add_tenants(tenants)

    def text_from(self, phone: str, text: str, meaning: object = None, stop: bool = False) -> str:
        """Have `phone` send a text that is in no script; return its message id."""
        return self._carrier.take_text(phone, text, meaning, stop).sid

    def idle(self) -> bool:
        """Say whether no text is on its way, no reply pending and no webhook or callback left to post."""
        return self._work.is_idle()

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait at most `timeout` real seconds for idle(); return whether it came to that."""
        return self._work.wait_until_idle(timeout)

    @property
    def messages(self) -> tuple[Message, ...]:
        """Every text accepted for a phone, in order; `carrier` marks the network's own (STOP, START, HELP)."""
        return tuple(m for m in self._ledger.everything() if m.direction is Direction.OUTBOUND)

    def received(self, phone: str) -> tuple[Message, ...]:
        """What has reached `phone`, in the order it came, the carrier's own texts included and marked."""
        return self._ledger.received(phone)

    def conversation(self, phone: str) -> tuple[Message, ...]:
        """What passed to and from `phone`, in the order in which it entered the network."""
        return tuple(m for m in self._ledger.everything() if phone in (m.sender, m.recipient))

    @property
    def replies_sent(self) -> tuple[ReplySent, ...]:
        """Every text that a phone sent, in order, with what its script says was meant."""
        return tuple(
            ReplySent(message.sender or "", message.body, message.meaning, message.sid, message.created)
            for message in self._inbound()
        )

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Every text that was refused at once and so never entered the network, in order."""
        return self._ledger.refusals()

    @property
    def untold(self) -> tuple[Message, ...]:
        """Texts from phones that the customer has neither taken by webhook nor listed: lost, so far."""
        return tuple(message for message in self._inbound() if message.told_order is None)

    @property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Words that the customer had accepted more than once for the same phone."""
        return find_duplicates(self._ledger.everything())

    @property
    def texts_after_stop(self) -> tuple[Message, ...]:
        """The customer's texts accepted after it knew that the phone had asked to stop, until START or UNSTOP.

        A customer may confirm a stop once, so up to one text a phone here is no fault.
        """
        return find_texts_after_stop(self._ledger.everything())

    @property
    def segments_out(self) -> int:
        """Segments of the customer's texts; one that failed before it was sent counts nothing."""
        sent = (m for m in from_customer(self._ledger.everything()) if m.status is not Status.FAILED)
        return sum(message.segments for message in sent)

    @property
    def segments_in(self) -> int:
        """Segments of the texts that phones sent."""
        return sum(message.segments for message in self._inbound())

    async def _serve(self) -> None:
        await self._callbacks.open()
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    def _inbound(self) -> list[Message]:
        return [m for m in self._ledger.everything() if m.direction is Direction.INBOUND]
