"""Pretend tenants: a phone and what its owner texts back."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from simulator.faults import draw

UNREACHABLE, UNKNOWN_DESTINATION, NOT_A_NUMBER, OPTED_OUT = 30003, 30005, 21211, 21610
"""Twilio's error codes for a number that fails: switched off, unknown, not valid, has texted STOP before."""

_FAILURES = (UNREACHABLE, UNKNOWN_DESTINATION, NOT_A_NUMBER, OPTED_OUT)

_QUICKEST_SECONDS, _SLOWEST_SECONDS = 5.0, 300.0


@dataclass(frozen=True)
class Reply:
    """One line of a script.

    `meaning` is the caller's own and comes back with the reply once it is sent. `stop` says that the words ask to
    be left alone, in whatever language. `delay_seconds` is how long the tenant takes, before the network's pace
    is applied; None draws 5 to 300 seconds from the network's seed.
    """

    text: str
    meaning: object = None
    stop: bool = False
    delay_seconds: float | None = None


@dataclass(frozen=True)
class Tenant:
    """A person with a phone, an E.164 number, and a script.

    The first line answers the first text the phone receives, the second the second; None lets one go unanswered,
    and after the script nothing is said. The carrier's own texts are not answered. `failure` is the code with
    which every text to the number fails: 30003, 30005, 21211 or 21610 (which START lifts).

    Raises ValueError for another code.
    """

    phone: str
    script: tuple[Reply | None, ...] = ()
    failure: int | None = None

    def __post_init__(self) -> None:
        if self.failure is not None and self.failure not in _FAILURES:
            raise ValueError(f"A number cannot fail with {self.failure}: use one of {_FAILURES}.")


class Tenants:
    """Everybody on the network, by phone. Where two share a phone, the second's script follows the first's."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lines: dict[str, deque[Reply | None]] = {}
        self._lines_used: Counter[str] = Counter()
        self._failures: dict[str, int] = {}

    def add(self, tenants: Iterable[Tenant]) -> None:
        """Let these people on to the network."""
        for tenant in tenants:
            self._lines.setdefault(tenant.phone, deque()).extend(tenant.script)
            if tenant.failure is not None:
                self._failures[tenant.phone] = tenant.failure

    def failure(self, phone: str) -> int | None:
        """Return the code with which texts to `phone` fail, None for a phone that works."""
        return self._failures.get(phone)

    def next_reply(self, phone: str) -> Reply | None:
        """Return what is texted back to the text that has just come, its delay drawn; None for no answer."""
        lines = self._lines.get(phone)
        if not lines:
            return None
        reply = lines.popleft()
        self._lines_used[phone] += 1
        if reply is None or reply.delay_seconds is not None:
            return reply
        share = draw(self._seed, f"delay {phone} {self._lines_used[phone]}")
        delay = _QUICKEST_SECONDS + share * (_SLOWEST_SECONDS - _QUICKEST_SECONDS)
        return replace(reply, delay_seconds=delay)
