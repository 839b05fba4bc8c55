"""What came after a STOP, and which STOP was not heeded."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta

from simulator import Channel, Message
from storage.models.outbox import ACCEPTED
from tests.chaos.evidence import Evidence
from tests.chaos.people import TEXTS

CONFIRMATION = TEXTS.text("en", "stop_confirmation", {"landlord": "Derwent Living"})

KNOWN_AFTER = timedelta(minutes=15)
"""So long after it was texted a STOP must be known: three rounds of looking for what was missed."""


def texts_after_stop(evidence: Evidence) -> Iterator[str]:
    """What was accepted for a person after we knew of their STOP, but for one confirmation."""
    confirmed_by_carrier = {message.recipient for message in evidence.network.messages if message.carrier}
    for stop, after in _after_stops(evidence):
        confirmations = [text for text in after if text.body == CONFIRMATION]
        allowed = 0 if stop.sender in confirmed_by_carrier else 1
        if len(confirmations) > allowed:
            yield f"the STOP {stop.sid} was confirmed {len(confirmations) + 1 - allowed} times"
        for text in after:
            if text.body != CONFIRMATION and not _was_on_its_way(text, stop, evidence):
                yield f"{text.sid} left after the STOP {stop.sid}"


def texts_on_their_way(evidence: Evidence) -> Iterator[str]:
    """What was accepted after a STOP, and had been taken in hand before that reached us."""
    for stop, after in _after_stops(evidence):
        yield from (text.sid for text in after if _was_on_its_way(text, stop, evidence))


def _after_stops(evidence: Evidence) -> Iterator[tuple[Message, list[Message]]]:
    """The first STOP of each person who said it, and what was accepted for them after we knew."""
    sent_to: defaultdict[str, list[Message]] = defaultdict(list)
    for message in evidence.accepted:
        sent_to[message.recipient].append(message)
    for addresses, stop in _first_stops(evidence).items():
        yield stop, [text for address in addresses for text in sent_to[address] if _is_after(text, stop)]


def _was_on_its_way(text: Message, stop: Message, evidence: Evidence) -> bool:
    taken_in_hand, taken_in = evidence.started_at.get(text.sid), evidence.recorded_at.get(stop.sid)
    return taken_in_hand is not None and taken_in is not None and taken_in_hand <= taken_in


def _first_stops(evidence: Evidence) -> Mapping[frozenset[str], Message]:
    stops: dict[frozenset[str], Message] = {}
    for stop in evidence.network.stops:
        stops.setdefault(evidence.network.addresses_of(stop.sender or ""), stop)
    return stops


def _is_after(text: Message, stop: Message) -> bool:
    """Whether a text was accepted when the STOP was known. What waits at Telegram is not known until it is told."""
    is_told = stop.told_order is not None and text.order > stop.told_order
    return is_told or (stop.channel is Channel.SMS and text.created > stop.created + KNOWN_AFTER)


def stops_unheeded(evidence: Evidence) -> Iterator[str]:
    """Addresses that said STOP and are not opted out, or the reverse; and STOPs that nobody has confirmed."""
    said = {stop.sender for stop in evidence.network.stops}
    yield from (f"{address} said STOP and is not opted out, or the reverse" for address in said ^ evidence.opted_out)
    messages = evidence.network.messages
    confirmed = {message.recipient for message in messages if message.carrier or message.body == CONFIRMATION}
    ended = {row.recipient for row in evidence.texts if row.body == CONFIRMATION and row.state not in ACCEPTED}
    for addresses, stop in _first_stops(evidence).items():
        if not addresses & (confirmed | ended):
            yield f"the STOP {stop.sid} was not confirmed"
