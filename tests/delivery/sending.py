"""What the tests of delivery send with: rules, a channel that ends as told, and a look at how a message stands."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from delivery.channel import Channel, OutgoingMessage, SendResult, Sent, SentRecord
from delivery.claim import Claim, ClaimRules, claim
from delivery.dispatch import Dispatcher
from delivery.receipts import take_receipt
from delivery.results import record_results
from sms.webhook import parse_receipt
from storage import conversations, outbox
from storage.database import Database
from storage.models import Attempt, OutboxMessage
from storage.models.consultations import Progress
from tests.clock import NOON, Clock
from tests.simulator.customer import Customer

_tokens = count(1)


def rules(*, team_only: bool = False) -> ClaimRules:
    """Live, unless `team_only`; tokens count upwards."""
    return ClaimRules(
        channels=frozenset({"sms", "telegram", "mail"}),
        team_only=team_only,
        new_token=lambda: f"attempt-{next(_tokens)}",
        mail_domain="derwent.example.org",
    )


def claim_all(database: Database, now: datetime = NOON, *, team_only: bool = False) -> Sequence[Claim]:
    """Claim what is due, up to a hundred messages."""
    return claim(database, now, 100, rules(team_only=team_only))


def claim_one(database: Database, now: datetime = NOON) -> str:
    """Claim the only message that is due; its attempt's token."""
    [claimed] = claim_all(database, now)
    return claimed.message.attempt


def record(database: Database, token: str, result: SendResult, now: datetime = NOON) -> None:
    """Write down how a try ended."""
    with database.work() as work:
        record_results(work, {token: result}, now)


def progress(database: Database, message_id: int) -> Progress:
    """How far the conversation of a message has come."""
    with database.reading() as work:
        return conversations.by_id(work, outbox.locked(work, message_id).conversation_id or 0).progress


def stored(database: Database, message_id: int) -> OutboxMessage:
    """A message with its tries, as the database has it now."""
    with database.reading() as work:
        return outbox.locked(work, message_id)


def attempts(database: Database) -> Sequence[Attempt]:
    """Every try, oldest first."""
    with database.reading() as work:
        return work.session.scalars(select(Attempt).order_by(Attempt.id)).all()


Ending = Callable[[OutgoingMessage], Awaitable[SendResult]]


@dataclass
class FakeChannel:
    """Ends every send as `ending` says; `sent` is what it was handed."""

    ending: Ending
    name: str = "sms"
    sent: list[OutgoingMessage] = field(default_factory=list)

    async def send(self, message: OutgoingMessage) -> SendResult:
        self.sent.append(message)
        return await self.ending(message)


def always(result: SendResult) -> Ending:
    """Every send ends with this result."""

    async def ending(_message: OutgoingMessage) -> SendResult:
        await asyncio.sleep(0)
        return result

    return ending


def accepting() -> Ending:
    """Every send is accepted, with an id of its own."""
    numbers: Iterator[int] = count(1)

    async def ending(_message: OutgoingMessage) -> SendResult:
        await asyncio.sleep(0)
        return Sent(f"SM{next(numbers):032}")

    return ending


@dataclass
class FakeList:
    """A carrier's list that holds what a test puts there. It checks what it is asked for."""

    records: Sequence[SentRecord] = ()
    asked: list[tuple[str, datetime]] = field(default_factory=list)

    async def list_sent(self, to: str, since: datetime) -> Sequence[SentRecord]:
        self.asked.append((to, since))
        return [record for record in self.records if record.to == to and record.created_at >= since]


class SilentList:
    """A carrier that cannot be asked."""

    async def list_sent(self, to: str, since: datetime) -> Sequence[SentRecord]:
        raise ConnectionError("the carrier is away")


async def send_due(database: Database, channel: Channel, clock: Clock) -> int:
    """Send one batch of what is due through a channel, to its end."""
    dispatcher = Dispatcher(database, {channel.name: channel}, rules(), clock)
    begun = await dispatcher.send_due()
    await dispatcher.finish()
    return begun


def take_callbacks(database: Database, customer: Customer, clock: Clock) -> None:
    """Take in every status callback that the network has posted so far, as the webhook would."""
    for post in customer.posts:
        [attempt] = parse_qs(urlsplit(post.url).query)["attempt"]
        form = {name: [value] for name, value in post.form.items()}
        with database.work() as work:
            take_receipt(work, parse_receipt(form, attempt), clock())
