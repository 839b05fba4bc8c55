"""Text messages through Twilio's Messages API: sending, and listing what was sent and received.

Source: Twilio's OpenAPI description of the Messages resource; error codes from Twilio's Error and Warning Dictionary.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from delivery.channel import (
    InboundText,
    OutgoingMessage,
    Rejected,
    Retry,
    SendResult,
    Sent,
    SentRecord,
    Unknown,
)
from sms.segments import normalise_text
from sms.statuses import RECEIPT_STATUSES
from sms.twilio_account import Exchange, TwilioAccount, open_client, watch_exchange
from sms.twilio_media import list_attachments

SEND_TIMEOUT_SECONDS = 20.0
LIST_TIMEOUT_SECONDS = 60.0
PAGE_SIZE = 1000

# Nothing is wrong with the message and none was taken: a wrong token (20003), a suspended account (20005), a wrong
# account SID (20404), too many requests (20429), the sender's queue full (21611). Refusing for good would lose a
# whole launch to one mistake in the settings.
_NOT_ABOUT_THE_MESSAGE = {20003, 20005, 20404, 20429, 21611}
_NOT_ABOUT_THE_MESSAGE_STATUSES = {401, 429}

_NETWORK_FAULTS = (aiohttp.ClientError, TimeoutError, OSError)
# What the SDK raises over an answer that is not the JSON it expects.
_UNREADABLE_ANSWERS = (TwilioException, ValueError, TypeError, AttributeError, KeyError)

# Twilio filters by the day or the second a message was *sent*, which may lie outside the time it was created.
_FILTER_MARGIN = timedelta(days=1)


class TwilioChannel:
    """Fulfils Channel, SentMessages and InboundMessages. Made by `open_twilio_channel`."""

    name = "sms"

    def __init__(self, client: Client, account: TwilioAccount, send_timeout_seconds: float) -> None:
        self._client = client
        self._account = account
        self._send_timeout_seconds = send_timeout_seconds

    async def send(self, message: OutgoingMessage) -> SendResult:
        """Hand one text to Twilio; the body goes out in NFC, as `count_segments` counts it.

        Rejected.code is Twilio's error code (21610: the person has opted out).
        """
        exchange = watch_exchange()
        try:
            async with asyncio.timeout(self._send_timeout_seconds):
                created = await self._create(message)
        except (TwilioRestException, TwilioServiceException) as refusal:
            return _refused(_code(refusal), exchange)
        except UnicodeEncodeError:
            return Rejected(code="unsendable", reason="The text holds characters that no message can carry.")
        except _NETWORK_FAULTS as fault:
            return _interrupted(fault, exchange)
        except _UNREADABLE_ANSWERS:
            return Unknown("Twilio answered with something that is not a message.")
        if not created.sid:
            return Unknown("Twilio answered with a message that has no SID.")
        return Sent(created.sid)

    async def list_sent(self, to: str, since: datetime) -> Sequence[SentRecord]:
        """Messages to `to` created at or after `since`, to the second.

        Asks for everything ever sent to that one number: a filter on the date would leave out what is not yet sent.
        """
        with _asking_for_a_list():
            return [
                _sent_record(record, since)
                for record in await self._list(since, to=to)
                if record.direction != "inbound"
            ]

    async def list_inbound(self, since: datetime) -> Sequence[InboundText]:
        """Messages received at or after `since`, to the second, oldest first; they carry no `opt_out_type`.

        With a messaging service as sender, those to any of its numbers.
        """
        filters = {"to": self._account.from_number} if self._account.from_number else {}
        with _asking_for_a_list():
            records = await self._list(since, date_sent_after=since.astimezone(UTC) - _FILTER_MARGIN, **filters)
            # Twilio lists the newest first, and its times are whole seconds: within one, the list's order decides.
            ours = [record for record in reversed(records) if self._is_for_us(record)]
            texts = [await self._inbound_text(record, since) for record in ours]
        return sorted(texts, key=lambda text: text.received_at)

    async def _create(self, message: OutgoingMessage) -> MessageInstance:
        sender = (
            {"from_": self._account.from_number}
            if self._account.from_number
            else {"messaging_service_sid": self._account.messaging_service_sid}
        )
        return await self._client.messages.create_async(
            to=message.to,
            body=normalise_text(message.body),
            status_callback=self._account.status_callback(message.attempt),
            **sender,
        )

    async def _list(self, since: datetime, **filters: object) -> list[MessageInstance]:
        async with asyncio.timeout(LIST_TIMEOUT_SECONDS):
            records = await self._client.messages.list_async(page_size=PAGE_SIZE, **filters)
        # Twilio's times have no fraction of a second.
        return [record for record in records if _created(record, since) >= since.replace(microsecond=0)]

    async def _inbound_text(self, record: MessageInstance, since: datetime) -> InboundText:
        return InboundText(
            channel=self.name,
            channel_message_id=record.sid,
            sender=record.from_,
            recipient=record.to,
            text=record.body or "",
            received_at=_created(record, since),
            attachments=await list_attachments(self._client, self._account, record),
        )

    def _is_for_us(self, record: MessageInstance) -> bool:
        service = self._account.messaging_service_sid
        return record.direction == "inbound" and (service is None or record.messaging_service_sid in (None, service))


@asynccontextmanager
async def open_twilio_channel(
    account: TwilioAccount, send_timeout_seconds: float = SEND_TIMEOUT_SECONDS
) -> AsyncIterator[TwilioChannel]:
    """The channel for one event loop: `async with open_twilio_channel(account) as channel`.

    `send_timeout_seconds` bounds one send in all, connecting included.
    """
    async with open_client(account) as client:
        yield TwilioChannel(client, account, send_timeout_seconds)


@contextmanager
def _asking_for_a_list() -> Iterator[None]:
    try:
        yield
    except (*_NETWORK_FAULTS, *_UNREADABLE_ANSWERS) as fault:
        # The fault may repeat a phone number, so it is named but not kept as the cause.
        raise ConnectionError(f"Twilio could not be asked for its messages ({type(fault).__name__}).") from None


def _refused(code: int | None, exchange: Exchange) -> SendResult:
    """The end of a send that was answered with an error. Twilio's own wording is dropped: it repeats the number.

    A refusal that carries no code of Twilio's was spoken by something in between, and so settles nothing.
    """
    status = exchange.status or 0
    if status in _NOT_ABOUT_THE_MESSAGE_STATUSES or (400 <= status < 500 and code in _NOT_ABOUT_THE_MESSAGE):
        return Retry(f"Twilio took nothing now (HTTP {status}, code {code}).", _seconds(exchange))
    if 400 <= status < 500 and code not in (None, status):
        return Rejected(str(code), f"Twilio refused the message with code {code}.")
    return Unknown(f"Twilio answered HTTP {status}.")


def _interrupted(fault: Exception, exchange: Exchange) -> SendResult:
    if exchange.left:
        return Unknown(f"No answer from Twilio ({type(fault).__name__}).")
    return Retry(f"No connection to Twilio ({type(fault).__name__}).")


def _code(refusal: TwilioRestException | TwilioServiceException) -> int | None:
    """Twilio's error code; the SDK puts the HTTP status there when the answer had none."""
    return refusal.code if isinstance(refusal.code, int) else None


def _seconds(exchange: Exchange) -> float | None:
    """`Retry-After` in seconds (RFC 9110 section 10.2.3); its other form, a date, is left to our own pacing."""
    written = exchange.retry_after or ""
    return float(written) if written.isascii() and written.isdigit() else None


def _created(record: MessageInstance, since: datetime) -> datetime:
    """When Twilio made the record (UTC). One without a readable date is kept as new rather than lost."""
    return record.date_created or since


def _sent_record(record: MessageInstance, since: datetime) -> SentRecord:
    return SentRecord(
        provider_id=record.sid,
        to=record.to,
        body=record.body or "",
        status=RECEIPT_STATUSES.get(record.status, "queued"),
        created_at=_created(record, since),
    )
