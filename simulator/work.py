"""The network's own thread, and the count of what is still under way on it."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class Work:
    """An event loop in a thread of its own; anything started on it is counted until it ends."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="phone network", daemon=True)
        self._quiet = threading.Condition()
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """Start the thread."""
        self._thread.start()

    def drop(self) -> None:
        """Drop what is still under way on the loop, requests that hang included."""
        self.wait_for(self._cancel())

    def close(self) -> None:
        """End the thread and free the loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def wait_for(self, coroutine: Coroutine[Any, Any, _Result]) -> _Result:
        """Run something on the loop from another thread and return its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Start something from any thread; the network is not idle until it has ended."""
        with self._quiet:
            self._under_way += 1
        self._loop.call_soon_threadsafe(self._launch, coroutine)

    def is_idle(self) -> bool:
        """Say whether nothing is under way."""
        with self._quiet:
            return self._under_way == 0

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for nothing to be under way; return whether that came about."""
        with self._quiet:
            return self._quiet.wait_for(lambda: self._under_way == 0, timeout)

    def _launch(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        # The exception, if any, is left on the task: the loop then logs it as never retrieved.
        self._tasks.discard(task)
        with self._quiet:
            self._under_way -= 1
            self._quiet.notify_all()

    async def _cancel(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
