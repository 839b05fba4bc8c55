"""Which Telegram bot we are, and a client for it that tells Telegram's own answers from those of others."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

TELEGRAM_API = "https://api.telegram.org"

MOST_CONNECTIONS = 50
"""As many as there are sends at once, so that none waits for a connection."""

CONNECT_TIMEOUT_SECONDS = 10.0
ANSWER_TIMEOUT_SECONDS = 30.0

SHORTEST_WAIT_SECONDS = 1.0
"""How long to keep quiet when told to slow down without being told for how long."""


@dataclass(frozen=True)
class TelegramAccount:
    """The bot's token, as BotFather gave it. `api_base_url` is None for Telegram itself, else a server like it."""

    token: str = field(repr=False)
    api_base_url: str | None = None


class SlowDownError(TelegramError):
    """HTTP 429: nothing was accepted, and nothing more will be for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Telegram asks to slow down")
        self.seconds = seconds


class NotTelegramError(TelegramError):
    """An answer that the Bot API would not give: something in between has spoken, or part of the answer is missing."""


def is_telegrams_own(error: TelegramError) -> bool:
    """Whether Telegram itself has said so, and not a network that broke or something in between."""
    return error.__cause__ is None and not isinstance(error, NotTelegramError)


@asynccontextmanager
async def open_bot(
    account: TelegramAccount, answer_timeout_seconds: float = ANSWER_TIMEOUT_SECONDS
) -> AsyncIterator[Bot]:
    """A client bound to the running event loop, closed on leaving; opening it asks Telegram nothing.

    It never repeats a request by itself, since a repeated message is a second one in somebody's chat.
    """
    request = _Request(
        connection_pool_size=MOST_CONNECTIONS,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        pool_timeout=CONNECT_TIMEOUT_SECONDS,
        write_timeout=answer_timeout_seconds,
        read_timeout=answer_timeout_seconds,
    )
    base = account.api_base_url or TELEGRAM_API
    # The bot's own context manager would ask who we are first, and so fail wherever Telegram is out of reach.
    async with request:
        yield Bot(account.token, f"{base}/bot", f"{base}/file/bot", request=request, get_updates_request=request)


class _Request(HTTPXRequest):
    """HTTP for python-telegram-bot, which by itself logs what it cannot read and knows a 429 by its content only."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Make the request. Raises SlowDownError for HTTP 429, whoever says so."""
        status, content = await super().do_request(*args, **kwargs)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise SlowDownError(_seconds_asked_for(content))
        return status, content

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The JSON object of an answer. Raises NotTelegramError unless it has the form of every answer of the Bot API.

        Source: Telegram's "Making requests".
        """
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
            raise NotTelegramError("not an answer of the Bot API")
        if answer["ok"] and "result" not in answer:
            raise NotTelegramError("an answer of the Bot API without a result")
        return answer


def _seconds_asked_for(content: bytes) -> float:
    try:
        seconds = _Request.parse_json_payload(content)["parameters"]["retry_after"]
    except (NotTelegramError, LookupError, TypeError):
        return SHORTEST_WAIT_SECONDS
    return max(seconds, SHORTEST_WAIT_SECONDS) if isinstance(seconds, int) else SHORTEST_WAIT_SECONDS
