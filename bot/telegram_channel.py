"""Messages in a Telegram chat through the Bot API's sendMessage.

Source: Telegram's "Bot API": "sendMessage", "ResponseParameters"; which error is raised when, python-telegram-bot 22.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import MessageLimit
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.telegram_account import ANSWER_TIMEOUT_SECONDS, SlowDownError, TelegramAccount, is_telegrams_own, open_bot
from delivery.channel import Button, Moved, OutgoingMessage, Rejected, Retry, SendResult, Sent, Unknown

SEND_TIMEOUT_SECONDS = 60.0
"""Bounds one send in all, connecting included: well below the lease of a claim, three minutes."""

LONGEST_TEXT = int(MessageLimit.MAX_TEXT_LENGTH)

NUMBERS_IN_A_ROW = 6
"""A scale from 0 to 10 takes two rows, its middle at the end of the first."""

_NO_SUCH_CHAT = "chat not found"

# No byte of the request had reached a server when these were raised.
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

# What python-telegram-bot raises over a result that is not the message it expects.
_UNREADABLE_RESULTS = (TypeError, KeyError, AttributeError, ValueError, OverflowError)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramChannel:
    """Fulfils Channel. Made by `open_telegram_channel`.

    A 429 is about the bot and not about one chat: until its time is over nothing is sent at all.
    """

    name = "telegram"

    def __init__(self, bot: Bot, send_timeout_seconds: float, seconds: Callable[[], float]) -> None:
        self._bot = bot
        self._send_timeout_seconds = send_timeout_seconds
        self._seconds = seconds
        self._quiet_until = seconds()

    async def send(self, message: OutgoingMessage) -> SendResult:
        """Send one message to a chat; Sent.provider_id is "<chat id>:<message id>".

        Rejected.code is "403" when the person has blocked the bot or has gone, "400" for anything else that Telegram
        refuses, "unsendable" for what we do not even try.
        """
        fault = _fault_of(message)
        if fault is not None:
            return Rejected("unsendable", fault)
        quiet_seconds = self._quiet_until - self._seconds()
        if quiet_seconds > 0:
            return Retry("Telegram has asked the bot to slow down.", quiet_seconds)
        try:
            async with asyncio.timeout(self._send_timeout_seconds):
                return await self._send(message)
        except SlowDownError as refusal:
            self._quiet_until = max(self._quiet_until, self._seconds() + refusal.seconds)
            return Retry("Telegram has asked the bot to slow down.", refusal.seconds)
        except TelegramError as error:
            return _end_by(error)
        except TimeoutError:
            return Unknown("No answer from Telegram in time.")
        except _UNREADABLE_RESULTS:
            return Unknown("Telegram answered with something that is not a message.")

    async def _send(self, message: OutgoingMessage) -> SendResult:
        sent = await self._bot.send_message(
            chat_id=int(message.to),
            text=message.body,
            reply_markup=_keyboard(message.buttons),
            link_preview_options=_NO_PREVIEW,
        )
        return Sent(f"{sent.chat.id}:{sent.message_id}", arrived=True)


@asynccontextmanager
async def open_telegram_channel(
    account: TelegramAccount,
    send_timeout_seconds: float = SEND_TIMEOUT_SECONDS,
    answer_timeout_seconds: float = ANSWER_TIMEOUT_SECONDS,
    seconds: Callable[[], float] = time.monotonic,
) -> AsyncIterator[TelegramChannel]:
    """The channel for one event loop: `async with open_telegram_channel(account) as channel`.

    `send_timeout_seconds` bounds one send in all, `answer_timeout_seconds` the wait for the answer alone; `seconds` is
    a clock that only ever goes forward.
    """
    async with open_bot(account, answer_timeout_seconds) as bot:
        yield TelegramChannel(bot, send_timeout_seconds, seconds)


def _fault_of(message: OutgoingMessage) -> str | None:
    """Why Telegram could not be given this message at all; None when it can."""
    if not message.to.removeprefix("-").isdecimal():
        return "The address is not a chat id."
    if len(message.body) > LONGEST_TEXT:
        return f"The text is longer than Telegram's {LONGEST_TEXT:,} characters."
    try:
        "".join([message.body, *(button.label for button in message.buttons)]).encode()
    except UnicodeEncodeError:
        return "The text holds characters that no message can carry."
    return None


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """One button a row, since a label beside another is cut short on a narrow phone; but numbers side by side."""
    if not buttons:
        return None
    a_row = NUMBERS_IN_A_ROW if all(button.label.isdecimal() for button in buttons) else 1
    shown = [InlineKeyboardButton(button.label, callback_data=button.data) for button in buttons]
    return InlineKeyboardMarkup([shown[start : start + a_row] for start in range(0, len(shown), a_row)])


def _end_by(error: TelegramError) -> SendResult:
    """The end of a send that raised an error. Telegram's own wording is dropped: it may repeat what was sent."""
    if isinstance(error.__cause__, _NEVER_LEFT):
        return Retry(f"No connection to Telegram ({type(error.__cause__).__name__}).")
    if not is_telegrams_own(error):
        return Unknown(f"No answer from Telegram ({type(error.__cause__ or error).__name__}).")
    match error:
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case Forbidden():
            return Rejected("403", "The person has blocked the bot, or is no longer on Telegram.")
        case InvalidToken():
            # A slip in the settings says nothing about the message: refusing for good would lose a whole launch to it.
            return Retry("Telegram does not accept TELEGRAM_BOT_TOKEN.")
        case BadRequest() if _NO_SUCH_CHAT in error.message.casefold():
            return Rejected("400", "Telegram knows no such chat.")
        case BadRequest():
            return Rejected("400", "Telegram refused the message.")
        case _:
            return Unknown("Telegram had a fault of its own.")
