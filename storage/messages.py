"""Queries on inbound messages."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.database import Work
from storage.insert_once import insert_once
from storage.models import Attachment, FetchMark, InboundMessage


def record(work: Work, message: InboundMessage) -> int | None:
    """Keep an inbound message; None when the carrier's id was seen before, and then nothing changes."""
    return insert_once(work.session, message)


def keep_attachments(work: Work, message_id: int, attachments: Sequence[Attachment]) -> None:
    """Keep what came with a message that has just been recorded."""
    for attachment in attachments:
        attachment.message_id = message_id
    work.session.add_all(attachments)


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
