"""The pictures and sounds that people sent by MMS: listed with a message, and fetched from Twilio for staff.

Source: Twilio docs, "Media subresource": an address below the message's, which leads on to where the file is stored.
"""

import asyncio
from http import HTTPStatus

import aiohttp
from twilio.base.exceptions import TwilioException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from delivery.channel import Attachment, MediaUnavailableError
from sms.attachments import attachment
from sms.twilio_account import TwilioAccount, watch_exchange

LIST_TIMEOUT_SECONDS = FETCH_TIMEOUT_SECONDS = 60.0

LARGEST_FILE_BYTES = 20 * 1024 * 1024
"""Four times what Twilio lets through in one MMS."""

_CHUNK_BYTES = 64 * 1024


async def list_attachments(client: Client, account: TwilioAccount, record: MessageInstance) -> tuple[Attachment, ...]:
    """What came with a message. Its record only counts them, so Twilio is asked for a list of its own.

    A list that Twilio does not have any more must not hold up what else was missed: that something came is kept.
    Raises what Twilio's client raises.
    """
    count = int(record.num_media or 0)
    if not count:
        return ()
    exchange = watch_exchange()
    try:
        async with asyncio.timeout(LIST_TIMEOUT_SECONDS):
            media = await client.messages(record.sid).media.list_async()
    except TwilioException:
        if exchange.status != HTTPStatus.NOT_FOUND:
            raise
        return tuple(attachment("", "") for _ in range(count))
    return tuple(attachment(account.api + medium.uri.removesuffix(".json"), medium.content_type) for medium in media)


class TwilioMedia:
    """Fulfils MediaSource; a reference is the MediaUrl of an MMS."""

    def __init__(self, account: TwilioAccount, largest_file_bytes: int = LARGEST_FILE_BYTES) -> None:
        self._account = account
        self._largest_file_bytes = largest_file_bytes

    async def fetch(self, reference: str) -> bytes:
        """The content of the file. Raises MediaUnavailableError.

        Nothing but our own account is asked: our password must not go anywhere else, whatever has been stored.
        """
        if not reference.startswith(f"{self._account.api}/2010-04-01/Accounts/{self._account.account_sid}/Messages/"):
            raise MediaUnavailableError("it is not in our Twilio account")
        try:
            async with asyncio.timeout(FETCH_TIMEOUT_SECONDS), aiohttp.ClientSession() as session:
                return await self._fetch(session, reference)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as fault:
            raise MediaUnavailableError(f"Twilio could not be asked ({type(fault).__name__})") from None

    async def _fetch(self, session: aiohttp.ClientSession, reference: str) -> bytes:
        password = aiohttp.encode_basic_auth(self._account.account_sid, self._account.auth_token)
        # Twilio leads on to another server, to which aiohttp does not take the password.
        async with session.get(reference, headers={"Authorization": password}, max_redirects=3) as answer:
            if answer.status != HTTPStatus.OK:
                raise _unavailable(answer.status)
            content = bytearray()
            async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
                content += chunk
                if len(content) > self._largest_file_bytes:
                    raise MediaUnavailableError("it is too large")
            return bytes(content)


def _unavailable(status: int) -> MediaUnavailableError:
    if status == HTTPStatus.NOT_FOUND:
        return MediaUnavailableError("Twilio no longer has it")
    return MediaUnavailableError(f"Twilio answers with HTTP {status}")
