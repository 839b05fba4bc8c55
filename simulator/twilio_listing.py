"""Which messages a list request asks for, and which page of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from simulator.records import Message

_DEFAULT_PAGE_SIZE, _LARGEST_PAGE_SIZE = 50, 1000
_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")


@dataclass(frozen=True)
class Listing:
    """A list request: its filters as sent, and the page asked for.

    A page begins where `page_token` says, which Twilio gives out; `page` is the client's own note of where it is
    and moves nothing.
    """

    filters: tuple[tuple[str, str], ...]
    page: int
    page_size: int
    page_token: str | None


def read_listing(query: Mapping[str, str]) -> Listing:
    """Return the request that a query string makes.

    Raises ValueError when a page, page size, page token or date cannot be read.
    """
    listing = Listing(
        filters=tuple((name, query[name]) for name in _FILTERS if name in query),
        page=int(query.get("Page", "0")),
        page_size=min(int(query.get("PageSize", _DEFAULT_PAGE_SIZE)), _LARGEST_PAGE_SIZE),
        page_token=query.get("PageToken"),
    )
    if listing.page < 0 or listing.page_size < 1:
        raise ValueError("Page is 0 or more and PageSize 1 or more.")
    return listing


def select(listing: Listing, newest_first: Sequence[Message]) -> tuple[list[Message], bool]:
    """Return the messages of the page asked for, and whether more follow.

    A message that has not been sent yet has no date, so a filter by date passes over it, as Twilio's does.
    Raises ValueError for a date that cannot be read or a page token that was never given out.
    """
    tests = [_test(name, value) for name, value in listing.filters]
    matching = [message for message in newest_first if all(test(message) for test in tests)]
    start = _start(matching, listing)
    end = start + listing.page_size
    return matching[start:end], end < len(matching)


def _start(matching: Sequence[Message], listing: Listing) -> int:
    if listing.page_token is None:
        return 0
    side, sid = listing.page_token[:2], listing.page_token[2:]
    position = [message.sid for message in matching].index(sid)
    return position + 1 if side == "PA" else max(position - listing.page_size, 0)


def _test(name: str, value: str) -> Callable[[Message], bool]:
    if name == "To":
        return lambda message: message.recipient == value
    if name == "From":
        return lambda message: message.sender == value
    first, last = _span(value)
    if name == "DateSent>":
        return lambda message: message.sent is not None and message.sent >= first
    if name == "DateSent<":
        return lambda message: message.sent is not None and message.sent <= last
    # Client libraries turn a day into its midnight, and Twilio takes either for the whole day.
    return lambda message: message.sent is not None and message.sent.date() == first.date()


def _span(value: str) -> tuple[datetime, datetime]:
    """The first and last moment a date filter means: a whole GMT day, or one second."""
    if len(value) == len("2026-11-20"):
        day = datetime.fromisoformat(value).replace(tzinfo=UTC)
        return day, day + timedelta(days=1) - timedelta.resolution
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        time = parsedate_to_datetime(value)
    if time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return time, time + timedelta(seconds=1) - timedelta.resolution
