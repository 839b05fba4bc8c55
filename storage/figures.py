"""What a digest is about beside the tally, and keeping the digest itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload

from storage.database import Work
from storage.models import Alert, Consultation, Digest, InboxItem, OutboxMessage
from storage.models.outbox import OutboxState
from storage.outbox import enqueue


@dataclass(frozen=True)
class WaitingRows:
    """How much waits for a person: inbox items by reason, alerts by kind, and messages parked in the outbox."""

    inbox: dict[str, int]
    alerts: dict[str, int]
    parked: int


def any_launched_before(work: Work, moment: datetime) -> bool:
    """Whether any consultation had been launched by then."""
    return work.session.scalar(select(exists().where(Consultation.launched_at < moment))) or False


def consultations_between(
    work: Work, since: datetime, until: datetime, replied: Collection[int]
) -> Sequence[Consultation]:
    """Consultations that were open from `since` to just before `until` (UTC), and those in `replied`; oldest first."""
    statement = (
        select(Consultation)
        .options(joinedload(Consultation.activity), joinedload(Consultation.flow_version))
        .where(Consultation.launched_at < until, or_(Consultation.closes_at > since, Consultation.id.in_(replied)))
        .order_by(Consultation.id)
    )
    return work.session.scalars(statement).all()


def waiting_for_a_person(work: Work) -> WaitingRows:
    """How much waits for a person now."""
    inbox = select(InboxItem.reason, func.count()).where(InboxItem.settled_at.is_(None)).group_by(InboxItem.reason)
    alerts = select(Alert.kind, func.count()).where(Alert.acknowledged_at.is_(None)).group_by(Alert.kind)
    parked = select(func.count()).where(OutboxMessage.state == OutboxState.PARKED)
    return WaitingRows(
        dict(work.session.execute(inbox.order_by(InboxItem.reason)).all()),
        dict(work.session.execute(alerts.order_by(Alert.kind)).all()),
        work.session.scalar(parked) or 0,
    )


def newest_digest(work: Work, recipient: str) -> date | None:
    """The Monday of the latest week about which a digest has been queued for this recipient; None when none has."""
    return work.session.scalar(select(func.max(Digest.week_start)).where(Digest.recipient == recipient))


def queue_digest(work: Work, digest: Digest, message: OutboxMessage) -> bool:
    """Put a digest into the outbox and keep what it showed; False, changing nothing, when it is there already."""
    if not enqueue(work, message):
        return False
    digest.outbox_id = work.session.scalars(
        select(OutboxMessage.id).where(OutboxMessage.dedupe_key == message.dedupe_key)
    ).one()
    work.session.add(digest)
    work.session.flush()
    return True
