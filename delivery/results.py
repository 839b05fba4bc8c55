"""Writing down how a send ended, and what that says about the address."""

from datetime import datetime, timedelta

from delivery.channel import Rejected, Retry, SendResult, Sent, Unknown
from storage import conversations, opt_outs, outbox, people
from storage.database import Work
from storage.models import Attempt, OutboxMessage
from storage.models.consultations import LIVE, Progress
from storage.models.outbox import AttemptResult, OutboxState
from storage.models.people import AddressState

MOST_RETRIES = 8
"""After this many tries that were certainly not accepted a person looks at it."""

FIRST_RETRY_DELAY = timedelta(seconds=2)
LONGEST_RETRY_DELAY = timedelta(minutes=10)

OPTED_OUT_CODE = "21610"
"""Twilio: the recipient has replied STOP to this sender."""

DEAD_NUMBER_CODES = frozenset({"21211", "21214", "21614", "30005", "30006"})
"""Twilio: not a valid number, not a mobile number, unknown destination, landline. 30003 may pass, so it is not here."""


def record_result(work: Work, token: str, result: SendResult, now: datetime) -> None:
    """Write down the end of the try with this token.

    A callback may have been quicker; what it said is not undone.
    """
    attempt = outbox.attempt_by_token(work, token)
    if attempt is None or attempt.ended_at is not None:
        return
    attempt.ended_at = now
    match result:
        case Sent(provider_id):
            mark_sent(attempt, provider_id)
        case Rejected(code, reason):
            _mark_rejected(work, attempt, code, reason, now)
        case Retry(reason, after_seconds):
            _mark_for_retry(attempt, reason, after_seconds, now)
        case Unknown(reason):
            mark_unknown(attempt, reason)


def mark_sent(attempt: Attempt, provider_id: str) -> None:
    """Bind a try to the carrier's message."""
    attempt.result, attempt.provider_id = AttemptResult.SENT, provider_id
    if attempt.message.state in (OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.QUEUED, OutboxState.PARKED):
        attempt.message.state = OutboxState.SENT
        attempt.message.ended_reason = None


def mark_unknown(attempt: Attempt, reason: str) -> None:
    """Note that nobody knows whether the carrier took it; `delivery.reconciliation` will find out."""
    attempt.result, attempt.reason = AttemptResult.UNKNOWN, reason
    if attempt.message.state is OutboxState.SENDING:
        attempt.message.state = OutboxState.UNKNOWN


def _mark_rejected(work: Work, attempt: Attempt, code: str, reason: str, now: datetime) -> None:
    attempt.result, attempt.error_code, attempt.reason = AttemptResult.REJECTED, code, reason
    attempt.message.state = OutboxState.REJECTED
    attempt.message.ended_reason = f"{code}: {reason}"
    learn_from_error(work, attempt.message, code, now)


def _mark_for_retry(attempt: Attempt, reason: str, after_seconds: float | None, now: datetime) -> None:
    attempt.result, attempt.reason = AttemptResult.RETRY, reason
    message = attempt.message
    tries = len(message.attempts)
    if tries >= MOST_RETRIES:
        message.state = OutboxState.PARKED
        message.ended_reason = f"not accepted in {tries} tries: {reason}"
        return
    backoff = min(FIRST_RETRY_DELAY * 2 ** (tries - 1), LONGEST_RETRY_DELAY)
    message.state, message.sent_at = OutboxState.QUEUED, None
    message.due_at = now + max(backoff, timedelta(seconds=after_seconds or 0))
    message.held_reason = reason


def learn_from_error(work: Work, message: OutboxMessage, code: str, now: datetime) -> None:
    """Take from a carrier's error code what it says about the address, and end a conversation that cannot go on.

    21610 counts as a STOP: the person told the carrier. A first text that cannot be delivered makes the
    conversation unreachable.
    """
    if message.address_id is None:
        return
    address = people.address_by_id(work, message.address_id)
    if code == OPTED_OUT_CODE:
        opt_outs.opt_out(work, address, now)
        outbox.cancel_queued(work, address.id, "opted out")
    elif code in DEAD_NUMBER_CODES:
        address.state = AddressState.UNREACHABLE
    if message.conversation_id is None:
        return
    conversation = conversations.by_id(work, message.conversation_id)
    if code == OPTED_OUT_CODE and conversation.progress in LIVE:
        conversations.end(conversation, Progress.REFUSED, now)
    elif conversation.progress is Progress.INVITED:
        conversations.end(conversation, Progress.UNREACHABLE, now)
