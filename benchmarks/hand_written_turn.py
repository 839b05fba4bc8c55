"""A turn as one would write it by hand: sowhat's own statements through SQLAlchemy Core, each built once.

Nothing is understood, screened, or looked up in a flow: whatever is said counts as a yes to the question that waits,
and the next text is always the same. No column is read that is not used, and no object is made of a row.
"""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, bindparam, insert, or_, select, text, update
from sqlalchemy.orm import aliased

from storage.database import Database
from storage.models import (
    Address,
    Answer,
    Consultation,
    Conversation,
    FlowVersion,
    InboundMessage,
    OptOut,
    OutboxMessage,
    TenantAddress,
)
from storage.models.answers import AnswerStatus
from storage.models.consultations import LIVE, Progress
from storage.models.messages import Placement
from storage.models.outbox import RowClass

QUESTION, NEXT_QUESTION = "worth", "changed"
NEXT_TEXT = "What changed for you because of it? Reply with all the letters that fit."


class HandWrittenTurns:
    """Takes replies in on one database, in as many threads as there are."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._for_a_fleet = database.is_for_a_fleet
        # One writer at a time, as in sowhat: threads that wait in SQLite itself sleep.
        self._turn: AbstractContextManager[object] = nullcontext() if database.is_for_a_fleet else Lock()

    def take_in(self, sid: str, sender: str, reply: str, now: datetime) -> None:
        """Keep a reply, its answer and where the conversation now stands, and queue the next text, in one commit."""
        with self._turn, self._engine.begin() as connection:
            _take_in(connection, sid, sender, reply, now)
            if self._for_a_fleet:
                connection.execute(_WAKE_WORKER)


def _take_in(connection: Connection, sid: str, sender: str, reply: str, now: datetime) -> None:
    address_id = connection.execute(_ADDRESS, {"sender": sender}).scalar_one()
    conversation = connection.execute(_CONVERSATION, {"address": address_id}).one()
    here = {"conversation": conversation.id, "question": QUESTION}
    left_at = connection.execute(_QUESTION_LEFT_AT, here).scalar_one()
    assert left_at is not None
    assert left_at <= now
    message = {
        "channel": "sms",
        "channel_message_id": sid,
        "address_id": address_id,
        "conversation_id": conversation.id,
        "question_id": QUESTION,
        "placement": Placement.REPLY,
        "text": reply,
        "received_at": now,
        "recorded_at": now,
    }
    message_id = connection.execute(_KEEP_MESSAGE, message).scalar_one()
    assert not connection.execute(_ANSWERS, here).all()
    moved = {
        "conversation": conversation.id,
        "known": conversation.revision,
        "progress": Progress.PARTIAL,
        "question_id": NEXT_QUESTION,
        "turn": conversation.turn + 1,
        "revision": conversation.revision + 1,
    }
    assert connection.execute(_MOVE_ON, moved).rowcount == 1
    connection.execute(_REPLACE_ANSWER, here | {"now": now})
    answer = {
        "conversation_id": conversation.id,
        "question_id": QUESTION,
        "measure": "worth_attending",
        "message_id": message_id,
        "status": AnswerStatus.UNDERSTOOD,
        "value": True,
        "rule": "none",
        "recorded_at": now,
    }
    connection.execute(_KEEP_ANSWER, answer)
    assert connection.execute(_OPTED_OUT, {"address": address_id}).one_or_none() is None
    following = {
        "dedupe_key": f"conversation:{conversation.id}:turn:{conversation.turn + 1}:ask:{NEXT_QUESTION}",
        "row_class": RowClass.REPLY,
        "channel": "sms",
        "recipient": sender,
        "address_id": address_id,
        "conversation_id": conversation.id,
        "question_id": NEXT_QUESTION,
        "text_id": f"ask:{NEXT_QUESTION}",
        "body": NEXT_TEXT,
        "segments": 1,
        "created_at": now,
        "due_at": now,
        "expires_at": conversation.closes_at,
    }
    connection.execute(_QUEUE, following)


_ADDRESS = select(Address.id).where(Address.channel == "sms", Address.value == bindparam("sender"))
_CONVERSATION = (
    select(
        Conversation.id,
        Conversation.turn,
        Conversation.revision,
        Conversation.closes_at,
        FlowVersion.flow,
        FlowVersion.version,
    )
    .join(Conversation.consultation)
    .join(Consultation.flow_version)
    .where(Conversation.address_id == bindparam("address"), Conversation.progress.in_(LIVE))
    .order_by(Conversation.id.desc())
    .limit(1)
    .with_for_update(of=Conversation)
)
_QUESTION_LEFT_AT = (
    select(OutboxMessage.sent_at)
    .where(
        OutboxMessage.conversation_id == bindparam("conversation"),
        OutboxMessage.question_id == bindparam("question"),
    )
    .order_by(OutboxMessage.id)
    .limit(1)
)
_KEEP_MESSAGE = insert(InboundMessage).returning(InboundMessage.id)
_ANSWERS = select(Answer.question_id, Answer.value).where(
    Answer.conversation_id == bindparam("conversation"), Answer.replaced_at.is_(None)
)
_MOVE_ON = update(Conversation).where(
    Conversation.id == bindparam("conversation"), Conversation.revision == bindparam("known")
)
_REPLACE_ANSWER = (
    update(Answer)
    .where(
        Answer.conversation_id == bindparam("conversation"),
        Answer.question_id == bindparam("question"),
        Answer.replaced_at.is_(None),
    )
    .values(replaced_at=bindparam("now"))
)
_KEEP_ANSWER = insert(Answer)
_HERE, _ELSEWHERE = aliased(TenantAddress), aliased(TenantAddress)
_OPTED_OUT = (
    select(OptOut.id)
    .join(Address, Address.hash == OptOut.address_hash)
    .outerjoin(_ELSEWHERE, _ELSEWHERE.address_id == Address.id)
    .outerjoin(_HERE, _HERE.tenant_id == _ELSEWHERE.tenant_id)
    .where(
        OptOut.ended_at.is_(None),
        or_(Address.id == bindparam("address"), _HERE.address_id == bindparam("address")),
    )
    .limit(1)
)
_QUEUE = insert(OutboxMessage)
_WAKE_WORKER = text("SELECT sowhat_defer_job('wake_up', false, 1)")
