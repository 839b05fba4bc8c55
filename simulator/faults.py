"""What goes wrong on the network, by rate and by seed."""

import random
from dataclasses import dataclass, fields
from enum import StrEnum


class RequestFault(StrEnum):
    """How one request to send a message goes wrong."""

    TOO_MANY_REQUESTS = "too_many_requests"
    SERVER_ERROR = "server_error"
    DROP_BEFORE_ACCEPTING = "drop_before_accepting"
    SERVER_ERROR_AFTER_ACCEPTING = "server_error_after_accepting"
    DROP_AFTER_ACCEPTING = "drop_after_accepting"
    HANG_AFTER_ACCEPTING = "hang_after_accepting"


_NOT_RATES = ("late_seconds", "hang_seconds", "retry_after_seconds")


@dataclass(frozen=True)
class Faults:
    """How often things go wrong: rates from 0 to 1, all 0 unless given.

    The first six are ends of a request to send, of which one request meets at most one: an answer 429, an answer
    500 or a dropped connection with nothing accepted; the same 500 or drop, or no answer for `hang_seconds`,
    with the message accepted. Then Twilio's status callbacks that come `late_seconds` late, twice, or "delivered"
    before "sent"; and webhooks for what people send that come twice, `late_seconds` late, or after the next one from
    the same person (if that comes within `late_seconds`). The seconds are real ones, not scaled by the pace;
    `retry_after_seconds` are those that Telegram asks for in its 429.

    Raises ValueError when a rate is not between 0 and 1 or the rates of the first six add up to more than 1.
    """

    too_many_requests: float = 0.0
    server_error: float = 0.0
    drop_before_accepting: float = 0.0
    server_error_after_accepting: float = 0.0
    drop_after_accepting: float = 0.0
    hang_after_accepting: float = 0.0
    late_callback: float = 0.0
    duplicate_callback: float = 0.0
    reordered_callback: float = 0.0
    duplicate_webhook: float = 0.0
    late_webhook: float = 0.0
    reordered_webhook: float = 0.0
    late_seconds: float = 1.0
    hang_seconds: float = 30.0
    retry_after_seconds: float = 1.0

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name not in _NOT_RATES and not 0 <= getattr(self, field.name) <= 1:
                raise ValueError(f"The rate {field.name} must be from 0 to 1.")
        if sum(self.rate_of(fault) for fault in RequestFault) > 1 + 1e-9:
            raise ValueError("The rates of faults of one request add up to more than 1: lower some of them.")

    def rate_of(self, fault: RequestFault) -> float:
        """Return the rate of one way in which a request goes wrong."""
        rate: float = getattr(self, fault.value)
        return rate


def strikes(rate: float, seed: int, cause: str) -> bool:
    """Say whether a fault of this rate happens to this cause; the same seed and cause always agree."""
    return rate > 0 and draw(seed, cause) < rate


def choose_request_fault(faults: Faults, seed: int, cause: str) -> RequestFault | None:
    """Return the fault that this request meets, or None."""
    point = draw(seed, cause)
    for fault in RequestFault:
        point -= faults.rate_of(fault)
        if point < 0:
            return fault
    return None


def draw(seed: int, cause: str) -> float:
    """Return a number from 0 up to 1 that depends on seed and cause only.

    One shared generator would make a run depend on the order in which concurrent requests happen to arrive.
    """
    return random.Random(f"{seed} {cause}").random()
