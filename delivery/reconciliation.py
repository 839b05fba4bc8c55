"""Settling the sends of which nobody knows: look for them on the carrier's list, send again once, then ask a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from delivery.channel import Receipt, SentMessages, SentRecord
from delivery.receipts import take_receipt
from delivery.results import mark_unknown
from storage import attempts, outbox
from storage.database import Database, Work
from storage.models import Attempt, OutboxMessage
from storage.models.outbox import OutboxState, RowClass

LISTED_WITHIN = timedelta(minutes=15)
"""A message not on the carrier's list by then was not accepted; before, the list may just be behind."""

CLOCK_DIFFERENCE = timedelta(minutes=65)
"""How far the carrier's clock may be behind ours, and its whole seconds: a machine that got a clock change wrong is an
hour fast, and must not take for lost what the carrier lists as an hour old."""

MOST_SENDS = 2


@dataclass(frozen=True)
class _Unknown:
    message_id: int
    channel: str
    recipient: str
    last_try: datetime


def expire_leases(database: Database, now: datetime) -> None:
    """Call unknown every try whose worker has not come back in time."""

    def expire(work: Work) -> None:
        for attempt in attempts.abandoned(work, now):
            attempt.ended_at = now
            mark_unknown(attempt, "the worker did not come back")

    database.retrying(expire)


async def settle_unknown(database: Database, lists: Mapping[str, SentMessages], now: datetime) -> None:
    """Settle each unknown message as far as can be known now.

    `lists` has the carriers that can be asked, by channel. Mail may go out a second time, since it carries the
    same Message-ID; a channel without a list leaves the matter to a person. No transaction is open while a
    carrier is asked; a carrier that cannot be asked is asked again at the next call.
    """
    for unknown in _all_unknown(database):
        carrier = lists.get(unknown.channel)
        listed: Sequence[SentRecord] = ()
        if carrier is not None:
            try:
                listed = await carrier.list_sent(unknown.recipient, unknown.last_try - CLOCK_DIFFERENCE)
            except ConnectionError:
                continue
        database.retrying(partial(_settle_if_unknown, unknown.message_id, listed, carrier is not None, now))


def _all_unknown(database: Database) -> Sequence[_Unknown]:
    with database.reading() as work:
        return [
            _Unknown(message.id, message.channel, message.recipient, message.attempts[-1].started_at)
            for message in outbox.unknown_messages(work)
        ]


def _settle_if_unknown(
    message_id: int, listed: Sequence[SentRecord], can_be_listed: bool, now: datetime, work: Work
) -> None:
    message = outbox.locked(work, message_id)
    if message.state is OutboxState.UNKNOWN:
        _settle(work, message, listed, can_be_listed=can_be_listed, now=now)


def _settle(
    work: Work, message: OutboxMessage, listed: Sequence[SentRecord], *, can_be_listed: bool, now: datetime
) -> None:
    last = message.attempts[-1]
    alike = [record for record in listed if record.body == message.body]
    known = attempts.known_provider_ids(work, [record.provider_id for record in alike])
    matches = [record for record in alike if record.provider_id not in known]
    if len(matches) == 1:
        take_receipt(work, Receipt(last.token, matches[0].provider_id, matches[0].status), now)
    elif matches:
        _park(message, "the carrier lists more than one message that could be this one")
    elif message.row_class is RowClass.STAFF:
        _send_again_once(message, now)
    elif not can_be_listed:
        _park(message, "nobody can tell whether it was sent")
    elif now - last.started_at >= LISTED_WITHIN:
        _send_again_once(message, now)


def _send_again_once(message: OutboxMessage, now: datetime) -> None:
    if _unknown_tries(message.attempts) >= MOST_SENDS:
        _park(message, "sent twice without an answer from the carrier")
        return
    message.state, message.due_at, message.sent_at = OutboxState.QUEUED, now, None
    message.held_reason = "no answer from the carrier to the first try"


def _unknown_tries(attempts: Sequence[Attempt]) -> int:
    return sum(attempt.result == "unknown" for attempt in attempts)


def _park(message: OutboxMessage, reason: str) -> None:
    message.state, message.ended_reason = OutboxState.PARKED, reason
