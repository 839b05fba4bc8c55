"""Telling Telegram where to post what people write, or that it is to be asked instead."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.receiving import set_webhook
from bot.telegram_account import TelegramAccount, is_telegrams_own, open_bot
from service.settings import Settings, SettingsError
from service.wiring import telegram_account

WRONG_TOKEN = "Telegram does not accept TELEGRAM_BOT_TOKEN: copy it from @BotFather again"


def set_our_webhook(settings: Settings) -> str:
    """Let Telegram post to our public address from now on; the bot's name.

    Raises:
        SettingsError: something needed is not set, or Telegram does not accept it.
    """
    account, base, secret = account_of(settings), settings.public_base_url, settings.telegram_webhook_secret
    if base is None:
        raise SettingsError("PUBLIC_BASE_URL is not set: give the address at which Telegram reaches this machine")
    if secret is None:
        raise SettingsError("TELEGRAM_WEBHOOK_SECRET is not set: .env.example says how to make one")
    return _manage(account, lambda bot: set_webhook(bot, base, secret.get_secret_value()))


def delete_webhook(settings: Settings) -> str:
    """Let Telegram post to nobody from now on, so that it can be asked; the bot's name.

    Raises:
        SettingsError: there is no token, or Telegram does not accept it.
    """
    return _manage(account_of(settings), lambda bot: bot.delete_webhook())


def account_of(settings: Settings) -> TelegramAccount:
    """The bot of the settings. Raises SettingsError where there is none."""
    account = telegram_account(settings)
    if account is None:
        raise SettingsError("TELEGRAM_BOT_TOKEN is not set: get one from @BotFather on Telegram")
    return account


def _manage(account: TelegramAccount, change: Callable[[Bot], Awaitable[Any]]) -> str:
    async def ask_and_change() -> str:
        async with open_bot(account) as bot:
            me = await bot.get_me()
            await change(bot)
            return me.name

    try:
        return asyncio.run(ask_and_change())
    except TelegramError as error:
        raise SettingsError(_sentence(error)) from None


def _sentence(error: TelegramError) -> str:
    if not is_telegrams_own(error):
        cause = type(error.__cause__ or error).__name__
        return f"Telegram cannot be reached ({cause}): check this machine's way to the internet"
    if isinstance(error, InvalidToken):
        return WRONG_TOKEN
    return f"Telegram does not do that: {error.message}"
