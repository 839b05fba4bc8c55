"""`sowhat bot`: asks Telegram what people write, on a machine that Telegram cannot reach."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Any

import click
import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.receiving import LONG_POLL_SECONDS, fetch_updates
from bot.telegram_account import SlowDownError, TelegramAccount, is_telegrams_own, open_bot
from bot.updates import MalformedUpdate, Told, callback_query_id, parse_update
from service.bot_webhook import WRONG_TOKEN, account_of
from service.processes import told_to_stop
from service.settings import SettingsError
from service.wiring import Application, received_by
from storage.database import DatabaseUnavailableError

ASK_AGAIN_SECONDS = 5.0
"""How long to wait when Telegram or the database could not be reached."""

LOOK_UP_SECONDS = 0.2
"""How often to look, while Telegram has nothing to say, whether to stop."""

_WEBHOOK_IS_SET = (
    "Telegram posts what people write to a webhook, so it cannot be asked. To have it asked from here instead: "
    "sowhat bot --delete-webhook"
)
_ASKED_ELSEWHERE = (
    "Somebody else asks Telegram what people write to this bot, and only one can. End the other `sowhat bot`, or get "
    "a bot of its own for it"
)

logger = structlog.get_logger(__name__)


def run_bot(application: Application) -> None:
    """Take in what people write until told to stop.

    Raises:
        SettingsError: Telegram is not set up, or does not let us ask.
    """
    account = account_of(application.settings)
    with told_to_stop() as stop:
        click.echo("sowhat asks Telegram what people write to the bot. Ctrl-C ends it.", err=True)
        asyncio.run(poll(account, received_by(application).take_from_chat, application.now, stop))


async def poll(
    account: TelegramAccount,
    take: Callable[[Told], None],
    now: Callable[[], datetime],
    stop: Event,
    ask_again_seconds: float = ASK_AGAIN_SECONDS,
) -> None:
    """Ask Telegram for updates, and hand each to `take`, which has stored it when it returns, until `stop` is set.

    Telegram forgets an update only after it has been stored. One that comes again changes nothing.
    Raises:
        SettingsError: Telegram does not let us ask.
    """
    async with open_bot(account) as bot:
        await _Poller(bot, take, now, stop, ask_again_seconds).run()


@dataclass(frozen=True)
class _Poller:
    bot: Bot
    take: Callable[[Told], None]
    now: Callable[[], datetime]
    stop: Event
    ask_again_seconds: float

    async def run(self) -> None:
        offset: int | None = None
        while not self.stop.is_set():
            for update in await self._ask(offset):
                if self.stop.is_set() or not await self._take_in(update):
                    break
                offset = _behind(update, offset)

    async def _ask(self, offset: int | None) -> Sequence[Any]:
        try:
            return await self._unless_stopped(fetch_updates(self.bot, offset, LONG_POLL_SECONDS)) or ()
        except SlowDownError as refusal:
            pause = refusal.seconds
        except TelegramError as error:
            _refuse_to_go_on(error)
            logger.warning("telegram_not_asked", fault=type(error.__cause__ or error).__name__)
            pause = self.ask_again_seconds
        await self._unless_stopped(asyncio.sleep(pause))
        return ()

    async def _take_in(self, update: Any) -> bool:
        """Whether the update is done with; if not, Telegram keeps it, and those behind it."""
        try:
            told = parse_update(update, self.now())
            if told is not None:
                await asyncio.to_thread(self.take, told)
        except MalformedUpdate as fault:
            logger.error("malformed_update", fault=str(fault))
            return True
        except DatabaseUnavailableError:
            logger.warning("update_not_stored")
            await self._unless_stopped(asyncio.sleep(self.ask_again_seconds))
            return False
        except Exception as fault:
            # Whatever broke, it would break again, and with it stop everybody else's messages.
            logger.error("update_not_handled", fault=type(fault).__name__)
            return True
        await self._acknowledge(callback_query_id(told))
        return True

    async def _acknowledge(self, tap: str | None) -> None:
        """Let the button that was tapped come to rest. Telegram no longer minds about one tapped minutes ago."""
        if tap is None:
            return
        try:
            await self.bot.answer_callback_query(tap)
        except TelegramError as error:
            logger.info("tap_not_acknowledged", fault=type(error).__name__)

    async def _unless_stopped(self, waiting: Coroutine[Any, Any, Any]) -> Any:
        """What this gives in the end, or None as soon as we are told to stop."""
        task = asyncio.ensure_future(waiting)
        while not (task.done() or self.stop.is_set()):
            await asyncio.wait({task}, timeout=LOOK_UP_SECONDS)
        if task.done():
            return task.result()
        task.cancel()
        await asyncio.wait({task})
        return None


def _behind(update: Any, offset: int | None) -> int | None:
    """Where to go on after an update; without a number of its own it is left behind with the next that has one."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number + 1 if isinstance(number, int) else offset


def _refuse_to_go_on(error: TelegramError) -> None:
    """Raise SettingsError for what asking again does not mend."""
    if not is_telegrams_own(error):
        return
    if isinstance(error, InvalidToken):
        raise SettingsError(WRONG_TOKEN) from None
    if isinstance(error, Conflict):
        raise SettingsError(_WEBHOOK_IS_SET if "webhook" in error.message.casefold() else _ASKED_ELSEWHERE) from None
