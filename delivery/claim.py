"""Taking messages out of the outbox to send them: look again whether each may leave, and record the try first."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from delivery.channel import Button, OutgoingMessage
from delivery.gate import Cancel, Circumstances, Hold, Send, Verdict, decide
from delivery.quiet_hours import start_of_month
from storage import attempts, conversations, leases, opt_outs, outbox, people, reach
from storage.database import Database, Work
from storage.models import OutboxMessage
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState, RowClass
from storage.policy import Policy, current_policy, segment_prices_since

LEASE = timedelta(minutes=3)
"""How long a worker has for one send: longer than any channel waits for its carrier."""


@dataclass(frozen=True)
class ClaimRules:
    """What claiming needs from outside.

    `channels` are those that this worker can send on; `team_only` is trial mode, `new_token` makes tokens nobody can
    guess, `mail_domain` ends our Message-IDs.
    """

    channels: frozenset[str]

    team_only: bool
    new_token: Callable[[], str]
    mail_domain: str


@dataclass(frozen=True)
class Claim:
    """A message that this worker, and nobody else, sends on `channel` until `lease_until` (UTC)."""

    channel: str
    message: OutgoingMessage
    lease_until: datetime


def claim(
    database: Database, now: datetime, limit: int, rules: ClaimRules, *, with_bulk: bool = True
) -> Sequence[Claim]:
    """Take up to `limit` due messages, most urgent first, each with its try recorded under a lease.

    The transaction is over when this returns; the calls to carriers come after it. Held messages get a new time,
    cancelled ones their reason, and those behind them are looked at in their place: nothing claimed means nothing due.
    """

    def look(work: Work) -> tuple[int, Sequence[Claim]]:
        # Two who claimed at once would each spend what is left of the month's money.
        leases.be_alone(work, "claim")
        messages = outbox.due(work, now, limit, rules.channels, with_bulk=with_bulk)
        return len(messages), _claim_among(work, messages, rules, now) if messages else []

    while True:
        due, claims = database.retrying(look)
        if claims or not due:
            return claims


def _claim_among(work: Work, messages: Sequence[OutboxMessage], rules: ClaimRules, now: datetime) -> Sequence[Claim]:
    gatekeeper = _Gatekeeper(work, messages, rules.team_only, now)
    passed = [message for message in messages if gatekeeper.lets_through(message)]
    lease_until = now + LEASE
    tokens = [rules.new_token() for _ in passed]
    attempts.begin(work, dict(zip(tokens, passed, strict=True)), now, lease_until)
    return [
        Claim(message.channel, _outgoing(message, token, rules.mail_domain), lease_until)
        for token, message in zip(tokens, passed, strict=True)
    ]


class _Gatekeeper:
    """Holds what one batch shares: the policy, who has opted out, and what the month has cost so far."""

    def __init__(self, work: Work, messages: Sequence[OutboxMessage], team_only: bool, now: datetime) -> None:
        addresses = {message.address_id for message in messages if message.address_id is not None}
        self._work = work
        self._policy: Policy = current_policy(work)
        self._states = people.address_states(work, addresses)
        self._opted_out = opt_outs.opted_out_among(work, addresses)
        conversation_ids = {message.conversation_id for message in messages if message.conversation_id is not None}
        self._with_nobody_left = reach.with_nobody_left(work, conversation_ids)
        self._team = people.holders_of(work, addresses, self._policy.team_numbers) if team_only else frozenset()
        self._spent_pence = spent_pence(work, self._policy, now)
        self._team_only = team_only
        self._now = now

    def lets_through(self, message: OutboxMessage) -> bool:
        """Whether the message leaves now; if not, the message says until when or why never."""
        match self._verdict(message):
            case Send():
                self._spent_pence += self._cost_pence(message)
                return True
            case Hold(until, reason):
                message.due_at, message.held_reason = until, reason
            case Cancel(reason):
                message.state, message.ended_reason = OutboxState.CANCELLED, reason
                self._give_up_conversation(message)
        return False

    def _give_up_conversation(self, message: OutboxMessage) -> None:
        """End a conversation whose first text will never leave, so that it does not stand in the way of the next."""
        if message.conversation_id is None:
            return
        conversation = conversations.by_id(self._work, message.conversation_id)
        if conversation.progress is Progress.INVITED:
            conversations.end(conversation, Progress.UNREACHABLE, self._now)

    def _verdict(self, message: OutboxMessage) -> Verdict:
        if message.address_id is None:  # mail to staff: none of the rules that protect tenants is about it
            return Send()
        circumstances = Circumstances(
            row_class=message.row_class,
            is_team=message.address_id in self._team,
            nobody_left=message.conversation_id in self._with_nobody_left,
            switched_on=message.channel != people.CHAT_CHANNEL or self._policy.telegram,
            expires_at=message.expires_at,
            opted_out=message.address_id in self._opted_out,
            address_state=self._states[message.address_id],
            costs_money=message.segments > 0,
            spent_pence_with_this=self._spent_pence + self._cost_pence(message),
            team_only=self._team_only,
        )
        return decide(circumstances, self._policy, self._now)

    def _cost_pence(self, message: OutboxMessage) -> Decimal:
        return message.segments * self._policy.segment_price_pence


def spent_pence(work: Work, policy: Policy, now: datetime) -> Decimal:
    """What this month's texts have cost or may yet cost, those under way included.

    Each segment counts at the price of the moment it was sent or at today's, whichever is higher: a price may be put
    right after the carrier has raised it, and one that falls makes nothing cheaper that was sent before.
    """
    prices = segment_prices_since(work, start_of_month(now, policy))
    ends = [*(start for start, _ in prices[1:]), datetime.max.replace(tzinfo=UTC)]
    return sum(
        (
            max(price, policy.segment_price_pence) * attempts.segments_handed_over(work, "sms", start, end)
            for (start, price), end in zip(prices, ends, strict=True)
        ),
        Decimal(),
    )


def _outgoing(message: OutboxMessage, token: str, mail_domain: str) -> OutgoingMessage:
    return OutgoingMessage(
        attempt=token,
        to=message.recipient,
        body=message.body,
        buttons=[Button(label, data) for label, data in message.buttons or ()],
        subject=message.subject,
        html=message.html,
        images={name: base64.b64decode(data) for name, data in (message.images or {}).items()},
        message_id=mail_message_id(message.dedupe_key, mail_domain) if message.row_class is RowClass.STAFF else None,
    )


def mail_message_id(dedupe_key: str, mail_domain: str) -> str:
    """The Message-ID of a mail: the same at every try, so that mail programs show one mail once (RFC 5322, 3.6.4)."""
    return f"<{sha256(dedupe_key.encode()).hexdigest()[:32]}@{mail_domain}>"
