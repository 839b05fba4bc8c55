"""Which Twilio account we text from, and a client for it that tells how far a request got."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import SimpleNamespace
from urllib.parse import quote

import aiohttp
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

TWILIO_API = "https://api.twilio.com"


@dataclass(frozen=True)
class TwilioAccount:
    """The account, its sender and our own public address.

    Exactly one of `from_number` (E.164) and `messaging_service_sid` says who messages come from. `api_base_url` is
    None for Twilio itself, else the address of a server that speaks its API (the simulator).
    Raises ValueError when the sender is missing or given twice.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    public_base_url: str
    from_number: str | None = None
    messaging_service_sid: str | None = None
    api_base_url: str | None = None

    def __post_init__(self) -> None:
        if bool(self.from_number) == bool(self.messaging_service_sid):
            raise ValueError("Set either TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID, and not both.")

    @property
    def api(self) -> str:
        """Where the API is, without a slash at the end."""
        return (self.api_base_url or TWILIO_API).rstrip("/")

    def status_callback(self, attempt: str) -> str:
        """Where Twilio is to report on the message of this attempt."""
        return f"{self.public_base_url.rstrip('/')}/webhooks/twilio/status?attempt={quote(attempt, safe='')}"


@dataclass
class Exchange:
    """How far one request to Twilio got: what the SDK's exceptions do not say, or only as the answer claims."""

    left: bool = False
    """Whether any of the request was written to a connection. If not, Twilio has certainly not accepted it."""
    status: int | None = None
    """The HTTP status of the answer; None without one."""
    retry_after: str | None = None
    """The `Retry-After` header of the answer."""


_exchange: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def watch_exchange() -> Exchange:
    """The exchange of the next request that the current task makes, filled in as the request proceeds."""
    exchange = Exchange()
    _exchange.set(exchange)
    return exchange


@asynccontextmanager
async def open_client(account: TwilioAccount) -> AsyncIterator[Client]:
    """A client bound to the running event loop, closed on leaving.

    It never repeats a request by itself, since a repeated message is a second text on somebody's phone.
    """
    async with AsyncTwilioHttpClient(trace_configs=[_tracing()]) as http_client:
        client = Client(account.account_sid, account.auth_token, http_client=http_client)
        if account.api_base_url:
            client.api.base_url = account.api_base_url
        yield client


def _tracing() -> aiohttp.TraceConfig:
    async def request_left(
        session: aiohttp.ClientSession, context: SimpleNamespace, sent: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        if exchange := _exchange.get():
            exchange.left = True

    async def answer_came(
        session: aiohttp.ClientSession, context: SimpleNamespace, answered: aiohttp.TraceRequestEndParams
    ) -> None:
        if exchange := _exchange.get():
            exchange.status = answered.response.status
            exchange.retry_after = answered.response.headers.get("Retry-After")

    tracing = aiohttp.TraceConfig()
    tracing.on_request_headers_sent.append(request_left)
    tracing.on_request_end.append(answer_came)
    return tracing
