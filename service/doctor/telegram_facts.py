"""What Telegram has to say about the bot."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.telegram_account import TelegramAccount, is_telegrams_own, open_bot


@dataclass(frozen=True)
class NoTelegram:
    """Telegram cannot be asked. `reason` and `what_to_do` are clauses."""

    reason: str
    what_to_do: str


@dataclass(frozen=True)
class TelegramFacts:
    """What Telegram tells of the bot, and of how it hands over what people write.

    `webhook_url` is empty while it posts to nobody; `kinds` are the updates it tells of, empty for the usual ones;
    `waiting` is how many it has not been able to hand over. `last_fault` is what went wrong when it last could not
    post to us, at `last_fault_at` (UTC).
    """

    name: str
    joins_groups: bool
    webhook_url: str
    kinds: Sequence[str]
    waiting: int
    last_fault: str | None
    last_fault_at: datetime | None


def ask_telegram(account: TelegramAccount, timeout_seconds: float) -> TelegramFacts | NoTelegram:
    """Ask Telegram for everything the checks need; nothing is sent, and nobody's message is read."""
    try:
        return asyncio.run(_ask(account, timeout_seconds))
    except TelegramError as error:
        return _refusal(error)
    except (TypeError, KeyError, AttributeError, ValueError):
        return NoTelegram("something else than Telegram answered", "check TELEGRAM_API_BASE_URL; leave it out")


async def _ask(account: TelegramAccount, timeout_seconds: float) -> TelegramFacts:
    async with open_bot(account, timeout_seconds) as bot:
        return await _facts(bot)


async def _facts(bot: Bot) -> TelegramFacts:
    me, webhook = await bot.get_me(), await bot.get_webhook_info()
    return TelegramFacts(
        name=me.name,
        joins_groups=bool(me.can_join_groups),
        webhook_url=webhook.url,
        kinds=tuple(webhook.allowed_updates or ()),
        waiting=webhook.pending_update_count,
        last_fault=webhook.last_error_message,
        last_fault_at=webhook.last_error_date,
    )


def _refusal(error: TelegramError) -> NoTelegram:
    if not is_telegrams_own(error):
        cause = type(error.__cause__ or error).__name__
        return NoTelegram(
            f"it cannot be reached ({cause})",
            "check this machine's way to the internet, and TELEGRAM_API_BASE_URL if it is set",
        )
    if isinstance(error, InvalidToken):
        return NoTelegram("it does not accept this token", "copy TELEGRAM_BOT_TOKEN from @BotFather (/mybots) again")
    return NoTelegram("it cannot answer now", "try again in a few minutes")
