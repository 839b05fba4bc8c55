"""The demo's figures, counted twice: from what the pretend network saw, and from the database. They must agree."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from service.demo.cast import Cast
from service.demo.manners import ANYTHING, Meaning
from simulator import PhoneNetwork
from simulator.records import Channel, Kind, ReplySent, Status
from sms.segments import count_segments
from storage import totals
from storage.database import Database
from storage.policy import current_policy

Counts = Mapping[str, int]

LAST_QUESTION = "words"

WORDS_OR_TAPS = frozenset({Kind.TEXT, Kind.TAP, Kind.EDIT, Kind.START})
"""What people do that reaches us as a message of theirs."""


@dataclass(frozen=True)
class Comparison:
    """The same figures from both sides, and in words where they differ."""

    network: Counts
    database: Counts
    cost_gbp: Decimal
    differences: tuple[str, ...]


def compare(network: PhoneNetwork, database: Database, cast: Cast, digest_mails: int) -> Comparison:
    """Count everything on both sides, and hold every stored answer against what its tenant meant.

    Of a parked message nobody on our side can know whether it arrived, so those it was for are left out of the counts
    of who was written to and who was reached.
    """
    with database.reading() as work:
        seen = count_network(network, cast, digest_mails, totals.recipients_of_parked(work))
        stored = {
            **totals.count_everything(work),
            "tenant_segments": sum(count_segments(text).segments for text in totals.texts_by_sms(work)),
        }
        answers = totals.answers_by_message(work)
        price = current_policy(work).segment_price_pence
    differences = [
        f"{name}: the network saw {seen[name]}, the database has {stored[name]}"
        for name in seen
        if seen[name] != stored[name]
    ]
    differences += _wrong_answers(network, answers)
    differences += _texts_after_stop(network)
    return Comparison(seen, stored, stored["segments"] * price / 100, tuple(differences))


def count_network(
    network: PhoneNetwork, cast: Cast, digest_mails: int, uncertain: Collection[str] = frozenset()
) -> Counts:
    """What the network saw; addresses that are `uncertain` count neither as written to nor as reached or not."""
    ours = [message for message in network.messages if not message.carrier and message.recipient not in uncertain]
    reached = {message.recipient for message in ours if message.status is Status.DELIVERED}
    replies = network.replies_sent
    meanings = [_meaning(reply) for reply in replies]
    refused = {refusal.phone for refusal in network.refusals if refusal.phone not in uncertain}
    failed = {message.recipient for message in ours if message.status in (Status.UNDELIVERED, Status.FAILED)}
    return {
        "tenants": len(cast.people),
        "invited": len({message.recipient for message in ours}),
        "delivered": len(reached),
        "chats": len({message.recipient for message in ours if message.channel is Channel.TELEGRAM}),
        "replies": sum(message.kind in WORDS_OR_TAPS for message in network.inbound),
        "answers": sum(meaning.question is not None for meaning in meanings),
        "completed": len(_phones_that_finished(replies)),
        "opted_out": len({reply.phone for reply in replies if _meaning(reply).stop}),
        "undeliverable": len(failed | refused),
        "alerts": sum(meaning.alert is not None for meaning in meanings),
        "unclear": sum(meaning.unclear for meaning in meanings),
        "duplicates_sent": len(network.duplicates),
        "lost": len(network.untold),
        "digest_emails": digest_mails,
        "segments": network.segments_out,
        "tenant_segments": network.segments_in,
    }


def _meaning(reply: ReplySent) -> Meaning:
    return reply.meaning if isinstance(reply.meaning, Meaning) else Meaning()


def _phones_that_finished(replies: tuple[ReplySent, ...]) -> set[str]:
    return {reply.phone for reply in replies if _meaning(reply).question == LAST_QUESTION}


def _wrong_answers(network: PhoneNetwork, stored: Mapping[str, tuple[str, object]]) -> list[str]:
    """Answers that are not what the tenant meant, by the id of their message."""
    wrong = []
    for reply in network.replies_sent:
        meaning = _meaning(reply)
        question, value = stored.get(reply.sid, (None, None))
        if question != meaning.question or meaning.value not in (value, ANYTHING):
            wrong.append(f"message {reply.sid}: meant {meaning.question}, stored as an answer to {question}")
    return wrong


def _texts_after_stop(network: PhoneNetwork) -> list[str]:
    """Phones that got more than the one confirmation after they had said STOP; none when the carrier confirmed."""
    confirmed_by_carrier = Counter(message.recipient for message in network.messages if message.carrier)
    ours = Counter(message.recipient for message in network.texts_after_stop)
    return [
        f"a phone got {count} texts from us after its STOP"
        for phone, count in ours.items()
        if count > 1 - confirmed_by_carrier[phone]
    ]
