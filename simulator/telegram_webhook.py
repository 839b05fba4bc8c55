"""How Telegram posts updates to the bot's webhook.

Source: Telegram's "setWebhook" (secret token, 2xx, a reasonable number of attempts), "Making requests when getting
updates" (a method in the answer); pauses, order and time to answer are in its own server
(github.com/tdlib/telegram-bot-api, WebhookActor.cpp): an update that fails is posted again after 1 second, then after
twice as long each time, up to a minute, or when Retry-After says; those behind it in its queue wait.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from simulator.hindrances import Hindrances
from simulator.poster import Answer, Poster
from simulator.telegram_requests import Parameters, WebhookRequest
from simulator.telegram_updates import Update, Updates
from simulator.work import Work

_LONGEST_PAUSES = 60
_LONGEST_RETRY_AFTER_SECONDS = 3600
_NOT_IN_ANSWERS = ("deletewebhook", "setwebhook", "close", "logout")

Carrying = Callable[[str, Parameters], Awaitable[None]]


@dataclass(frozen=True)
class Failure:
    """The last post that failed: when, and why in Telegram's words."""

    time: datetime
    sentence: str


class Webhook:
    """Posts what waits, each queue in order; everything but the constructor belongs on the network's loop.

    `seconds` is how long an answer may take, `pause_seconds` the first pause before posting again. `carry_out` is
    given the method and parameters that an answer may hold.
    """

    def __init__(
        self,
        updates: Updates,
        poster: Poster,
        hindrances: Hindrances,
        work: Work,
        now: Callable[[], datetime],
        seconds: float,
        pause_seconds: float,
    ) -> None:
        self.carry_out: Carrying | None = None
        self.target: WebhookRequest | None = None
        self.failure: Failure | None = None
        self._updates = updates
        self._poster = poster
        self._hindrances = hindrances
        self._work = work
        self._now = now
        self._seconds = seconds
        self._pause_seconds = pause_seconds
        self._queues: dict[str, list[Update]] = {}
        self._places = asyncio.Semaphore(1)
        self._changed = asyncio.Event()

    def set(self, target: WebhookRequest | None) -> None:
        """Post to this webhook from now on, what waits included; None posts no more."""
        self.target, self.failure = target, None
        self._changed.set()
        self._changed = asyncio.Event()
        self._queues.clear()
        if target is not None:
            self._places = asyncio.Semaphore(target.max_connections)
            for update in self._updates.all():
                self.take(update)

    def take(self, update: Update) -> None:
        """Post an update when its turn comes, if there is a webhook."""
        if self.target is None:
            return
        queue = update.waiting.queue
        if queue in self._queues:
            self._queues[queue].append(update)
            return
        self._queues[queue] = [update]
        self._work.start(self._post_all(queue, self._queues[queue], self.target))

    async def _post_all(self, name: str, queue: list[Update], target: WebhookRequest) -> None:
        while queue and self.target is target:
            await self._post_until_taken(queue[0], target)
            del queue[0]
        if self._queues.get(name) is queue:
            del self._queues[name]

    async def _post_until_taken(self, update: Update, target: WebhookRequest) -> None:
        pauses = 0.5
        while self.target is target and self._updates.still_waits(update):
            answer = await self._post(update, target)
            if answer is not None and answer.is_success:
                self._updates.confirm(update)
                self._hindrances.note_handed_over(update.waiting.message)
                await self._carry_out(answer)
                if self._hindrances.comes_twice(update.waiting.message):
                    await self._post(update, target)
                return
            pauses = min(pauses * 2, _LONGEST_PAUSES)
            retry_after = min(answer.retry_after if answer else 0, _LONGEST_RETRY_AFTER_SECONDS)
            await self._pause(retry_after or pauses * self._pause_seconds, target)

    async def _post(self, update: Update, target: WebhookRequest) -> Answer | None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": target.secret_token} if target.secret_token else {}
        async with self._places:
            try:
                async with asyncio.timeout(self._seconds):
                    answer = await self._poster.post(target.url, headers, json=update.json())
            except (TimeoutError, aiohttp.ClientError) as error:
                slow = isinstance(error, TimeoutError)
                self._note_failure("Read timeout expired" if slow else "Webhook connection closed")
                return None
        if not answer.is_success:
            self._note_failure(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        return answer

    def _note_failure(self, sentence: str) -> None:
        self.failure = Failure(self._now(), sentence)

    async def _pause(self, seconds: float, target: WebhookRequest) -> None:
        if self.target is not target:  # changed during the post, before anybody waited for the change
            return
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _carry_out(self, answer: Answer) -> None:
        """Do what the answer asks for, if anything; what comes of it nobody is told."""
        if self.carry_out is None or answer.content_type != "application/json":
            return
        try:
            asked = json.loads(answer.body)
        except ValueError:
            return
        method = str(asked.get("method", "")).lower() if isinstance(asked, dict) else ""
        if method and not method.startswith("get") and method not in _NOT_IN_ANSWERS:
            await self.carry_out(method, asked)
