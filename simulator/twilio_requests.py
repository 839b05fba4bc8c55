"""The form that asks Twilio to send a text, and what Twilio refuses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from simulator.account import Account

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_LONGEST_BODY = 1600


class TwilioError(Exception):
    """A request that is refused: the HTTP status, Twilio's error code and its sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True)
class SendRequest:
    """A text to send; without a `sender` the Messaging Service chooses it."""

    to: str
    body: str
    sender: str | None
    messaging_service_sid: str | None
    status_callback: str | None


def read_send_request(form: Mapping[str, str], account: Account) -> SendRequest:
    """Return what a form of Twilio's CreateMessageRequest asks for.

    Raises TwilioError with Twilio's code for a field that is missing or wrong. Source: Twilio's error dictionary,
    21211 to 21701.
    """
    to, body = form.get("To", ""), form.get("Body", "")
    sender, service = form.get("From") or None, form.get("MessagingServiceSid") or None
    callback = form.get("StatusCallback") or None
    refusals = (
        (not to, 21604, "A 'To' phone number is required."),
        (not sender and not service, 21603, "A 'From' phone number is required."),
        (service not in (None, account.messaging_service_sid), 21701, "The Messaging Service does not exist."),
        (sender not in (None, account.number), 21606, "The 'From' number is not one of your account's."),
        (not body, 21602, "Message body is required."),
        (len(body) > _LONGEST_BODY, 21617, "The message body exceeds the 1600 character limit."),
        (not _E164.fullmatch(to), 21211, "Invalid 'To' Phone Number"),
        (to == account.number, 21266, "'To' and 'From' number cannot be the same"),
        (callback and not _is_web_address(callback), 21609, "The 'StatusCallback' URL is not valid."),
    )
    for refused, code, message in refusals:
        if refused:
            raise TwilioError(400, code, message)
    return SendRequest(to, body, sender, service, callback)


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
