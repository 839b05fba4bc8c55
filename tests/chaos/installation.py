"""A landlord's installation under a pretend network: as a fleet on PostgreSQL, or as one process on SQLite."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.receiving import set_webhook
from bot.telegram_account import open_bot
from service.settings import Settings
from service.wiring import connect, telegram_account
from simulator import Account, BotAccount, Faults, PhoneNetwork
from storage import activities, people
from storage.database import Database
from storage.migrations import upgrade
from storage.models.people import LawfulBasis
from storage.policy import change_policy
from storage.tenant_upsert import TenantDetails, upsert_tenants
from tests.chaos.balancer import balancing
from tests.chaos.clock import SharedClock, start_clock
from tests.chaos.mailbox import ShakyPostOffice
from tests.chaos.people import Person
from tests.chaos.processes import Processes, open_processes
from tests.given import ACCOUNT_SID, AUTH_TOKEN, BOT_TOKEN, OUR_NUMBER, WEBHOOK_SECRET, free_port, settings_in
from tests.mail.post_office import open_post_office
from tests.postgres import Postgres, running_postgres


class Form(StrEnum):
    """How sowhat runs: a fleet, or everything in one process."""

    FLEET = "fleet"
    ONE = "one"


ROLES = {
    Form.FLEET: ("web", "web", "worker", "worker", "worker", "worker", "clock", "clock"),
    Form.ONE: ("run",),
}

RATE = 20.0
"""How many seconds of the clock pass in one real second."""

FAULTS = Faults(
    too_many_requests=0.04,
    server_error=0.01,
    drop_before_accepting=0.02,
    server_error_after_accepting=0.01,
    drop_after_accepting=0.02,
    hang_after_accepting=0.004,
    late_callback=0.05,
    duplicate_callback=0.05,
    reordered_callback=0.05,
    duplicate_webhook=0.05,
    late_webhook=0.05,
    reordered_webhook=0.05,
    late_seconds=1.0,
    hang_seconds=4.0,
)
MAILS_DROPPED = 0.4

FIRST_ACTIVITY, SECOND_ACTIVITY = "GARDEN-DAY", "SCRUTINY-PANEL"
MANAGERS = tuple(f"manager-{number}@derwent.example" for number in range(1, 6))
POLICY = {
    "landlord": "Derwent Living",
    "landlord_phone": "01632 960100",
    "digest_recipients": MANAGERS,
    "alert_recipients": ("duty@derwent.example",),
    "spending_cap_pence": 10_000_000,
    "telegram": True,
}


@dataclass(frozen=True)
class Installation:
    """Everything there is. `server` is PostgreSQL, None on SQLite."""

    form: Form
    directory: Path
    people: Sequence[Person]
    seed: int
    clock: SharedClock
    network: PhoneNetwork
    office: ShakyPostOffice
    processes: Processes
    database: Database
    server: Postgres | None


@contextmanager
def install(form: Form, directory: Path, tenants: Sequence[Person], seed: int, pace: float) -> Iterator[Installation]:
    """Set everything up in `directory`, which must be empty; our processes are not started yet.

    `pace` is how quickly the pretend tenants answer: 1 is life.
    """
    with ExitStack() as standing:
        clock = start_clock(directory / "clock", RATE)
        public_port = free_port()
        bot = BotAccount(BOT_TOKEN, "DerwentBot")
        network = PhoneNetwork(
            Account(ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER),
            now=clock,
            seed=seed,
            inbound_url=f"http://127.0.0.1:{public_port}/webhooks/twilio/inbound",
            faults=FAULTS,
            tenants=[person.pretend for person in tenants],
            pace=pace,
            bot=bot,
            telegram_retry_seconds=1 / RATE,
        )
        standing.enter_context(network)
        office = ShakyPostOffice(seed=seed, drops=MAILS_DROPPED)
        standing.enter_context(open_post_office(office))
        server = standing.enter_context(running_postgres()) if form is Form.FLEET else None
        settings = settings_in(
            directory,
            **({} if server is None else {"database_url": server.make_empty()}),
            port=public_port,
            public_base_url=f"http://127.0.0.1:{public_port}",
            twilio_api_base_url=network.base_url,
            telegram_api_base_url=network.telegram_base_url,
            smtp_url=office.url("?starttls=never"),
        )
        database = connect(settings)
        standing.callback(database.close)
        upgrade(database)
        _move_in(database, tenants, clock)
        _let_telegram_post(settings)
        processes = standing.enter_context(_processes_of(form, settings, directory))
        yield Installation(form, directory, tenants, seed, clock, network, office, processes, database, server)


@contextmanager
def _processes_of(form: Form, settings: Settings, directory: Path) -> Iterator[Processes]:
    """Our processes, down; where there are several webs, with a balancer before them at the public address."""
    with ExitStack() as standing:
        processes = standing.enter_context(open_processes())
        web_ports = []
        for role in ROLES[form]:
            own = settings
            if role == "web":
                web_ports.append(free_port())
                own = settings.model_copy(update={"port": web_ports[-1]})
            processes.add(role, own, directory, RATE)
        if web_ports:
            standing.enter_context(balancing(settings.port, web_ports))
        yield processes


def _move_in(database: Database, tenants: Sequence[Person], clock: SharedClock) -> None:
    """What staff have done before: policy, tenants, two activities and who came to which."""
    now = clock()
    with database.work() as work:
        change_policy(work, POLICY, "Gwen Pugh", now)
        upsert_tenants(work, [_details(person, clock) for person in tenants], now)
        titles = {FIRST_ACTIVITY: {"title": "Garden day"}, SECOND_ACTIVITY: {"title": "Scrutiny panel"}}
        activities.upsert_activities(work, titles, now)
        ids = people.tenant_ids(work)
        for ref in titles:
            activity = activities.by_ref(work, ref)
            assert activity is not None
            came = [ids[person.ref] for person in tenants if person.came_late is (ref == SECOND_ACTIVITY)]
            activities.record_attendance(work, activity.id, came, now)


def _details(person: Person, clock: SharedClock) -> TenantDetails:
    return TenantDetails(
        tenant_ref=person.ref,
        first_name=person.first_name,
        last_name="Beech",
        language="en",
        lawful_basis=LawfulBasis.CONSENT,
        basis_recorded_on=clock().date(),
        basis_evidence="sign-up sheet",
        mobile=person.phone,
    )


def _let_telegram_post(settings: Settings) -> None:
    account = telegram_account(settings)
    assert account is not None

    async def ask() -> None:
        async with open_bot(account) as bot:
            await set_webhook(bot, settings.public_base_url or "", WEBHOOK_SECRET)

    asyncio.run(ask())


def empty(directory: Path) -> None:
    """Make a folder that holds nothing."""
    if directory.exists():
        shutil.rmtree(directory)
    directory.mkdir(parents=True)
