"""The parameters of Bot API requests, and what Telegram refuses.

Source: Telegram's "Making requests" (query string, form, multipart and JSON; any method by GET or POST), "sendMessage",
"InlineKeyboardButton", "setWebhook" and "getUpdates"; the sentences are those that bots report.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from simulator.records import Button

_LONGEST_TEXT = 4096
_LONGEST_DATA_BYTES = 64
_LARGEST_INT = 2**53
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

Parameters = Mapping[str, Any]


class TelegramError(Exception):
    """A request that is refused: the HTTP status, which is also the error code, and Telegram's sentence."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass(frozen=True)
class MessageRequest:
    """A message to send: rows of buttons below it, without any when it has none."""

    chat: str
    text: str
    rows: tuple[tuple[Button, ...], ...]

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons, row by row."""
        return tuple(button for row in self.rows for button in row)


@dataclass(frozen=True)
class WebhookRequest:
    """A webhook to set; `allowed_updates` None leaves as it is which kinds of updates are wanted."""

    url: str
    secret_token: str | None
    allowed_updates: tuple[str, ...] | None
    max_connections: int
    drop_pending_updates: bool


async def read_parameters(request: web.Request) -> Parameters:
    """Return the parameters of a request, however it carries them.

    Raises TelegramError for JSON that is none.
    """
    parameters: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        parameters.update(_object(await request.text()))
    else:
        parameters.update({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
    return parameters


def read_message(parameters: Parameters) -> MessageRequest:
    """Return what the parameters of sendMessage ask for.

    Only plain text with an inline keyboard of callback buttons is known here; whatever else is refused.
    Raises TelegramError for what is missing or wrong.
    """
    chat, text = str(parameters.get("chat_id", "")), str(parameters.get("text", "")).strip()
    if not chat:
        raise TelegramError(400, "Bad Request: chat_id is empty")
    if not text:
        raise TelegramError(400, "Bad Request: message text is empty")
    if len(text) > _LONGEST_TEXT:
        raise TelegramError(400, "Bad Request: message is too long")
    if parameters.get("parse_mode"):
        raise TelegramError(400, "Bad Request: unsupported parse_mode")
    return MessageRequest(chat, text, _read_keyboard(parameters.get("reply_markup")))


def read_webhook(parameters: Parameters) -> WebhookRequest:
    """Return what the parameters of setWebhook ask for.

    An HTTP address is taken too, as by a Bot API server of one's own. Raises TelegramError for what is wrong.
    """
    url, secret = str(parameters.get("url", "")), str(parameters.get("secret_token", ""))
    if url and not _is_web_address(url):
        raise TelegramError(400, "Bad Request: invalid webhook URL specified")
    if secret and not _SECRET.fullmatch(secret):
        raise TelegramError(400, "Bad Request: secret token contains unallowed characters")
    return WebhookRequest(
        url=url,
        secret_token=secret or None,
        allowed_updates=read_allowed_updates(parameters),
        max_connections=min(max(read_integer(parameters, "max_connections", 40), 1), 100),
        drop_pending_updates=read_boolean(parameters, "drop_pending_updates"),
    )


def read_allowed_updates(parameters: Parameters) -> tuple[str, ...] | None:
    """Return the kinds of updates that are wanted, none for the usual ones; None where nothing is said of them.

    Telegram takes a list that cannot be read for none said.
    """
    given = parameters.get("allowed_updates")
    try:
        kinds = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return None
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        return None
    return tuple(kinds)


def read_integer(parameters: Parameters, name: str, default: int) -> int:
    """Return a parameter that is a whole number. Telegram takes what is none for the default."""
    try:
        number = int(parameters.get(name, default))
    except (TypeError, ValueError):
        return default
    return number if abs(number) < _LARGEST_INT else default


def read_boolean(parameters: Parameters, name: str) -> bool:
    """Return a parameter that is true or false, false where it is not given."""
    return str(parameters.get(name, "")).lower() in ("true", "1", "yes")


def _read_keyboard(given: object) -> tuple[tuple[Button, ...], ...]:
    if given in (None, ""):
        return ()
    markup = _object(given) if isinstance(given, str) else given
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise TelegramError(400, "Bad Request: object expected as reply markup")
    return tuple(tuple(_read_button(button) for button in row) for row in rows if row)


def _read_button(given: object) -> Button:
    label = given.get("text") if isinstance(given, dict) else None
    data = given.get("callback_data") if isinstance(given, dict) else None
    if not isinstance(label, str) or not label.strip():
        raise TelegramError(400, 'Bad Request: can\'t parse inline keyboard button: Field "text" must be non-empty')
    if not isinstance(data, str):
        raise TelegramError(400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed")
    if not 1 <= len(data.encode()) <= _LONGEST_DATA_BYTES:
        raise TelegramError(400, "Bad Request: BUTTON_DATA_INVALID")
    return Button(label, data)


def _object(text: str) -> dict[str, Any]:
    value = _parse(text)
    if not isinstance(value, dict):
        raise TelegramError(400, "Bad Request: can't parse the JSON object")
    return value


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise TelegramError(400, "Bad Request: can't parse the JSON object") from error


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
