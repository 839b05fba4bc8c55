"""What carriers tell us later about a message. States only move forward."""

from datetime import datetime

from delivery.channel import Receipt
from delivery.results import learn_from_error, mark_delivered, mark_sent
from storage import attempts
from storage.database import Work
from storage.models import Attempt
from storage.models.outbox import OutboxState

_STATE_OF = {
    "delivered": OutboxState.DELIVERED,
    "undelivered": OutboxState.UNDELIVERED,
    "failed": OutboxState.UNDELIVERED,
}


def take_receipt(work: Work, receipt: Receipt, now: datetime) -> bool:
    """Apply a receipt; False when it is about no message of ours.

    A receipt proves that the carrier has the message, so it settles a send of which we did not know. A late
    "sent" changes nothing about a message already delivered, and nor does a failure: of two tries one arrived.
    """
    attempt = _attempt_of(work, receipt)
    if attempt is None:
        return False
    if attempt.provider_id is None:
        mark_sent(work, attempt, receipt.provider_id)
        attempt.ended_at = attempt.ended_at or now
    state = _STATE_OF.get(receipt.status)
    message = attempt.message
    if state is None or message.state in (OutboxState.DELIVERED, state):
        return True
    attempt.error_code = receipt.error_code
    if state is OutboxState.DELIVERED:
        mark_delivered(work, message, now)
    else:
        message.state = state
        message.ended_reason = f"carrier error {receipt.error_code or 'without a code'}"
        learn_from_error(work, message, receipt.error_code or "", now)
    return True


def _attempt_of(work: Work, receipt: Receipt) -> Attempt | None:
    by_token = attempts.by_token(work, receipt.attempt) if receipt.attempt else None
    return by_token or attempts.by_provider_id(work, receipt.provider_id)
