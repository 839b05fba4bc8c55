"""The two ways in which Telegram hands over updates: it posts them to us, or we ask for them. Never both."""

import json
from typing import Any
from urllib.parse import urlencode

from telegram import Bot

from bot.telegram_account import NotTelegramError
from bot.update_fields import ALLOWED_UPDATES

WEBHOOK_PATH = "/webhooks/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

LONG_POLL_SECONDS = 30
"""How long Telegram keeps a question open while nothing happens."""

_MARGIN_SECONDS = 10.0


async def set_webhook(bot: Bot, public_base_url: str, secret: str) -> None:
    """Let Telegram post updates to us, with our secret in each request. What has waited so far is posted, too.

    Raises telegram.error.TelegramError.
    """
    await bot.set_webhook(public_base_url + WEBHOOK_PATH, allowed_updates=ALLOWED_UPDATES, secret_token=secret)


async def fetch_updates(bot: Bot, offset: int | None, wait_seconds: int = LONG_POLL_SECONDS) -> list[Any]:
    """The updates that wait, oldest first, as Telegram's JSON has them; waits for the first of them.

    Telegram forgets those before `offset`. They are not read here, since one that cannot be read must not keep the
    others from us.
    Raises telegram.error.TelegramError.
    """
    question = {"timeout": wait_seconds, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
    if offset is not None:
        question["offset"] = offset
    answer = await bot.request.post(
        f"{bot.base_url}/getUpdates?{urlencode(question)}", read_timeout=wait_seconds + _MARGIN_SECONDS
    )
    if not isinstance(answer, list):
        raise NotTelegramError("an answer without a list of updates")
    return answer
