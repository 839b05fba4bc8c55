"""A launch of a flow with all that was recorded of it until a moment: what figures are counted from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.flow import Flow, Question
from flows.load import read_flow
from outcomes.weeks import Week
from storage import figures as rows
from storage.database import Work
from storage.models import Consultation


@dataclass(frozen=True)
class Reading:
    """How a question's reply is read, and when the question first got one."""

    row: rows.AnswerRow
    first_at: datetime

    def came_in(self, week: Week) -> bool:
        """Whether the question got its first reply in the week."""
        return week.starts_at <= self.first_at < week.ends_at


@dataclass(frozen=True)
class Launch:
    """A consultation, the flow it is pinned to, and what was recorded of it."""

    consultation: Consultation
    flow: Flow
    conversations: Sequence[rows.ConversationRow]
    put: Sequence[rows.QuestionPut]
    readings: Sequence[Reading]

    @property
    def title(self) -> str:
        """Of the activity, or of the flow where it is about none."""
        activity = self.consultation.activity
        return activity.title if activity is not None else self.flow.title

    def asked(self, question: Question) -> int:
        """How many had the question put to them; a reply shows it even where the carrier never confirmed our text."""
        put = {row.conversation_id for row in self.put if row.question_id == question.id}
        return len(put | {reading.row.conversation_id for reading in self.readings_of(question)})

    def readings_of(self, question: Question) -> list[Reading]:
        """How the replies to one question are read."""
        return [reading for reading in self.readings if reading.row.question_id == question.id]

    def first_replies(self) -> dict[int, datetime]:
        """When each conversation, by its id, first answered anything."""
        first: dict[int, datetime] = {}
        for reading in self.readings:
            conversation = reading.row.conversation_id
            first[conversation] = min(reading.first_at, first.get(conversation, reading.first_at))
        return first


def gather_launches(work: Work, consultations: Sequence[Consultation], until: datetime) -> list[Launch]:
    """Read all that was recorded of these consultations before `until` (UTC), each reading as it stood then."""
    ids = [consultation.id for consultation in consultations]
    conversations, put, readings = defaultdict(list), defaultdict(list), defaultdict(list)
    launch_of: dict[int, int] = {}
    for conversation in rows.conversations_of(work, ids, until):
        launch_of[conversation.id] = conversation.consultation_id
        conversations[conversation.consultation_id].append(conversation)
    for question in rows.questions_put(work, ids, until):
        put[launch_of[question.conversation_id]].append(question)
    for reading in _in_force(rows.answers_of(work, ids, until), until):
        readings[launch_of[reading.row.conversation_id]].append(reading)
    return [
        Launch(
            consultation,
            read_flow(consultation.flow_version.source, consultation.flow_version.flow),
            conversations[consultation.id],
            put[consultation.id],
            readings[consultation.id],
        )
        for consultation in consultations
    ]


def _in_force(answers: Iterable[rows.AnswerRow], until: datetime) -> list[Reading]:
    """The readings that stood at `until`, in the order recorded."""
    first_at: dict[tuple[int, str], datetime] = {}
    standing: dict[tuple[int, str], rows.AnswerRow] = {}
    for row in answers:
        question = (row.conversation_id, row.question_id)
        first_at.setdefault(question, row.recorded_at)
        if row.replaced_at is None or row.replaced_at >= until:
            standing[question] = row
    return [Reading(row, first_at[question]) for question, row in standing.items()]
