"""Pretend tenants: a phone, a chat or both, and what their owner sends back."""

import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from simulator.faults import draw
from simulator.script import Line

UNREACHABLE, UNKNOWN_DESTINATION, NOT_A_NUMBER, OPTED_OUT = 30003, 30005, 21211, 21610
"""Twilio's error codes for a number that fails: switched off, unknown, not valid, has texted STOP before."""

_FAILURES = (UNREACHABLE, UNKNOWN_DESTINATION, NOT_A_NUMBER, OPTED_OUT)

_CHAT = re.compile("-?[1-9][0-9]*")

_QUICKEST_SECONDS, _SLOWEST_SECONDS = 5.0, 300.0


class ChatState(StrEnum):
    """How a person's chat with the bot stands; only an open one takes messages."""

    NOT_STARTED = "not_started"
    OPEN = "open"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True)
class Tenant:
    """A person with a phone (an E.164 number), a chat (its id in decimals, a group's negative) or both, and a script.

    The first line answers the first message that reaches the person, the second the second, each on the network that
    the message came by; None lets one go unanswered, and after the script nothing is said. The carrier's own texts
    are not answered. `failure` is the code with which every text to the number fails: 30003, 30005, 21211 or 21610
    (which START lifts). `chat_state` is how the chat stands at first. `first_name` is what Telegram tells.

    Raises ValueError for another code, a chat that is no number, and a person with neither phone nor chat.
    """

    phone: str = ""
    script: tuple[Line | None, ...] = ()
    failure: int | None = None
    chat: str = ""
    chat_state: ChatState = ChatState.NOT_STARTED
    first_name: str = "Pat"

    def __post_init__(self) -> None:
        if self.failure is not None and self.failure not in _FAILURES:
            raise ValueError(f"A number cannot fail with {self.failure}: use one of {_FAILURES}.")
        if not self.addresses:
            raise ValueError("A tenant needs a phone or a chat.")
        if self.chat and not _CHAT.fullmatch(self.chat):
            raise ValueError("A chat is its id in decimals, such as 7001.")

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the person is reached."""
        return tuple(address for address in (self.phone, self.chat) if address)


class Tenants:
    """Everybody on the network, by address. Where two share a phone, the second's script follows the first's."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._scripts: dict[str, list[deque[Line | None]]] = {}
        self._lines_used: Counter[str] = Counter()
        self._failures: dict[str, int] = {}
        self._addresses_of: dict[str, set[str]] = {}

    def add(self, tenants: Iterable[Tenant]) -> None:
        """Let these people on to the network."""
        for tenant in tenants:
            script = deque(tenant.script)
            for address in tenant.addresses:
                self._scripts.setdefault(address, []).append(script)
                self._addresses_of.setdefault(address, set()).update(tenant.addresses)
            if tenant.failure is not None:
                self._failures[tenant.phone] = tenant.failure

    def failure(self, phone: str) -> int | None:
        """Return the code with which texts to `phone` fail, None for a phone that works."""
        return self._failures.get(phone)

    def addresses_of(self, address: str) -> frozenset[str]:
        """Return every address of the people who are reached at this one, itself included."""
        return frozenset(self._addresses_of.get(address, ())) | {address}

    def move(self, old: str, new: str) -> None:
        """Let whoever is reached at `old` be reached at `new` too, with the same script."""
        self._scripts[new] = self._scripts.get(old, [])
        self._addresses_of[new] = set(self.addresses_of(old))
        for address in self._addresses_of[new]:
            self._addresses_of.setdefault(address, {address}).add(new)

    def next_line(self, address: str) -> Line | None:
        """Return what is done about the message that has just come, its delay drawn; None for nothing."""
        script = next((lines for lines in self._scripts.get(address, ()) if lines), None)
        if script is None:
            return None
        line = script.popleft()
        self._lines_used[address] += 1
        if line is None or line.delay_seconds is not None:
            return line
        share = draw(self._seed, f"delay {address} {self._lines_used[address]}")
        delay = _QUICKEST_SECONDS + share * (_SLOWEST_SECONDS - _QUICKEST_SECONDS)
        return replace(line, delay_seconds=delay)
