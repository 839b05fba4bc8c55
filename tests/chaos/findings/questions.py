"""Who was asked the same question twice."""

from collections import Counter
from collections.abc import Iterator

from storage.models import OutboxMessage
from storage.models.outbox import ACCEPTED
from tests.chaos.evidence import Evidence
from tests.chaos.findings.answers import chats_out_of_step
from tests.chaos.people import DONE

_PICKED = "picked:"


def asked_twice(evidence: Evidence) -> Iterator[str]:
    """Words that reached somebody twice, and questions put twice in the same form."""
    out_of_step = chats_out_of_step(evidence)
    done = Counter(m.sender for m in evidence.network.inbound if m.body == DONE and m.sender in out_of_step)
    for duplicate in evidence.network.duplicates:
        if duplicate.times > 1 + done[duplicate.phone]:
            yield f"{duplicate.phone} was sent the same words {duplicate.times} times"
    put = Counter(
        (row.conversation_id, row.recipient, row.question_id, row.text_id)
        for row in evidence.texts
        if row.question_id is not None and _was_accepted(row, evidence) and not row.text_id.startswith(_PICKED)
    )
    for (conversation, recipient, question, text_id), times in put.items():
        if times > 1 + done[recipient]:
            yield f"conversation {conversation} was asked {question} {times} times by {text_id}"


def _was_accepted(row: OutboxMessage, evidence: Evidence) -> bool:
    return row.state in ACCEPTED or (row.recipient, row.body) in evidence.unbound
