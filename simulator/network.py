"""The pretend phone network: a Twilio account and a Telegram bot on loopback, the people behind, and what was seen."""

from collections.abc import Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Self

from simulator.account import Account, BotAccount
from simulator.callbacks import Callbacks
from simulator.carrier import Carrier
from simulator.conditions import Conditions
from simulator.faults import Faults
from simulator.ledger import Ledger
from simulator.opt_out import OptOut, OptOutMode
from simulator.poster import Poster
from simulator.record import Record
from simulator.records import Message
from simulator.script import Line, Reply
from simulator.server import Server
from simulator.telegram import Telegram
from simulator.tenants import Tenant, Tenants
from simulator.texts import Texts
from simulator.twilio_api import TwilioApi
from simulator.work import Work

_TWILIOS_WEBHOOK_SECONDS = 15.0
_TELEGRAMS_WEBHOOK_SECONDS = 60.0
_TELEGRAMS_RETRY_SECONDS = 1.0
_NO_FAULTS = Faults()


class PhoneNetwork(Record):
    """A phone network that a customer of Twilio and Telegram cannot tell from them, and never a kinder one.

    Use it in a `with` statement, or start() and stop() it, once; afterwards it can still be read. It serves
    `base_url` and, with a `bot`, `telegram_base_url` on loopback from a thread of its own. Everything public may be
    called from any thread. What it has seen is in its Record.

    `now` gives an aware UTC datetime and is called from the network's thread. `seed` decides delays and faults.
    `pace` scales the seconds that delivering and replying take: 1 is life, 0 is at once. `inbound_url` is Twilio's
    webhook for texts from phones; Telegram's the bot sets by itself. `port` and `telegram_port` 0 take a free one.
    `webhook_seconds` and `telegram_webhook_seconds` are how long a webhook may take, `telegram_retry_seconds` is how
    soon Telegram first posts again what was not taken.
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
        bot: BotAccount | None = None,
        telegram_port: int = 0,
        telegram_webhook_seconds: float = _TELEGRAMS_WEBHOOK_SECONDS,
        telegram_retry_seconds: float = _TELEGRAMS_RETRY_SECONDS,
    ) -> None:
        super().__init__(Ledger(now), Tenants(seed))
        self.account = account
        self.bot = bot
        self.conditions = Conditions(faults, inbound_url, pace, seed)
        self._work = Work()
        self._poster = Poster()
        texts = Texts(account, self._ledger, seed)
        self._callbacks = Callbacks(account, self._poster, webhook_seconds)
        self._carrier = Carrier(
            self._ledger, texts, self._tenants, self._callbacks, OptOut(opt_out_mode), self._work, self.conditions
        )
        api = TwilioApi(account, self._ledger, self._carrier, self.conditions)
        self._server = Server(api.application, port)
        self._telegram: Telegram | None = None
        self._telegram_server: Server | None = None
        if bot is not None:
            self._telegram = Telegram(
                bot,
                self._ledger,
                self._tenants,
                self._poster,
                self._work,
                self.conditions,
                now,
                telegram_webhook_seconds,
                telegram_retry_seconds,
            )
            self._telegram_server = Server(self._telegram.application, telegram_port)
        self.add_tenants(tenants)

    @property
    def base_url(self) -> str:
        """The address to give a Twilio client instead of https://api.twilio.com; known once started."""
        return self._server.url

    @property
    def telegram_base_url(self) -> str:
        """The address to give a Telegram client instead of https://api.telegram.org; known once started.

        Raises ValueError on a network without a bot.
        """
        if self._telegram_server is None:
            raise ValueError("There is no Telegram on this network: give it a bot.")
        return self._telegram_server.url

    def start(self) -> None:
        """Serve, until stop(). Raises OSError when a port is taken."""
        self._work.open()
        try:
            self._work.wait_for(self._open())
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop serving; what is still under way is dropped, as when a network goes down."""
        for server in self._servers():
            self._work.wait_for(server.close())
        self._work.drop()
        self._work.wait_for(self._poster.close())
        self._work.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def add_tenants(self, tenants: Iterable[Tenant]) -> None:
        """Let people on to the network; a second script for a phone follows the first.

        Raises ValueError for a chat on a network without a bot.
        """
        tenants = tuple(tenants)
        if self._telegram is None and any(tenant.chat for tenant in tenants):
            raise ValueError("There is no Telegram on this network: give it a bot.")
        self._tenants.add(tenants)
        self._carrier.add_tenants(tenants)
        if self._telegram is not None:
            self._telegram.messenger.add_tenants(tenants)

    def act(self, address: str, line: Line) -> str:
        """Have whoever is at this phone number or chat id do what is in no script, at once; return the message's id.

        Raises ValueError for what cannot be done there, such as pressing Start on a phone.
        """
        if not address.startswith("+"):
            if self._telegram is None:
                raise ValueError("There is no Telegram on this network: give it a bot.")
            return self._telegram.messenger.act(address, line).sid
        if not isinstance(line, Reply):
            raise ValueError("A phone can only send texts.")
        return self._carrier.take(address, line).sid

    def text_from(self, address: str, text: str, meaning: object = None, stop: bool = False) -> str:
        """Have a phone or a chat send a text that is in no script; return its message id."""
        return self.act(address, Reply(text, meaning, stop))

    def restart_update_ids(self, number: int) -> None:
        """Number Telegram's updates from `number` on, as it does by itself after a quiet week.

        Raises ValueError on a network without a bot.
        """
        if self._telegram is None:
            raise ValueError("There is no Telegram on this network: give it a bot.")
        self._telegram.updates.restart(number)

    @property
    def unanswered_taps(self) -> tuple[Message, ...]:
        """Taps that the bot has not answered, so that the button still looks pressed."""
        return () if self._telegram is None else self._telegram.messenger.unanswered_taps()

    def idle(self) -> bool:
        """Say whether no message is on its way, no reply pending and no webhook or callback left to post."""
        return self._work.is_idle()

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait at most `timeout` real seconds for idle(); return whether it came to that."""
        return self._work.wait_until_idle(timeout)

    async def _open(self) -> None:
        await self._poster.open()
        for server in self._servers():
            await server.open()
        self._callbacks.media_base_url = self.base_url

    def _servers(self) -> tuple[Server, ...]:
        return tuple(server for server in (self._server, self._telegram_server) if server is not None)
