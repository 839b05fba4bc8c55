"""Twilio's JSON for a message, its media, a page of either and an error."""

from collections.abc import Sequence
from email.utils import format_datetime
from urllib.parse import urlencode

from simulator.account import Account
from simulator.records import Direction, Message, Status
from simulator.texts import media_sid

API_VERSION = "2010-04-01"

_PRICED = (Status.SENT, Status.DELIVERED, Status.UNDELIVERED, Status.RECEIVED)

_ERROR_MESSAGES = {
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    21610: "Attempt to send to unsubscribed recipient",
}


def messages_path(account: Account) -> str:
    """Return the path of the account's messages, without `.json`."""
    return f"/{API_VERSION}/Accounts/{account.sid}/Messages"


def media_path(account: Account, message: Message, place: int) -> str:
    """Return the path of one of the media of an MMS, counted from 0, without `.json`."""
    return f"{messages_path(account)}/{message.sid}/Media/{media_sid(message, place)}"


def message_json(message: Message, account: Account) -> dict[str, object]:
    """Return the Message resource as Twilio's API answers it.

    There is no price before sending, and no sender and no count of segments while a Messaging Service has still
    to choose a sender.
    """
    path = f"{messages_path(account)}/{message.sid}"
    return {
        "account_sid": account.sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": format_datetime(message.created),
        "date_sent": None if message.sent is None else format_datetime(message.sent),
        "date_updated": format_datetime(message.updated),
        "direction": message.direction.value,
        "error_code": message.error_code,
        "error_message": _ERROR_MESSAGES.get(message.error_code) if message.error_code else None,
        "from": message.sender,
        "messaging_service_sid": message.messaging_service_sid,
        "num_media": str(len(message.media)),
        "num_segments": str(message.segments) if message.sender else "0",
        "price": _price(message, account),
        "price_unit": "GBP",
        "sid": message.sid,
        "status": message.status.value,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": message.recipient,
        "uri": f"{path}.json",
    }


def page_json(
    messages: Sequence[Message],
    account: Account,
    filters: Sequence[tuple[str, str]],
    page: int,
    page_size: int,
    more: bool,
) -> dict[str, object]:
    """Return one page of a list as Twilio's API answers it.

    `filters` are the query's own name and value pairs, repeated in every page's address; `more` says whether
    another page follows this one.
    """

    def address(number: int, token: str | None = None) -> str:
        query = [*filters, ("PageSize", str(page_size)), ("Page", str(number))]
        if token is not None:
            query.append(("PageToken", token))
        return f"{messages_path(account)}.json?{urlencode(query)}"

    start = page * page_size
    return {
        "first_page_uri": address(0),
        "next_page_uri": address(page + 1, f"PA{messages[-1].sid}") if more else None,
        "previous_page_uri": address(page - 1, f"PB{messages[0].sid}") if page and messages else None,
        "uri": address(page),
        "page": page,
        "page_size": page_size,
        "start": start,
        "end": start + max(len(messages) - 1, 0),
        "messages": [message_json(message, account) for message in messages],
    }


def media_json(message: Message, place: int, account: Account) -> dict[str, object]:
    """Return the Media resource of one of the media of an MMS, counted from 0, as Twilio's API answers it.

    Source: Twilio's "Media subresource".
    """
    return {
        "account_sid": account.sid,
        "content_type": message.media[place].content_type,
        "date_created": format_datetime(message.created),
        "date_updated": format_datetime(message.created),
        "parent_sid": message.sid,
        "sid": media_sid(message, place),
        "uri": f"{media_path(account, message, place)}.json",
    }


def media_page_json(message: Message, account: Account) -> dict[str, object]:
    """Return the list of the media of a message, which at ten at most always fits one page."""
    address = f"{messages_path(account)}/{message.sid}/Media.json?PageSize=50&Page=0"
    return {
        "first_page_uri": address,
        "next_page_uri": None,
        "previous_page_uri": None,
        "uri": address,
        "page": 0,
        "page_size": 50,
        "start": 0,
        "end": max(len(message.media) - 1, 0),
        "media_list": [media_json(message, place, account) for place in range(len(message.media))],
    }


def error_json(status: int, code: int, message: str) -> dict[str, object]:
    """Return the body of a refusal as Twilio's API answers it."""
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def _price(message: Message, account: Account) -> str | None:
    if message.status not in _PRICED:
        return None
    inbound = message.direction is Direction.INBOUND
    each = account.pounds_per_segment_in if inbound else account.pounds_per_segment
    return f"{-each * message.segments:.5f}"
