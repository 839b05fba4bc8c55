"""How the bot comes to its updates: posted to its webhook, or fetched by long polling."""

import asyncio

from simulator.hindrances import Hindrances
from simulator.telegram_requests import TelegramError, WebhookRequest
from simulator.telegram_updates import Update, Updates, Waiting
from simulator.telegram_webhook import Webhook
from simulator.work import Work

_LONGEST_POLL_SECONDS = 50

_WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_ANOTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class Delivery:
    """Brings updates to the bot; all but `tell` belongs on the network's loop.

    Source: Telegram's "getUpdates", "setWebhook" and "deleteWebhook".
    """

    def __init__(self, updates: Updates, webhook: Webhook, hindrances: Hindrances, work: Work) -> None:
        self._updates = updates
        self._webhook = webhook
        self._hindrances = hindrances
        self._work = work
        self._polls = 0
        self._stirred = asyncio.Event()

    def tell(self, waiting: Waiting) -> None:
        """Start telling the bot of something; from any thread."""
        self._work.start(self._tell(waiting))

    def set_webhook(self, asked: WebhookRequest) -> None:
        """Post to this webhook from now on; an address that is empty takes the webhook away."""
        if asked.drop_pending_updates:
            self._updates.drop()
        self.allow(asked.allowed_updates)
        self._webhook.set(asked if asked.url else None)
        self._stir()

    def allow(self, kinds: tuple[str, ...] | None) -> None:
        """Tell of these kinds of updates from now on, of the usual ones for none, of the same as before for None."""
        if kinds is not None:
            self._updates.allowed = kinds

    async def poll(self, offset: int, limit: int, seconds: int) -> tuple[Update, ...]:
        """Return what waits from `offset` on, waiting up to `seconds` for something to come.

        Raises TelegramError while a webhook is set, and when another poll or a webhook cuts this one short.
        """
        self._polls += 1
        mine = self._polls
        self._stir()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + min(seconds, _LONGEST_POLL_SECONDS)
        while True:
            self._check(mine)
            updates = self._updates.get(offset, limit)
            left = deadline - loop.time()
            if updates or left <= 0:
                return updates
            await self._wait(left)

    def _check(self, poll: int) -> None:
        if self._webhook.target is not None:
            raise TelegramError(409, _WEBHOOK_IS_SET)
        if poll != self._polls:
            raise TelegramError(409, _ANOTHER_POLL)

    async def _tell(self, waiting: Waiting) -> None:
        await self._hindrances.hold_up(waiting.message)
        update = self._updates.add(waiting)
        if update is None:
            return
        self._webhook.take(update)
        if self._webhook.target is None:
            self._hindrances.note_handed_over(waiting.message)
            self._stir()

    def _stir(self) -> None:
        self._stirred.set()
        self._stirred = asyncio.Event()

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stirred.wait()
        except TimeoutError:
            return
