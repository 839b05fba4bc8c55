"""What the record of a run shows: the faults of the customer that a tenant would notice."""

from collections import Counter
from collections.abc import Iterable, Sequence

from simulator.opt_out import Keyword, find_keyword
from simulator.records import Direction, Duplicate, Message


def from_customer(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Return the texts that the customer sent to phones, without the carrier's own."""
    return tuple(message for message in messages if message.direction is Direction.OUTBOUND and not message.carrier)


def find_duplicates(messages: Iterable[Message]) -> tuple[Duplicate, ...]:
    """Return the words that the customer had accepted more than once for the same phone."""
    counts = Counter((message.recipient, message.body) for message in from_customer(messages))
    return tuple(Duplicate(phone, text, times) for (phone, text), times in counts.items() if times > 1)


def find_texts_after_stop(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Return the customer's texts accepted for a phone after the customer knew that it had asked to stop.

    It counts as known from the moment the webhook took the stop, or a listing showed it, so that a text already
    on its way is no fault; and until the phone sends START or UNSTOP.
    """
    stopped: set[str | None] = set()
    texts: list[Message] = []
    for message in sorted((m for m in messages if not m.carrier), key=_when_it_counts):
        if message.direction is Direction.OUTBOUND:
            if message.recipient in stopped:
                texts.append(message)
        elif message.told_order is None:
            continue
        elif message.stop or find_keyword(message.body) is Keyword.STOP:
            stopped.add(message.sender)
        elif message.body.strip().upper() in ("START", "UNSTOP"):
            stopped.discard(message.sender)
    return tuple(texts)


def _when_it_counts(message: Message) -> int:
    return message.order if message.told_order is None else message.told_order
