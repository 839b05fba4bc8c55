"""The updates that wait until the bot has taken them.

Source: Telegram's "Getting updates", "Update" and "getUpdates"; how long each kind waits, and what is posted in which
order, is in its own server (github.com/tdlib/telegram-bot-api, Client.cpp: add_update).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.faults import draw
from simulator.ledger import Ledger
from simulator.records import Message

_WAITS = timedelta(hours=24)
_TAP_WAITS = timedelta(seconds=150)
_NUMBERED_ON_WITHIN = timedelta(days=7)
_FIRST_NUMBER = 100_001
_NUMBERS = 2**30
_MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Waiting:
    """An update, without its number: what it tells, and the message it tells of.

    Updates of one `queue` are posted one after the other; a person's taps have a queue of their own.
    """

    kind: str
    content: dict[str, object]
    queue: str
    happened: datetime
    message: Message

    @property
    def expires(self) -> datetime:
        """When Telegram stops trying to tell."""
        return self.happened + (_TAP_WAITS if self.kind == "callback_query" else _WAITS)


@dataclass(frozen=True)
class Update:
    """An update with its number."""

    number: int
    waiting: Waiting

    def json(self) -> dict[str, object]:
        """Return it as Telegram tells it."""
        return {"update_id": self.number, self.waiting.kind: self.waiting.content}


class Updates:
    """What waits, in order; may be used from any thread.

    Numbers grow by one. After a week without updates, or on `restart`, they begin somewhere else. `allowed` are the
    kinds that the bot wants to be told of; none stands for the usual ones, which are all that are known here.
    """

    def __init__(self, ledger: Ledger, now: Callable[[], datetime], seed: int) -> None:
        self.allowed: tuple[str, ...] = ()
        self._ledger = ledger
        self._now = now
        self._seed = seed
        self._lock = threading.RLock()
        self._waiting: dict[int, Update] = {}
        self._next_number = _FIRST_NUMBER
        self._last_added: datetime | None = None

    def add(self, waiting: Waiting) -> Update | None:
        """Number an update and let it wait; None when the bot does not want this kind."""
        with self._lock:
            if self.allowed and waiting.kind not in self.allowed:
                self._ledger.mark_dropped(waiting.message)
                return None
            now = self._now()
            if self._last_added is not None and now - self._last_added > _NUMBERED_ON_WITHIN:
                self.restart(int(draw(self._seed, f"numbers {self._next_number}") * _NUMBERS) + 1)
            self._last_added = now
            update = Update(self._next_number, waiting)
            self._waiting[update.number] = update
            self._next_number += 1
            return update

    def restart(self, number: int) -> None:
        """Number from here on."""
        with self._lock:
            self._next_number = number

    def all(self) -> tuple[Update, ...]:
        """Return what still waits, in the order it came; what has waited too long goes."""
        with self._lock:
            now = self._now()
            for update in [each for each in self._waiting.values() if each.waiting.expires <= now]:
                self._forget(update)
            return tuple(self._waiting.values())

    def still_waits(self, update: Update) -> bool:
        """Say whether an update is neither taken nor too old; what has waited too long goes."""
        with self._lock:
            waits = self._waiting.get(update.number) is update
            if waits and update.waiting.expires <= self._now():
                self._forget(update)
                return False
            return waits

    def confirm(self, update: Update) -> None:
        """Note that the bot has taken an update."""
        with self._lock:
            if self._waiting.pop(update.number, None) is not None:
                self._ledger.mark_told(update.waiting.message)

    def get(self, offset: int, limit: int) -> tuple[Update, ...]:
        """Return up to `limit` updates from number `offset` on, having confirmed all before it.

        An `offset` below nought counts from the end, and forgets what was before. One that lies beyond the last
        update, as after a restart of the numbers, is taken for none.
        """
        with self._lock:
            updates = self.all()
            if offset < 0:
                for update in updates[:offset]:
                    self._forget(update)
            elif offset <= self._next_number:
                for update in updates:
                    if update.number < offset:
                        self.confirm(update)
            return self.all()[: min(max(limit, 1), _MOST_AT_ONCE)]

    def drop(self) -> None:
        """Forget everything that waits."""
        with self._lock:
            for update in tuple(self._waiting.values()):
                self._forget(update)

    def _forget(self, update: Update) -> None:
        del self._waiting[update.number]
        self._ledger.mark_dropped(update.waiting.message)
