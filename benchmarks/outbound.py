"""Texts through the dispatcher to the pretend network, against a bare loop that makes the same requests."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from typing import Any

import aiohttp
from sqlalchemy import Engine, event

from benchmarks.databases import Databases
from benchmarks.landlord import ACCOUNT, NOW, PHONES, application_on, write_policy
from benchmarks.processes import wait_for_port
from delivery.dispatch import CONCURRENT_SENDS, Dispatcher
from service.wiring import Application
from sms.twilio_account import TwilioAccount
from sms.twilio_channel import open_twilio_channel
from storage import outbox, people
from storage.models import OutboxMessage
from storage.models.outbox import RowClass
from tests.given import free_port

TEXTS_EACH, ROUNDS = 2, 3
TEXTS = TEXTS_EACH * len(PHONES)
BODY = "Hi Ann, Derwent Living here about Coffee morning. Was it worth your time? Reply Y or N"
NOWHERE = "http://127.0.0.1:9"
"""Where status callbacks go: nobody listens there, so that they cost next to nothing."""


@dataclass
class Sending:
    """Texts a second of the dispatcher and of the bare loop, round by round, each beside the other."""

    database: str
    carrier_seconds: float
    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    round_trips: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Texts of ours for each of the bare loop's in the same time, the median of the rounds."""
        return median(ours / bare for ours, bare in zip(self.ours, self.bare, strict=True))


def queue_texts(databases: Databases) -> str:
    """A database in which `TEXTS` texts wait to leave; its URL."""
    url = databases.make()
    write_policy(url)
    database = application_on(url).database
    numbers = count()
    with database.work() as work:
        for phone in PHONES:
            address = people.address_of(work, "sms", phone)
            for _ in range(TEXTS_EACH):
                outbox.enqueue(work, _text(next(numbers), phone, address.id))
    database.close()
    return url


def _text(number: int, phone: str, address_id: int) -> OutboxMessage:
    return OutboxMessage(
        dedupe_key=f"benchmark:{number}",
        row_class=RowClass.REPLY,
        channel="sms",
        recipient=phone,
        address_id=address_id,
        text_id="opening",
        body=f"{BODY} ({number})",
        segments=1,
        created_at=NOW,
        due_at=NOW,
    )


def measure_outbound(databases: Databases, queued: str, carrier_seconds: float) -> Sending:
    """Run the rounds, alternating, against a carrier that takes so many seconds over each text."""
    sending = Sending(databases.name, carrier_seconds)
    for _ in range(ROUNDS):
        with running_carrier(carrier_seconds) as url:
            per_second, round_trips = _send_ours(databases.copy(queued), url)
        sending.ours.append(per_second)
        sending.round_trips.append(round_trips)
        with running_carrier(carrier_seconds) as url:
            sending.bare.append(TEXTS / asyncio.run(_send_bare(url)))
    return sending


@contextmanager
def running_carrier(seconds: float) -> Iterator[str]:
    """A network with nothing to remember yet, in a process of its own; gives its address."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.carrier", str(port), str(seconds)])
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _account(url: str) -> TwilioAccount:
    return TwilioAccount(ACCOUNT.sid, ACCOUNT.auth_token, NOWHERE, from_number=ACCOUNT.number, api_base_url=url)


def _send_ours(database_url: str, url: str) -> tuple[float, float]:
    """Texts a second, and round trips to the database for each hundred."""
    application = application_on(database_url)
    round_trips = _counting_round_trips(application.database.engine)
    seconds = asyncio.run(_dispatch(application, url))
    application.database.close()
    return TEXTS / seconds, len(round_trips) / TEXTS * 100


async def _dispatch(application: Application, url: str) -> float:
    async with open_twilio_channel(_account(url)) as channel:
        dispatcher = Dispatcher(application.database, {channel.name: channel}, application.claim_rules, application.now)
        began = time.perf_counter()
        begun = 0
        while sent := await dispatcher.send_due():
            begun += sent
        await dispatcher.finish()
        seconds = time.perf_counter() - began
    if begun != TEXTS:
        raise RuntimeError(f"{begun} texts were sent instead of {TEXTS}")
    return seconds


def _counting_round_trips(engine: Engine) -> Sequence[None]:
    """A list that grows by one with every statement, BEGIN and COMMIT sent from now on."""
    sent: list[None] = []

    def note(*_: Any) -> None:
        sent.append(None)

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", note)
    if engine.dialect.name == "postgresql":  # on SQLite, BEGIN is one of the statements
        event.listen(engine, "begin", note)
    return sent


async def _send_bare(url: str) -> float:
    """Seconds that the same requests take in a loop that does nothing else."""
    texts = iter([(phone, f"{BODY} ({number})") for number, phone in enumerate(PHONES * TEXTS_EACH)])
    account = _account(url)
    address = f"{url}/2010-04-01/Accounts/{ACCOUNT.sid}/Messages.json"
    authorization = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT.sid, ACCOUNT.auth_token)}

    async def send(session: aiohttp.ClientSession) -> None:
        for number, (phone, body) in enumerate(texts):
            form = {
                "To": phone,
                "From": ACCOUNT.number,
                "Body": body,
                "StatusCallback": account.status_callback(f"{number}"),
            }
            async with session.post(address, data=form) as answer:
                assert (await answer.json())["sid"]

    async with aiohttp.ClientSession(headers=authorization) as session:
        began = time.perf_counter()
        await asyncio.gather(*(send(session) for _ in range(CONCURRENT_SENDS)))
        return time.perf_counter() - began
