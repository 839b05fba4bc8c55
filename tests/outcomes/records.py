"""A landlord's records for the tests of figures and digests, written row by row as the service would."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from storage.database import Work
from storage.models import (
    Activity,
    Address,
    Alert,
    Answer,
    Base,
    Consultation,
    Conversation,
    ConversationPerson,
    FlowVersion,
    InboundMessage,
    OutboxMessage,
    Tenant,
)
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.messages import Placement
from storage.models.outbox import OutboxState, RowClass

FLOW = """
flow: so-what
title: So what? After an activity
languages: {en: {status: reviewed}}
opening: {en: "Hi {first_name}, {landlord} here about {activity}. Reply STOP to opt out."}
questions:
  - id: worth
    measure: worth_attending
    ask: {en: "Was {activity} worth your time?"}
    answer: {type: yes_no}
  - id: difference
    measure: difference_made
    ask: {en: "What difference did it make?"}
    answer:
      type: choices
      options:
        - {id: skill, label: {en: "I learned something"}}
        - {id: people, label: {en: "I met people"}}
        - {id: none, label: {en: "No difference"}}
  - id: rating
    measure: satisfaction
    ask: {en: "How satisfied are you, from 0 to 10?"}
    answer: {type: scale, min: 0, max: 10}
  - id: words
    measure: in_own_words
    ask: {en: "What changed for you, if anything?"}
    answer: {type: text}
thanks: {en: "Thank you."}
"""

READERSHIP = """
flow: readership
title: Do you read our newsletter?
languages: {en: {status: reviewed}}
opening: {en: "Hi {first_name}, {landlord} here. Reply STOP to opt out."}
questions:
  - id: reads
    measure: worth_attending
    ask: {en: "Do you read it?"}
    answer: {type: yes_no}
thanks: {en: "Thank you."}
"""

Row = TypeVar("Row", bound=Base)

NAMES = (("Ann", "Beech"), ("Joe", "Oakley"), ("Farah", "Khan"), ("Gwen", "Pugh"), ("Marek", "Nowak"))


class Records:
    """Rows of one landlord, added inside an open transaction."""

    def __init__(self, work: Work, first_number: int = 1) -> None:
        self.session = work.session
        self.numbers = count(first_number)

    def add(self, row: Row) -> Row:
        """Store a row and give it its id."""
        self.session.add(row)
        self.session.flush()
        return row

    def launch(self, title: str | None, launched_at: datetime, source: str = FLOW, days_open: int = 7) -> Consultation:
        """A consultation after an activity with this title, or about none."""
        number = next(self.numbers)
        activity = None
        if title is not None:
            activity = self.add(Activity(activity_ref=f"A{number}", title=title, imported_at=launched_at))
        version = self.add(FlowVersion(flow="so-what", version=f"v{number}", source=source, stored_at=launched_at))
        return self.add(
            Consultation(
                cause=f"test:{number}",
                flow_version=version,
                activity=activity,
                launched_at=launched_at,
                closes_at=launched_at + timedelta(days=days_open),
            )
        )

    def invite(
        self,
        consultation: Consultation,
        *,
        state: OutboxState = OutboxState.DELIVERED,
        progress: Progress = Progress.DELIVERED,
        ended_at: datetime | None = None,
        name: tuple[str, str] | None = None,
    ) -> Conversation:
        """A conversation whose first text, with the first question, is in this state of the outbox."""
        number = next(self.numbers)
        at = consultation.launched_at
        first_name, last_name = name or NAMES[number % len(NAMES)]
        tenant = self.add(
            Tenant(tenant_ref=f"T{number}", first_name=first_name, last_name=last_name, language="en", imported_at=at)
        )
        address = self.add(Address(channel="sms", value=f"+447700900{number:03}", hash=str(number)))
        conversation = self.add(
            Conversation(
                consultation_id=consultation.id,
                address_id=address.id,
                language="en",
                facts={},
                progress=progress,
                created_at=at,
                ended_at=ended_at,
            )
        )
        self.add(ConversationPerson(conversation_id=conversation.id, tenant_id=tenant.id))
        self.put(conversation, "worth" if "worth\n" in consultation.flow_version.source else "reads", at, state)
        return conversation

    def put(
        self,
        conversation: Conversation,
        question_id: str,
        at: datetime,
        state: OutboxState = OutboxState.DELIVERED,
    ) -> None:
        """A text that puts a question."""
        was_sent = state not in (OutboxState.QUEUED, OutboxState.CANCELLED)
        self.add(
            OutboxMessage(
                dedupe_key=f"test:{next(self.numbers)}",
                row_class=RowClass.BULK,
                channel="sms",
                recipient=conversation.address.value,
                address_id=conversation.address_id,
                conversation_id=conversation.id,
                question_id=question_id,
                text_id="opening",
                body="…",
                state=state,
                created_at=at,
                due_at=at,
                sent_at=at if was_sent else None,
            )
        )

    def answer(
        self,
        conversation: Conversation,
        question_id: str,
        value: Any,
        at: datetime,
        *,
        status: AnswerStatus = AnswerStatus.UNDERSTOOD,
        comment: str | None = None,
        alert: str | None = None,
    ) -> Answer:
        """A reply to a question that had been put, and its reading; with an alert over it where one is named."""
        if question_id not in ("worth", "reads"):
            self.put(conversation, question_id, at - timedelta(minutes=1))
        message = self.message(conversation, at)
        if alert is not None:
            self.add(Alert(message_id=message.id, kind=alert, raised_at=at))
        return self.add(
            Answer(
                conversation_id=conversation.id,
                question_id=question_id,
                measure=_MEASURES[question_id],
                message_id=message.id,
                status=status,
                value=value,
                comment=comment,
                rule="test",
                recorded_at=at,
            )
        )

    def message(self, conversation: Conversation, at: datetime) -> InboundMessage:
        """A text from the tenant."""
        return self.add(
            InboundMessage(
                channel="sms",
                channel_message_id=f"SM{next(self.numbers)}",
                address_id=conversation.address_id,
                conversation_id=conversation.id,
                placement=Placement.REPLY,
                text="…",
                received_at=at,
                recorded_at=at,
            )
        )


_MEASURES = {
    "worth": "worth_attending",
    "reads": "worth_attending",
    "difference": "difference_made",
    "rating": "satisfaction",
    "words": "in_own_words",
}
