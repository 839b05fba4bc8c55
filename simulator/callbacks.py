"""What Twilio posts to its customer: status callbacks and inbound texts, each signed.

Source: Twilio's "Webhooks security" (X-Twilio-Signature), "Track the message status", "TwiML for messaging:
Twilio's request to your application" and "Webhooks: connection overrides" (one retry, for a connection that
cannot be made; 15 seconds in all; an HTTP error or a slow answer is not tried again).
"""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Mapping

import aiohttp

from simulator.account import Account
from simulator.opt_out import Keyword
from simulator.poster import Poster
from simulator.records import Message
from simulator.twilio_json import API_VERSION, media_path

_CONNECTIONS = 20
_TRIES = 2


def sign(auth_token: str, url: str, form: Mapping[str, str]) -> str:
    """Return the X-Twilio-Signature of a form posted to `url`, its query included.

    HMAC-SHA1, keyed by the auth token, of the URL followed by each field's name and value in order of the names.
    """
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


class Callbacks:
    """Posts to the customer over at most 20 connections at once.

    `seconds` is the time for one post, its retry included: Twilio's 15 unless a test is in a hurry. `media_base_url`
    is where media are fetched from; the network sets it once it serves.
    """

    def __init__(self, account: Account, poster: Poster, seconds: float) -> None:
        self.media_base_url = ""
        self._account = account
        self._poster = poster
        self._seconds = seconds
        self._places = asyncio.Semaphore(_CONNECTIONS)

    async def report_status(self, message: Message) -> bool:
        """Post the status of a text to its callback address, if it has one; say whether it was taken."""
        if message.status_callback is None:
            return False
        form = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "MessageStatus": message.status,
            "SmsStatus": message.status,
            "To": message.recipient,
            "From": message.sender or "",
            "AccountSid": self._account.sid,
            "ApiVersion": API_VERSION,
        }
        if message.messaging_service_sid is not None:
            form["MessagingServiceSid"] = message.messaging_service_sid
        if message.error_code is not None:
            form["ErrorCode"] = str(message.error_code)
        return await self._post(message.status_callback, form)

    async def deliver(self, url: str, message: Message, opt_out_type: Keyword | None) -> bool:
        """Post an inbound text to the number's webhook; say whether it was taken with a 2xx answer."""
        form = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsMessageSid": message.sid,
            "SmsStatus": message.status,
            "From": message.sender or "",
            "To": message.recipient,
            "Body": message.body,
            "NumMedia": str(len(message.media)),
            "NumSegments": str(message.segments),
            "AccountSid": self._account.sid,
            "ApiVersion": API_VERSION,
        }
        for place, media in enumerate(message.media):
            form[f"MediaUrl{place}"] = self.media_base_url + media_path(self._account, message, place)
            form[f"MediaContentType{place}"] = media.content_type
        if message.messaging_service_sid is not None:
            form["MessagingServiceSid"] = message.messaging_service_sid
        if opt_out_type is not None:
            form["OptOutType"] = opt_out_type
        return await self._post(url, form)

    async def _post(self, url: str, form: Mapping[str, str]) -> bool:
        async with self._places:
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._try(url, form)
            except (TimeoutError, aiohttp.ClientError):
                return False

    async def _try(self, url: str, form: Mapping[str, str]) -> bool:
        headers = {"X-Twilio-Signature": sign(self._account.auth_token, url, form)}
        for _ in range(_TRIES):
            try:
                return (await self._poster.post(url, headers, data=form)).is_success
            except aiohttp.ClientConnectorError:
                continue
        return False
