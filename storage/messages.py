"""Queries on inbound messages."""

from datetime import datetime

from storage.database import Work
from storage.insert_once import insert_once
from storage.models import FetchMark, InboundMessage


def record(work: Work, message: InboundMessage) -> int | None:
    """Keep an inbound message; None when the carrier's id was seen before, and then nothing changes."""
    return insert_once(work.session, message)


def fetched_until(work: Work, channel: str) -> datetime | None:
    """Up to when the carrier's own list has been compared with ours; None when never."""
    mark = work.session.get(FetchMark, channel)
    return None if mark is None else mark.fetched_until


def set_fetched_until(work: Work, channel: str, until: datetime) -> None:
    """Remember up to when the carrier's own list has been compared with ours."""
    work.session.merge(FetchMark(channel=channel, fetched_until=until))
