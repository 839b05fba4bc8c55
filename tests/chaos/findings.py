"""Holding both sides against each other: each function lists, by ids, what must not be. See the package's own words."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta

from service.demo.manners import ANYTHING, Meaning
from simulator import Kind, Message, Status
from simulator.records import Channel
from storage import people
from storage.models import OutboxMessage
from storage.models.answers import AnswerStatus
from storage.models.outbox import ACCEPTED, OutboxState
from tests.chaos.evidence import Evidence
from tests.chaos.installation import MANAGERS
from tests.chaos.mailbox import ShakyPostOffice
from tests.chaos.people import SURVEY

KNOWN_AFTER = timedelta(minutes=15)
"""So long after it was texted a STOP must be known: three rounds of looking for what was missed."""

LAST_QUESTION = SURVEY.questions[-1].id

_SAID = frozenset({Kind.TEXT, Kind.TAP, Kind.EDIT, Kind.START})
_PICKED = "picked:"


def asked_twice(evidence: Evidence) -> Iterator[str]:
    """Words that reached somebody twice, and questions put twice in the same form."""
    for duplicate in evidence.network.duplicates:
        yield f"{duplicate.phone} was sent the same words {duplicate.times} times"
    put = Counter(
        (row.conversation_id, row.question_id, row.text_id)
        for row in evidence.texts
        if row.question_id is not None and _was_accepted(row, evidence) and not row.text_id.startswith(_PICKED)
    )
    for (conversation, question, text_id), times in put.items():
        if times > 1:
            yield f"conversation {conversation} was asked {question} {times} times by {text_id}"


def _was_accepted(row: OutboxMessage, evidence: Evidence) -> bool:
    return row.state in ACCEPTED or bool(evidence.unbound().get((row.recipient, row.body)))


def answers_lost(evidence: Evidence) -> Iterator[str]:
    """What people last said to a question, and is not the answer in force."""
    stored = {sid: answer for answer, sid in evidence.answers if answer.status is AnswerStatus.UNDERSTOOD}
    for said, meaning in last_answers(evidence):
        answer = stored.get(said.sid)
        by = f"{said.sender} answered {meaning.question} by {said.sid}"
        if answer is None and said.sid not in evidence.with_a_person:
            yield f"{by}, and nothing is stored"
        elif answer is not None and answer.question_id != meaning.question:
            yield f"{by}, stored as {answer.question_id}"
        elif answer is not None and meaning.value not in (answer.value, ANYTHING):
            yield f"{by}, stored with another value"


def answers_doubled(evidence: Evidence) -> Iterator[str]:
    """Answers in force that nobody gave, and more than one to the same question from the same address."""
    given = {said.sid for said, _ in last_answers(evidence)}
    out_of_step = {message.sid for message in evidence.network.inbound if message.sender in chats_out_of_step(evidence)}
    for answer, sid in evidence.answers:
        if answer.status is AnswerStatus.UNDERSTOOD and sid not in given | out_of_step:
            yield f"answer {answer.id} is in force, and its message {sid} was no answer, or not the last"
    held = Counter((answer.conversation.address_id, answer.question_id) for answer, _ in evidence.answers)
    for (address, question), times in held.items():
        if times > 1:
            yield f"address {address} has {times} answers to {question}"


def last_answers(evidence: Evidence) -> list[tuple[Message, Meaning]]:
    """The last that each person said to each question."""
    out_of_step = chats_out_of_step(evidence)
    last: dict[tuple[str | None, str], tuple[Message, Meaning]] = {}
    for said in evidence.network.inbound:
        meaning = said.meaning
        if isinstance(meaning, Meaning) and meaning.question is not None and said.sender not in out_of_step:
            last[said.sender, meaning.question] = (said, meaning)
    return list(last.values())


def chats_out_of_step(evidence: Evidence) -> frozenset[str | None]:
    """Chats in which Telegram itself gave up telling us of something: from then on nobody answers what was asked.

    We may have taken it even so, and been killed before we could say that we had.
    """
    return frozenset(message.sender for message in evidence.network.inbound if message.dropped)


def ours_lost(evidence: Evidence) -> Iterator[str]:
    """Rows that have not ended, that claim what the network does not know, and texts that no row accounts for."""
    by_sid = {message.sid: message for message in evidence.accepted}
    refused = {refusal.phone for refusal in evidence.network.refusals}
    unbound = {words: list(messages) for words, messages in evidence.unbound().items()}
    for row in evidence.texts:
        yield from _faults_of(row, by_sid, refused)
        if _may_be_unbound(row) and unbound.get((row.recipient, row.body)):
            unbound[row.recipient, row.body].pop()
    for messages in unbound.values():
        yield from (f"the network accepted {message.sid}, and no row accounts for it" for message in messages)
    rows = Counter(row.id for sid, row in evidence.row_of.items() if sid in by_sid)
    yield from (f"row {row} was accepted {times} times" for row, times in rows.items() if times > 1)


def _may_be_unbound(row: OutboxMessage) -> bool:
    """Whether a row may have been accepted without our knowing its id: parked, or delivered by what a tap told us."""
    if row.state is OutboxState.PARKED:
        return True
    return row.state is OutboxState.DELIVERED and all(attempt.provider_id is None for attempt in row.attempts)


def _faults_of(row: OutboxMessage, by_sid: Mapping[str, Message], refused: set[str]) -> Iterator[str]:
    bound = [by_sid.get(attempt.provider_id) for attempt in row.attempts if attempt.provider_id is not None]
    if row.state in (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN):
        yield f"row {row.id} is still {row.state}"
    elif row.state in ACCEPTED and not bound and row.channel != people.CHAT_CHANNEL:
        yield f"row {row.id} is {row.state}, and we know no id of it"
    elif row.state is OutboxState.REJECTED and row.recipient not in refused:
        yield f"row {row.id} is rejected, and the network has refused nobody there"
    elif row.state in (OutboxState.CANCELLED, OutboxState.PARKED) and not row.ended_reason:
        yield f"row {row.id} is {row.state} without a reason"
    for message in bound:
        if message is None:
            yield f"row {row.id} has an id that the network does not know"
        elif (message.recipient, message.body) != (row.recipient, row.body):
            yield f"row {row.id} is bound to {message.sid}, which says something else or went elsewhere"
        elif row.state is OutboxState.DELIVERED and message.status is not Status.DELIVERED:
            yield f"row {row.id} is delivered, and the network has {message.sid} as {message.status}"
        elif row.state is OutboxState.UNDELIVERED and message.status not in (Status.UNDELIVERED, Status.FAILED):
            yield f"row {row.id} is undelivered, and the network has {message.sid} as {message.status}"


def theirs_lost(evidence: Evidence) -> Iterator[str]:
    """What people sent or did and is not stored once."""
    stored = Counter(row.channel_message_id for row in evidence.inbound)
    known = set()
    for message in evidence.network.inbound:
        if message.kind not in _SAID:
            continue
        known.add(message.sid)
        if message.dropped and message.told_order is None:
            continue
        if message.told_order is None:
            yield f"{message.sid} was never taken"
        if stored[message.sid] != 1:
            yield f"{message.sid} is stored {stored[message.sid]} times"
    yield from (f"{sid} is stored, and nobody has sent it" for sid in stored if sid not in known)


def texts_after_stop(evidence: Evidence, confirmation: str) -> Iterator[str]:
    """What was accepted for a person after we knew of their STOP, but for one confirmation."""
    network = evidence.network
    sent_to: defaultdict[str, list[Message]] = defaultdict(list)
    for message in evidence.accepted:
        sent_to[message.recipient].append(message)
    confirmed_by_carrier = {message.recipient for message in network.messages if message.carrier}
    for addresses, stop in _first_stops(evidence).items():
        after = [text for address in addresses for text in sent_to[address] if _is_after(text, stop)]
        confirmations = [text for text in after if text.body == confirmation]
        allowed = 0 if stop.sender in confirmed_by_carrier else 1
        yield from (f"{text.sid} left after the STOP {stop.sid}" for text in after if text.body != confirmation)
        if len(confirmations) > allowed:
            yield f"the STOP {stop.sid} was confirmed {len(confirmations) + 1 - allowed} times"


def _first_stops(evidence: Evidence) -> Mapping[frozenset[str], Message]:
    stops: dict[frozenset[str], Message] = {}
    for stop in evidence.network.stops:
        stops.setdefault(evidence.network.addresses_of(stop.sender or ""), stop)
    return stops


def _is_after(text: Message, stop: Message) -> bool:
    """Whether a text was accepted when the STOP was known. What waits at Telegram is not known until it is told."""
    is_told = stop.told_order is not None and text.order > stop.told_order
    return is_told or (stop.channel is Channel.SMS and text.created > stop.created + KNOWN_AFTER)


def unconfirmed_stops(evidence: Evidence, confirmation: str) -> Iterator[str]:
    """People whose STOP nobody has confirmed, neither we nor the carrier, nor is our confirmation parked."""
    confirmed = {
        message.recipient for message in evidence.network.messages if message.carrier or message.body == confirmation
    }
    ended = {row.recipient for row in evidence.texts if row.body == confirmation and row.state not in ACCEPTED}
    for addresses, stop in _first_stops(evidence).items():
        if not addresses & (confirmed | ended):
            yield f"the STOP {stop.sid} was not confirmed"


def disagreements(evidence: Evidence) -> Iterator[str]:
    """Addresses of which the database says that they opted out, or answered to the end, and the network does not."""
    stopped = {stop.sender for stop in evidence.network.stops if stop.told_order is not None}
    finished = {said.sender for said, meaning in last_answers(evidence) if meaning.question == LAST_QUESTION}
    completed = evidence.completed - chats_out_of_step(evidence)
    yield from (f"{address} said STOP and is not opted out, or the reverse" for address in stopped ^ evidence.opted_out)
    yield from (f"{address} answered all and is not completed, or the reverse" for address in finished ^ completed)


def digests_lost(evidence: Evidence, office: ShakyPostOffice) -> Iterator[str]:
    """Managers without the digest, or with more than one; and mails that have not ended, or not as the outbox says."""
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for recipient, message_id, _ in office.taken():
        ids[recipient].add(message_id)
    digests = Counter(row.recipient for row in evidence.mails if row.text_id == "digest")
    for manager in MANAGERS:
        if digests[manager] != 1:
            yield f"{manager} has {digests[manager]} digests in the outbox"
        if len(ids[manager]) != 1:
            yield f"{manager} was mailed under {len(ids[manager])} Message-IDs"
    for row in evidence.mails:
        if row.state not in (OutboxState.SENT, OutboxState.PARKED):
            yield f"mail {row.id} is {row.state}"
    taken = {message_id for _, message_id, _ in office.taken()}
    for row in evidence.mails:
        bound = {attempt.provider_id for attempt in row.attempts} - {None}
        yield from (f"mail {row.id} was sent as {each}, which never came" for each in bound - taken)
