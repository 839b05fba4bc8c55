"""What both sides say at the end: the pretend network of what people saw, and the database of what we believe."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from conversations.inbound import NOT_HANDLED
from simulator import Message, PhoneNetwork
from storage.database import Database
from storage.models import Address, Answer, Attempt, Conversation, InboundMessage, InboxItem, OptOut, OutboxMessage
from storage.models.consultations import Progress
from storage.models.outbox import RowClass

Words = tuple[str, str]
"""For whom a message is, and what it says."""


@dataclass(frozen=True)
class Evidence:
    """`texts` and `mails` are the rows of the outbox, `accepted` what the network took from us.

    `row_of` is the row that each of these belongs to, by the network's id, as far as the database knows, and
    `started_at` when that try was recorded; `recorded_at` is when what people sent was taken in, by the same ids.
    `answers` are those in force, each with the network's id of its message; `with_a_person` are messages in the inbox
    of staff, and `not_handled` those of them that our own code stumbled over.
    `opted_out` and `completed` are addresses.
    """

    network: PhoneNetwork
    accepted: Sequence[Message]
    texts: Sequence[OutboxMessage]
    mails: Sequence[OutboxMessage]
    row_of: Mapping[str, OutboxMessage]
    started_at: Mapping[str, datetime]
    inbound: Sequence[InboundMessage]
    recorded_at: Mapping[str, datetime]
    answers: Sequence[tuple[Answer, str]]
    with_a_person: frozenset[str]
    not_handled: frozenset[str]
    opted_out: frozenset[str]
    completed: frozenset[str]

    @cached_property
    def unbound(self) -> Mapping[Words, list[Message]]:
        """What the network took and no row knows the id of, by its words."""
        found: defaultdict[Words, list[Message]] = defaultdict(list)
        for message in self.accepted:
            if message.sid not in self.row_of:
                found[message.recipient, message.body].append(message)
        return found


_OPTED_OUT = select(Address.value).join(OptOut, OptOut.address_hash == Address.hash).where(OptOut.ended_at.is_(None))
_COMPLETED = (
    select(Address.value)
    .join(Conversation, Conversation.address_id == Address.id)
    .where(Conversation.progress == Progress.COMPLETED)
)


def gather(network: PhoneNetwork, database: Database) -> Evidence:
    """Read everything, when nothing moves any more."""
    with database.reading() as work:
        session = work.session
        rows = session.scalars(select(OutboxMessage).options(selectinload(OutboxMessage.attempts))).all()
        attempts = session.scalars(select(Attempt).options(joinedload(Attempt.message))).all()
        inbound = session.scalars(select(InboundMessage)).all()
        answers = session.execute(
            select(Answer, InboundMessage.channel_message_id)
            .options(joinedload(Answer.conversation))
            .join(InboundMessage, InboundMessage.id == Answer.message_id)
            .where(Answer.replaced_at.is_(None))
        ).all()
        items = session.execute(
            select(InboundMessage.channel_message_id, InboxItem.reason).join(InboxItem.message)
        ).all()
        return Evidence(
            network=network,
            accepted=[message for message in network.messages if not message.carrier],
            texts=[row for row in rows if row.row_class is not RowClass.STAFF],
            mails=[row for row in rows if row.row_class is RowClass.STAFF],
            row_of={each.provider_id: each.message for each in attempts if each.provider_id is not None},
            started_at={each.provider_id: each.started_at for each in attempts if each.provider_id is not None},
            inbound=inbound,
            recorded_at={message.channel_message_id: message.recorded_at for message in inbound},
            answers=[(answer, sid) for answer, sid in answers],
            with_a_person=frozenset(sid for sid, _ in items),
            not_handled=frozenset(sid for sid, reason in items if reason == NOT_HANDLED),
            opted_out=frozenset(session.scalars(_OPTED_OUT)),
            completed=frozenset(session.scalars(_COMPLETED)),
        )
