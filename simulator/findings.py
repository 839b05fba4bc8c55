"""What the record of a run shows: the faults of the customer that a tenant would notice."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from simulator.opt_out import Keyword, find_keyword
from simulator.records import Direction, Duplicate, Kind, Message


def from_customer(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Return the messages that the customer sent to people, without the carrier's own."""
    return tuple(message for message in messages if message.direction is Direction.OUTBOUND and not message.carrier)


def find_duplicates(messages: Iterable[Message]) -> tuple[Duplicate, ...]:
    """Return the words that the customer had accepted more than once for the same address."""
    counts = Counter((message.recipient, message.body) for message in from_customer(messages))
    return tuple(Duplicate(address, text, times) for (address, text), times in counts.items() if times > 1)


def asks_to_stop(message: Message) -> bool:
    """Say whether a person asked to be left alone: by their script's word for it, or with a keyword."""
    return message.direction is Direction.INBOUND and (message.stop or find_keyword(message.body) is Keyword.STOP)


def find_texts_after_stop(
    messages: Sequence[Message], addresses_of: Callable[[str], frozenset[str]]
) -> tuple[Message, ...]:
    """Return the customer's messages accepted for a person after the customer knew that they had asked to stop.

    It counts as known from the moment the webhook took the stop, or a listing showed it, so that a message already
    on its way is no fault. A stop holds for all `addresses_of` the one it came from; START, UNSTOP or pressing Start
    opens again the one that it comes from.
    """
    stopped: set[str] = set()
    texts: list[Message] = []
    for message in sorted((m for m in messages if not m.carrier), key=_when_it_counts):
        if message.direction is Direction.OUTBOUND:
            if message.recipient in stopped:
                texts.append(message)
        elif message.told_order is None or message.sender is None:
            continue
        elif asks_to_stop(message):
            stopped |= addresses_of(message.sender)
        elif message.kind is Kind.START or message.body.strip().upper() in ("START", "UNSTOP"):
            stopped.discard(message.sender)
    return tuple(texts)


def _when_it_counts(message: Message) -> int:
    return message.order if message.told_order is None else message.told_order
