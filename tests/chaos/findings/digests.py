"""Which manager has no digest, or two."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from storage.models.outbox import OutboxState
from tests.chaos.evidence import Evidence
from tests.chaos.installation import MANAGERS
from tests.chaos.mailbox import ShakyPostOffice


def digests_lost(evidence: Evidence, office: ShakyPostOffice) -> Iterator[str]:
    """Managers without the digest, or with more than one; and mails that have not ended, or not as the outbox says."""
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for recipient, message_id, _ in office.taken():
        ids[recipient].add(message_id)
    digests = Counter(row.recipient for row in evidence.mails if row.text_id == "digest")
    for manager in MANAGERS:
        if digests[manager] != 1:
            yield f"{manager} has {digests[manager]} digests in the outbox"
        if len(ids[manager]) != 1:
            yield f"{manager} was mailed under {len(ids[manager])} Message-IDs"
    for row in evidence.mails:
        if row.state not in (OutboxState.SENT, OutboxState.PARKED):
            yield f"mail {row.id} is {row.state}"
    taken = {message_id for _, message_id, _ in office.taken()}
    for row in evidence.mails:
        bound = {attempt.provider_id for attempt in row.attempts} - {None}
        yield from (f"mail {row.id} was sent as {each}, which never came" for each in bound - taken)
