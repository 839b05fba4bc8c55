"""Writing down how a send ended, and what that says about the address."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from delivery.channel import Moved, Rejected, Retry, SendResult, Sent, Unknown
from delivery.stopping import stop_texting
from storage import attempts, chats, conversations, people
from storage.database import Work
from storage.models import Attempt, OutboxMessage
from storage.models.consultations import Progress
from storage.models.outbox import ACCEPTED, AttemptResult, OutboxState
from storage.models.people import AddressState

MOST_RETRIES = 20
"""After this many tries that were certainly not accepted, some two hours of them, a person looks at it."""

FIRST_RETRY_DELAY = timedelta(seconds=2)
LONGEST_RETRY_DELAY = timedelta(minutes=10)

LONGEST_WAIT_ASKED_FOR = timedelta(days=1)
"""A carrier that tells us to wait for longer is not taken at its word."""

OPTED_OUT_CODE = "21610"
"""Twilio: the recipient has replied STOP to this sender."""

DEAD_NUMBER_CODES = frozenset({"21211", "21214", "21614", "30005", "30006"})
"""Twilio: not a valid number, not a mobile number, unknown destination, landline. 30003 may pass, so it is not here."""


CLOSED_CHAT_CODE = "403"
"""Telegram: the person has blocked the bot or deleted their account (HTTP 403)."""


def record_results(work: Work, results: Mapping[str, SendResult], now: datetime) -> None:
    """Write down the ends of the tries with these tokens.

    A callback may have been quicker; what it said is not undone. A worker that comes back after its lease ran out is
    still heard.
    """
    known = attempts.known_provider_ids(work, [each.provider_id for each in results.values() if isinstance(each, Sent)])
    for attempt in attempts.by_tokens(work, results):
        if attempt.result in (None, AttemptResult.UNKNOWN):
            attempt.ended_at = now
            _record(work, attempt, results[attempt.token], known, now)


def _record(work: Work, attempt: Attempt, result: SendResult, known: Collection[str], now: datetime) -> None:
    match result:
        case Sent(provider_id, arrived):
            if provider_id in known:
                _take_from_another(work, attempt, provider_id)
            _bind(attempt, provider_id)
            if arrived:
                mark_delivered(work, attempt.message, now)
        case Rejected(code, reason):
            _mark_rejected(work, attempt, code, reason, now)
        case Retry(reason, after_seconds):
            _mark_for_retry(attempt, reason, after_seconds, now)
        case Moved(to):
            _follow_chat(work, attempt, to, now)
        case Unknown(reason):
            mark_unknown(attempt, reason)


def mark_sent(work: Work, attempt: Attempt, provider_id: str) -> None:
    """Bind a try to the carrier's message, which proves that the text left, whatever we had thought."""
    _take_from_another(work, attempt, provider_id)
    _bind(attempt, provider_id)


def _bind(attempt: Attempt, provider_id: str) -> None:
    attempt.result, attempt.provider_id = AttemptResult.SENT, provider_id
    message = attempt.message
    message.sent_at = min(message.sent_at or attempt.started_at, attempt.started_at)
    if message.state not in ACCEPTED:
        message.state = OutboxState.SENT
        message.held_reason = message.ended_reason = None


def mark_delivered(work: Work, message: OutboxMessage, now: datetime) -> None:
    """Note that a message has arrived, and that a conversation's first one has."""
    message.state, message.ended_reason, message.delivered_at = OutboxState.DELIVERED, None, now
    if message.conversation_id is None:
        return
    conversation = conversations.by_id(work, message.conversation_id)
    if conversation.progress is Progress.INVITED:
        conversation.progress = Progress.DELIVERED


def _take_from_another(work: Work, attempt: Attempt, provider_id: str) -> None:
    """Undo what the carrier's list led us to believe: it knows no tries, and two messages may have the same words."""
    holder = attempts.by_provider_id(work, provider_id)
    if holder is None or holder is attempt:
        return
    holder.provider_id = None
    if holder.message is not attempt.message:
        holder.result = AttemptResult.UNKNOWN
        holder.message.state = OutboxState.UNKNOWN
    # The id must be free before another try can have it.
    work.session.flush()


def mark_unknown(attempt: Attempt, reason: str) -> None:
    """Note that nobody knows whether the carrier took it; `delivery.reconciliation` will find out."""
    attempt.result, attempt.reason = AttemptResult.UNKNOWN, reason
    if _is_awaited(attempt):
        attempt.message.state = OutboxState.UNKNOWN


def _is_awaited(attempt: Attempt) -> bool:
    """Whether the message still stands or falls with this try, and not with a later one or a callback."""
    message = attempt.message
    return message.state in (OutboxState.SENDING, OutboxState.UNKNOWN) and message.attempts[-1] is attempt


def _mark_rejected(work: Work, attempt: Attempt, code: str, reason: str, now: datetime) -> None:
    attempt.result, attempt.error_code, attempt.reason = AttemptResult.REJECTED, code, reason
    if not _is_awaited(attempt):
        return
    attempt.message.state = OutboxState.REJECTED
    attempt.message.ended_reason = f"{code}: {reason}"
    learn_from_error(work, attempt.message, code, now)


def _mark_for_retry(attempt: Attempt, reason: str, after_seconds: float | None, now: datetime) -> None:
    attempt.result, attempt.reason = AttemptResult.RETRY, reason
    if not _is_awaited(attempt):
        return
    message = attempt.message
    tries = len(message.attempts)
    if tries >= MOST_RETRIES:
        message.state = OutboxState.PARKED
        message.ended_reason = f"not accepted in {tries} tries: {reason}"
        return
    backoff = min(FIRST_RETRY_DELAY * 2 ** (tries - 1), LONGEST_RETRY_DELAY)
    message.state, message.sent_at = OutboxState.QUEUED, None
    message.due_at = now + max(backoff, _wait_asked_for(after_seconds))
    message.held_reason = reason


def _follow_chat(work: Work, attempt: Attempt, to: str, now: datetime) -> None:
    _mark_for_retry(attempt, "the chat has moved", None, now)
    message = attempt.message
    if message.address_id is not None and message.state is OutboxState.QUEUED:
        message.recipient = to
        chats.move(work, people.address_by_id(work, message.address_id), to)


def _wait_asked_for(after_seconds: float | None) -> timedelta:
    return timedelta(seconds=min(after_seconds or 0, LONGEST_WAIT_ASKED_FOR.total_seconds()))


def learn_from_error(work: Work, message: OutboxMessage, code: str, now: datetime) -> None:
    """Take from a carrier's error code what it says about the address, and end a conversation that cannot go on.

    21610 counts as a STOP: the person told the carrier. A first text that cannot be delivered makes the
    conversation unreachable.
    """
    if message.address_id is None:
        return
    if code == OPTED_OUT_CODE:
        stop_texting(work, people.address_by_id(work, message.address_id), now, now)
        return
    if code in DEAD_NUMBER_CODES or code == CLOSED_CHAT_CODE:
        people.address_by_id(work, message.address_id).state = AddressState.UNREACHABLE
    if message.conversation_id is None:
        return
    conversation = conversations.by_id(work, message.conversation_id)
    if conversation.progress is Progress.INVITED:
        conversations.end(conversation, Progress.UNREACHABLE, now)
