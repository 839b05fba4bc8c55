"""Queries on inbound messages."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from storage.database import Work
from storage.insert_once import insert_once
from storage.models import Attachment, FetchMark, InboundMessage


def record(work: Work, message: InboundMessage) -> int | None:
    """Keep an inbound message; None when the carrier's id was seen before, and then nothing changes."""
    return insert_once(work.session, message)


def by_id(work: Work, message_id: int) -> InboundMessage | None:
    """One message that somebody sent us, if there is such a one."""
    return work.session.get(InboundMessage, message_id)


def by_channel_id(work: Work, channel: str, channel_message_id: str) -> InboundMessage | None:
    """The message that a carrier knows by this id."""
    statement = select(InboundMessage).where(
        InboundMessage.channel == channel, InboundMessage.channel_message_id == channel_message_id
    )
    return work.session.scalars(statement).one_or_none()


def has_written_since(work: Work, address_id: int, moment: datetime) -> bool:
    """Whether anything has come from an address that was written after this moment."""
    later = exists().where(InboundMessage.address_id == address_id, InboundMessage.received_at > moment)
    return work.session.scalar(select(later)) or False


def keep_attachment(work: Work, message_id: int, kind: str, reference: str, content_type: str | None) -> None:
    """Keep where to find a picture, a sound or the like that came with a message."""
    work.session.add(Attachment(message_id=message_id, kind=kind, reference=reference, content_type=content_type))


def attachments_of(work: Work, message_id: int) -> Sequence[Attachment]:
    """What came with a message, in the order of the message."""
    statement = select(Attachment).where(Attachment.message_id == message_id).order_by(Attachment.id)
    return work.session.scalars(statement).all()


def fetched_until(work: Work, channel: str) -> datetime | None:
    """Up to when the carrier's own list has been compared with ours; None when never."""
    mark = work.session.get(FetchMark, channel)
    return None if mark is None else mark.fetched_until


def set_fetched_until(work: Work, channel: str, until: datetime) -> None:
    """Remember up to when the carrier's own list has been compared with ours."""
    work.session.merge(FetchMark(channel=channel, fetched_until=until))
