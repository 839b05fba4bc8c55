"""Taking in what the webhook missed while we were down, from the carrier's own list."""

from collections.abc import Callable
from datetime import datetime, timedelta

from conversations.inbound import take_in
from conversations.rules import ConversationRules
from delivery.channel import InboundMessages
from storage import messages
from storage.database import Database

OVERLAP = timedelta(minutes=10)
"""How far each look reaches back behind the one before, since a carrier's list may lag; repeats change nothing."""


async def take_in_missed(
    database: Database,
    channel: str,
    carrier: InboundMessages,
    rules: ConversationRules,
    now: Callable[[], datetime],
) -> int:
    """Compare the carrier's list with ours and take in what is missing; how many messages that was.

    The first look of a new database only notes the time: what came before it was not meant for us.

    Raises:
        ConnectionError: the carrier cannot be asked; the next look reaches back as far.
    """
    asked_at = now()
    with database.reading() as work:
        since = messages.fetched_until(work, channel)
    taken = 0
    if since is not None:
        # A mark in the future was made by a clock that was fast: what came since is before it.
        for text in await carrier.list_inbound(min(since, asked_at) - OVERLAP):
            taken += take_in(database, text, rules, now()).message_id is not None
    with database.work() as work:
        messages.set_fetched_until(work, channel, asked_at)
    return taken
