"""A landlord online, with a town of tenants: everything is real but the phone network, and that speaks real HTTP.

The application is wired as in production and serves from waitress; its worker sends through the network's HTTP and
the post office's SMTP; the network posts replies and receipts back, signed. One clock, which tests move, holds for all.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_urlsafe
from threading import Event

from bot.receiving import set_webhook
from bot.telegram_account import open_bot
from consultations.chat_invitations import make_chat_invitations
from service.jobs import JOBS
from service.processes import serving, working
from service.wiring import Application, build_application, connect, telegram_account
from simulator import Account, BotAccount, Faults, OptOutMode, PhoneNetwork, Reply, Start, Tenant
from storage import outbox
from storage.migrations import upgrade
from storage.models import OutboxMessage
from storage.models.outbox import OutboxState
from tests.clock import Clock
from tests.conversations.landlord import Landlord
from tests.given import ACCOUNT_SID, AUTH_TOKEN, BOT_TOKEN, OUR_NUMBER, WEBHOOK_SECRET, free_port, settings_in
from tests.mail.post_office import PostOffice, open_post_office

SERVICE_SID = "MG" + "7" * 32
LOOK_EVERY_SECONDS = 0.005
LONGEST_WAIT_SECONDS = 15.0
MOST_ROUNDS = 60

_NO_FAULTS = Faults()


class Town:
    """What a test moves and looks at. Nothing runs until `serve`, `work` or `answer_phones` is entered."""

    def __init__(self, application: Application, landlord: Landlord, network: PhoneNetwork, office: PostOffice) -> None:
        self.application = application
        self.landlord = landlord
        self.network = network
        self.office = office
        self._running = ExitStack()

    def serve(self) -> None:
        """Put the webhooks online, until the test ends or `go_down`."""
        self._running.enter_context(serving(self.application, host="127.0.0.1"))

    def let_telegram_post(self) -> None:
        """Tell Telegram where to post what happens in chats, and let staff switch chat on."""
        self.landlord.set_policy(telegram=True)
        account = telegram_account(self.application.settings)
        assert account is not None

        async def tell() -> None:
            async with open_bot(account) as bot:
                await set_webhook(bot, self.application.settings.public_base_url or "", WEBHOOK_SECRET)

        asyncio.run(tell())

    def open_chat(self, tenant_ref: str, chat: str) -> None:
        """Let a tenant open the link that came in their letter."""
        [invitation] = make_chat_invitations(
            self.application.database, [tenant_ref], lambda: token_urlsafe(24), self.application.now()
        )
        self.network.act(chat, Start(invitation.token))

    def work(self) -> None:
        """Start the worker, until the test ends or `go_down`."""
        self._running.enter_context(working(self.application, Event()))

    def go_down(self) -> None:
        """Stop everything of ours, as at the end of a process."""
        self._running.close()

    def ask(self, *mobiles: str) -> None:
        """Hold an activity to which these tenants came, and queue its survey."""
        self.landlord.close("A1", [self.landlord.tenant(mobile) for mobile in mobiles])
        self.landlord.launch()
        self.application.wake.set()

    def tick(self) -> None:
        """Let every job of the clock come round once."""
        for job in JOBS:
            job.run(self.application)

    def settle(self) -> None:
        """Wait until nothing is due, nothing on its way, and no phone, receipt or reply under way."""
        wait_until(self._is_settled, "the town did not settle")

    def come_to_rest(self) -> None:
        """Let as much time pass as it takes for every message to end in one way or another."""
        for _ in range(MOST_ROUNDS):
            self.settle()
            if not self.texts_in(OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN):
                return
            self.landlord.wait(minutes=3)
            self.tick()
        raise AssertionError("the town did not come to rest")

    def texts_in(self, *states: OutboxState) -> list[OutboxMessage]:
        """The outbox rows in these states."""
        return [row for row in self.landlord.rows(OutboxMessage) if row.state in states]

    def phone(self, mobile: str) -> list[str]:
        """Everything that has reached a phone, the carrier's own texts included, in order."""
        return [message.body for message in self.network.received(mobile)]

    def _is_settled(self) -> bool:
        seen = self._seen()
        idle = self.network.idle()
        with self.application.database.reading() as work:
            quiet = outbox.is_quiet(work, self.application.now())
        # Between the two looks a text may have left and been answered; then there is more on the network than before.
        return idle and quiet and self.network.idle() and self._seen() == seen

    def _seen(self) -> tuple[int, int]:
        return len(self.network.messages), len(self.network.replies_sent)


@contextmanager
def open_town(
    directory: Path,
    clock: Clock,
    *tenants: Tenant,
    faults: Faults = _NO_FAULTS,
    mode: OptOutMode = OptOutMode.DEFAULT,
    trial_mode: bool = False,
    network_is_up: bool = True,
    database_url: str | None = None,
) -> Iterator[Town]:
    """A town with an empty database. Under Advanced Opt-Out the sender is a messaging service, as Twilio demands."""
    port, network_port, telegram_port = free_port(), free_port(), free_port()
    service = SERVICE_SID if mode is OptOutMode.ADVANCED else None
    account = Account(ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, service)
    base_url = f"http://127.0.0.1:{port}"
    network = PhoneNetwork(
        account,
        now=clock,
        seed=7,
        inbound_url=f"{base_url}/webhooks/twilio/inbound",
        opt_out_mode=mode,
        faults=faults,
        tenants=tenants,
        port=network_port,
        bot=BotAccount(BOT_TOKEN, "DerwentBot"),
        telegram_port=telegram_port,
        telegram_retry_seconds=0.02,
    )
    with ExitStack() as standing:
        office = standing.enter_context(open_post_office(PostOffice()))
        settings = settings_in(
            directory,
            **({"database_url": database_url} if database_url else {}),
            port=port,
            public_base_url=base_url,
            twilio_from=None if service else OUR_NUMBER,
            twilio_messaging_service_sid=service,
            twilio_api_base_url=f"http://127.0.0.1:{network_port}",
            twilio_opt_out_mode=mode,
            telegram_api_base_url=f"http://127.0.0.1:{telegram_port}",
            smtp_url=office.url("?starttls=never"),
            trial_mode=trial_mode,
        )
        database = connect(settings)
        upgrade(database)
        database.close()
        application = build_application(settings, clock)
        standing.callback(application.database.close)
        landlord = Landlord(application.database, clock)
        landlord.rules = application.rules
        if network_is_up:
            standing.enter_context(network)
        town = Town(application, landlord, network, office)
        standing.callback(town.go_down)
        yield town


def says(*texts: str | None) -> tuple[Reply | None, ...]:
    """A tenant's script: what they text back to each text they get, at once; None is silence."""
    return tuple(None if text is None else Reply(text, delay_seconds=0.0) for text in texts)


def wait_until(is_so: Callable[[], bool], complaint: str) -> None:
    """Look again and again until it is so. Raises AssertionError with the complaint when it takes too long."""
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, complaint
        time.sleep(LOOK_EVERY_SECONDS)
