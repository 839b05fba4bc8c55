"""Queries on what needs a person: alerts, and the inbox of staff."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from storage.database import Work
from storage.insert_once import insert_once
from storage.models import Alert, InboundMessage, InboxItem


def raise_alert(work: Work, alert: Alert) -> int | None:
    """Keep an alert once per message and kind; its id, or None when it was raised before."""
    return insert_once(work.session, alert)


def has_open_alert(work: Work, address_id: int, kind: str, since: datetime) -> bool:
    """Whether an alert of this kind from an address, raised at this moment or later, waits for a person."""
    waiting = (
        select(Alert.id)
        .join(InboundMessage, InboundMessage.id == Alert.message_id)
        .where(
            InboundMessage.address_id == address_id,
            Alert.kind == kind,
            Alert.raised_at >= since,
            Alert.acknowledged_at.is_(None),
        )
    )
    return work.session.scalar(waiting.limit(1)) is not None


def hand_to_person(work: Work, item: InboxItem) -> None:
    """Put something into the inbox of staff, once per message and reason."""
    insert_once(work.session, item)


def open_inbox(work: Work) -> Sequence[InboxItem]:
    """What waits for a person, oldest first, with the message it is about."""
    statement = (
        select(InboxItem)
        .options(joinedload(InboxItem.message))
        .where(InboxItem.settled_at.is_(None))
        .order_by(InboxItem.raised_at, InboxItem.id)
    )
    return work.session.scalars(statement).all()


def open_alerts(work: Work) -> Sequence[Alert]:
    """Alerts that nobody has acknowledged, oldest first."""
    return work.session.scalars(select(Alert).where(Alert.acknowledged_at.is_(None)).order_by(Alert.id)).all()


def alerts_of(work: Work, message_id: int) -> Sequence[Alert]:
    """The alerts raised over a message, acknowledged ones too."""
    return work.session.scalars(select(Alert).where(Alert.message_id == message_id).order_by(Alert.id)).all()


def inbox_items_of(work: Work, message_id: int) -> Sequence[InboxItem]:
    """What a person has or had to settle about a message."""
    statement = select(InboxItem).where(InboxItem.message_id == message_id).order_by(InboxItem.id)
    return work.session.scalars(statement).all()


def locked_alert(work: Work, alert_id: int) -> Alert | None:
    """One alert, locked, if there is such a one."""
    return work.session.scalars(select(Alert).where(Alert.id == alert_id).with_for_update()).one_or_none()


def locked_inbox_item(work: Work, item_id: int) -> InboxItem | None:
    """One thing for a person to settle, locked, if there is such a one."""
    return work.session.scalars(select(InboxItem).where(InboxItem.id == item_id).with_for_update()).one_or_none()
