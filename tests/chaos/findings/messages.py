"""Which messages are lost, ours and theirs."""

from collections import Counter
from collections.abc import Iterator, Mapping

from simulator import Kind, Message, Status
from storage import people
from storage.models import OutboxMessage
from storage.models.outbox import ACCEPTED, OutboxState
from tests.chaos.evidence import Evidence

_SAID = frozenset({Kind.TEXT, Kind.TAP, Kind.EDIT, Kind.START})


def ours_lost(evidence: Evidence) -> Iterator[str]:
    """Rows that have not ended, that claim what the network does not know, and texts that no row accounts for."""
    by_sid = {message.sid: message for message in evidence.accepted}
    refused = {refusal.phone for refusal in evidence.network.refusals}
    unbound = {words: list(messages) for words, messages in evidence.unbound.items()}
    for row in evidence.texts:
        yield from _faults_of(row, by_sid, refused)
        if _may_be_unbound(row) and unbound.get((row.recipient, row.body)):
            unbound[row.recipient, row.body].pop()
    for messages in unbound.values():
        yield from (f"the network accepted {message.sid}, and no row accounts for it" for message in messages)
    rows = Counter(row.id for sid, row in evidence.row_of.items() if sid in by_sid)
    yield from (f"row {row} was accepted {times} times" for row, times in rows.items() if times > 1)


def _may_be_unbound(row: OutboxMessage) -> bool:
    """Whether a row may have been accepted without our knowing its id: parked, or delivered by what a tap told us."""
    if row.state is OutboxState.PARKED:
        return True
    return row.state is OutboxState.DELIVERED and all(attempt.provider_id is None for attempt in row.attempts)


def _faults_of(row: OutboxMessage, by_sid: Mapping[str, Message], refused: set[str]) -> Iterator[str]:
    bound = [by_sid.get(attempt.provider_id) for attempt in row.attempts if attempt.provider_id is not None]
    if row.state in (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN):
        yield f"row {row.id} is still {row.state}"
    elif row.state in ACCEPTED and not bound and row.channel != people.CHAT_CHANNEL:
        yield f"row {row.id} is {row.state}, and we know no id of it"
    elif row.state is OutboxState.REJECTED and row.recipient not in refused:
        yield f"row {row.id} is rejected, and the network has refused nobody there"
    elif row.state in (OutboxState.CANCELLED, OutboxState.PARKED) and not row.ended_reason:
        yield f"row {row.id} is {row.state} without a reason"
    for message in bound:
        if message is None:
            yield f"row {row.id} has an id that the network does not know"
        elif (message.recipient, message.body) != (row.recipient, row.body):
            yield f"row {row.id} is bound to {message.sid}, which says something else or went elsewhere"
        elif row.state is OutboxState.DELIVERED and message.status is not Status.DELIVERED:
            yield f"row {row.id} is delivered, and the network has {message.sid} as {message.status}"
        elif row.state is OutboxState.UNDELIVERED and message.status not in (Status.UNDELIVERED, Status.FAILED):
            yield f"row {row.id} is undelivered, and the network has {message.sid} as {message.status}"


def theirs_lost(evidence: Evidence) -> Iterator[str]:
    """What people sent or did and is not stored once."""
    stored = Counter(row.channel_message_id for row in evidence.inbound)
    known = set()
    for message in evidence.network.inbound:
        if message.kind not in _SAID:
            continue
        known.add(message.sid)
        if message.dropped and message.told_order is None:
            continue
        if message.told_order is None:
            yield f"{message.sid} was never taken"
        if stored[message.sid] != 1:
            yield f"{message.sid} is stored {stored[message.sid]} times"
    yield from (f"{sid} is stored, and nobody has sent it" for sid in stored if sid not in known)
