"""Work in threads that the end of the process does not wait for."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Lock, Thread


class Background:
    """Does each named thing at most once at a time.

    Its threads are daemons: Python waits for every other kind before it ends, however long one hangs.
    """

    def __init__(self) -> None:
        self._under_way: dict[str, Future[None]] = {}
        self._lock = Lock()

    def start(self, name: str, act: Callable[[], None]) -> Future[None]:
        """Do it now; if it is being done already, nothing is begun. Gives what to wait for."""
        with self._lock:
            under_way = self._under_way.get(name)
            if under_way is not None and not under_way.done():
                return under_way
            begun: Future[None] = Future()
            # Whoever waits may give up waiting, and that must not call off what has begun.
            begun.set_running_or_notify_cancel()
            self._under_way[name] = begun
        Thread(target=_fulfil, args=(begun, act), name=name, daemon=True).start()
        return begun

    def wait(self, seconds: float) -> bool:
        """Give what is under way so long to come to its end; whether all of it has."""
        with self._lock:
            under_way = list(self._under_way.values())
        return not wait(under_way, timeout=seconds).not_done


def _fulfil(promise: Future[None], act: Callable[[], None]) -> None:
    try:
        act()
    except BaseException as fault:
        promise.set_exception(fault)
    else:
        promise.set_result(None)
