"""The demo's main job: an activity is closed, tenants are asked, their replies become a manager's digest."""

import asyncio
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

from bot.receiving import set_webhook
from bot.telegram_account import open_bot
from service.demo.cast import make_cast
from service.demo.clock import LeapingClock, last_tuesday_morning
from service.demo.figures import Comparison, compare
from service.demo.folder import MAIL_FROM, renew_folder
from service.demo.landlord_files import bring_files, read_activities
from service.demo.mailbox import Mailbox
from service.demo.stages import Stages, Watching
from service.demo.transcript import save_transcripts
from service.processes import serving, ticking, working
from service.settings import Settings
from service.wiring import Application, build_application, connect, telegram_account
from simulator import Account, BotAccount, Faults, PhoneNetwork
from storage.migrations import upgrade
from storage.policy import Policy, change_policy

LANDLORD = "Demo Homes"
POLICY = {
    "landlord": LANDLORD,
    "landlord_phone": "01632 960100",
    "digest_recipients": ("manager@demo-homes.example",),
    "spending_cap_pence": 100_000,
    "alert_recipients": ("duty@demo-homes.example",),
    "telegram": True,
}
OUR_NUMBER = "+447700900999"

FAULTS = Faults(
    too_many_requests=0.03,
    server_error=0.01,
    drop_before_accepting=0.01,
    drop_after_accepting=0.02,
    late_callback=0.02,
    duplicate_callback=0.03,
    reordered_callback=0.03,
    duplicate_webhook=0.05,
    late_seconds=0.5,
)
"""An ordinary bad day on the network: more goes wrong than on most days, so that the demo shows it is survived."""

PACE = 0.002
"""How fast the pretend phones answer: five minutes become 0.6 seconds."""

TELEGRAM_RETRY_SECONDS = 0.05
"""How soon the pretend Telegram posts again what was not taken."""

CLOCK_PACE = 0.03
"""How fast the jobs come round: ten seconds become 0.3."""


@dataclass(frozen=True)
class Demo:
    """A demo that has run to its digest and still stands."""

    application: Application
    network: PhoneNetwork
    mailbox: Mailbox
    comparison: Comparison
    seconds: float

    @property
    def digest_path(self) -> Path:
        """The last digest, as mailed."""
        return self.mailbox.digests[-1][1]


@contextmanager
def run_demo(directory: Path, tenants: int, seed: int, real_now: datetime, watching: Watching) -> Iterator[Demo]:
    """Run the whole thing in `directory`, which is emptied first; everything stays up until the block ends.

    `watching` opens what is told of each stage and how far it is, several times a second, while the story is played.

    Raises:
        DemoError: it cannot begin here, or a stage did not come to its end in time.
    """
    began = time.monotonic()
    activities = read_activities()
    renew_folder(directory)
    clock = LeapingClock(last_tuesday_morning(real_now, Policy().time_zone))
    cast = make_cast(tenants, seed)
    web_port, mail_port = free_ports(2)
    account = Account(sid=f"AC{secrets.token_hex(16)}", auth_token=secrets.token_hex(16), number=OUR_NUMBER)
    bot = BotAccount(token=f"7000001:{secrets.token_urlsafe(24)}", username="DemoHomesBot")
    with ExitStack() as standing:
        network = standing.enter_context(
            PhoneNetwork(
                account,
                now=clock,
                seed=seed,
                inbound_url=f"http://127.0.0.1:{web_port}/webhooks/twilio/inbound",
                faults=FAULTS,
                tenants=cast.phones,
                pace=PACE,
                bot=bot,
                telegram_retry_seconds=TELEGRAM_RETRY_SECONDS,
            )
        )
        mailbox = standing.enter_context(Mailbox(directory / "mail", mail_port))
        settings = _settings(directory, account, bot, network, web_port, mail_port)
        application = _open(settings, clock)
        standing.callback(application.database.close)
        today = clock().astimezone(ZoneInfo(Policy().time_zone)).date()
        bring_files(application.database, cast.people, activities, directory, clock(), today)
        standing.enter_context(serving(application, host="127.0.0.1"))
        _let_telegram_post_to(application)
        standing.enter_context(working(application, Event()))
        standing.enter_context(ticking(application, CLOCK_PACE))
        with watching() as watch:
            Stages(application, cast.people, network, mailbox, clock, watch).play()
        save_transcripts(network, cast, LANDLORD, directory)
        comparison = compare(network, application.database, cast, len(mailbox.digests))
        yield Demo(application, network, mailbox, comparison, time.monotonic() - began)


def _let_telegram_post_to(application: Application) -> None:
    settings, account = application.settings, telegram_account(application.settings)
    assert account is not None
    assert settings.public_base_url is not None
    assert settings.telegram_webhook_secret is not None
    url, secret = settings.public_base_url, settings.telegram_webhook_secret.get_secret_value()

    async def ask() -> None:
        async with open_bot(account) as bot:
            await set_webhook(bot, url, secret)

    asyncio.run(ask())


def free_ports(count: int) -> list[int]:
    """Ports on loopback that nobody listens on."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


def _settings(
    directory: Path, account: Account, bot: BotAccount, network: PhoneNetwork, web_port: int, mail_port: int
) -> Settings:
    """Settings as a landlord would have them, written to `.env` too, so that the commands work in `directory`."""
    values = {
        "DATABASE_URL": f"sqlite:///{directory.resolve() / 'sowhat.db'}",
        "SECRET_KEY": secrets.token_urlsafe(32),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{web_port}",
        "PORT": str(web_port),
        "TRIAL_MODE": "false",
        "TWILIO_ACCOUNT_SID": account.sid,
        "TWILIO_AUTH_TOKEN": account.auth_token,
        "TWILIO_FROM": account.number,
        "TWILIO_API_BASE_URL": network.base_url,
        "TELEGRAM_BOT_TOKEN": bot.token,
        "TELEGRAM_WEBHOOK_SECRET": secrets.token_urlsafe(32),
        "TELEGRAM_API_BASE_URL": network.telegram_base_url,
        "SMTP_URL": f"smtp://127.0.0.1:{mail_port}?starttls=never",
        "MAIL_FROM": MAIL_FROM,
    }
    (directory / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")
    return Settings.model_validate({name.lower(): value for name, value in values.items()})


def _open(settings: Settings, clock: LeapingClock) -> Application:
    """A fresh database with its policy, and the application on it. Draft translations may be used: nobody is texted."""
    database = connect(settings)
    upgrade(database)
    with database.work() as work:
        change_policy(work, POLICY, changed_by="demo", now=clock())
    database.close()
    return build_application(settings, clock, drafts_allowed=True)
