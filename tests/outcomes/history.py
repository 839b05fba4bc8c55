"""What could happen to a landlord's surveys, made up at random: every change that figures depend on, in any order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from sqlalchemy import func, select

from outcomes.rollups import compact, rebuild
from storage.answers import record_answer
from storage.database import Database, Work
from storage.models import Answer, Consultation, Conversation, OutboxMessage
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from tests.outcomes.records import Records

BEGINS = datetime(2026, 11, 13, 9, tzinfo=UTC)
"""A Friday: the first Monday comes soon."""

STEPS = (
    timedelta(seconds=1),
    timedelta(minutes=7),
    timedelta(minutes=30),
    timedelta(hours=3),
    timedelta(hours=11),
)
QUESTIONS = ("worth", "difference", "rating", "words")
VALUES = {
    "worth": (True, False),
    "difference": (["skill"], ["people"], ["skill", "people"], ["none"]),
    "rating": tuple(range(11)),
    "words": ("Made new friends", "Nothing much", "7"),
}

Row = TypeVar("Row")


class History:
    """Makes things happen one after the other; `now` is when the last of them did."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.draw, self.now = database, Random(seed), BEGINS
        self._numbers = iter(range(1, 10_000_000, 1_000))

    def run(self, events: int) -> None:
        """Let so many things happen."""
        with self.database.work() as work:
            self._launch(work)
        for _ in range(events):
            self.now += self.draw.choice(STEPS)
            happens = self.draw.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
            happens(self)

    def _write(self, change: Callable[[Work], None]) -> None:
        with self.database.work() as work:
            change(work)

    def launch(self) -> None:
        self._write(self._launch)

    def _launch(self, work: Work) -> None:
        self._records(work).launch(self.draw.choice(("Coffee morning", "Repairs forum")), self.now, days_open=4)

    def invite(self) -> None:
        def change(work: Work) -> None:
            consultation = self._any(work, Consultation)
            assert consultation is not None
            records = self._records(work)
            state = self.draw.choice(tuple(OutboxState))
            conversation = records.invite(consultation, state=state, progress=Progress.INVITED)
            conversation.created_at = self.now
            text = work.session.scalars(
                select(OutboxMessage).where(OutboxMessage.conversation_id == conversation.id)
            ).one()
            text.sent_at = self.now if text.sent_at else None

        self._write(change)

    def hear_of_a_text(self) -> None:
        """The carrier takes it, fails it, delivers it after all, or it turns out that it was another one."""

        def change(work: Work) -> None:
            text = self._any(work, OutboxMessage)
            if text is not None:
                text.state = self.draw.choice(tuple(OutboxState))
                text.sent_at = text.sent_at or self.now
                if self.draw.random() < 0.2:
                    text.sent_at -= timedelta(minutes=20)

        self._write(change)

    def put(self) -> None:
        def change(work: Work) -> None:
            conversation = self._any(work, Conversation)
            if conversation is not None:
                state = self.draw.choice(tuple(OutboxState))
                self._records(work).put(conversation, self.draw.choice(QUESTIONS), self.now, state)

        self._write(change)

    def answer(self) -> None:
        """For the first time or again, understood or not, perhaps after the end."""

        def change(work: Work) -> None:
            conversation = self._any(work, Conversation)
            if conversation is None:
                return
            question = self.draw.choice(QUESTIONS)
            status = self.draw.choice((AnswerStatus.UNDERSTOOD,) * 4 + tuple(AnswerStatus))
            understood = status is AnswerStatus.UNDERSTOOD
            record_answer(
                work,
                Answer(
                    conversation_id=conversation.id,
                    question_id=question,
                    measure=question,
                    message_id=self._records(work).message(conversation, self.now).id,
                    status=status,
                    value=self.draw.choice(VALUES[question]) if understood else None,
                    comment=self.draw.choice((None, "lovely tea", "👍")),
                    rule="test",
                    recorded_at=self.now,
                ),
            )

        self._write(change)

    def end(self) -> None:
        def change(work: Work) -> None:
            conversation = self._any(work, Conversation)
            if conversation is not None:
                ends = (Progress.REFUSED, Progress.UNREACHABLE, Progress.EXPIRED, Progress.COMPLETED)
                conversation.progress, conversation.ended_at = self.draw.choice(ends), self.now

        self._write(change)

    def compact(self) -> None:
        compact(self.database)

    def rebuild(self) -> None:
        rebuild(self.database)

    def _records(self, work: Work) -> Records:
        return Records(work, first_number=next(self._numbers))

    def _any(self, work: Work, model: type[Row]) -> Row | None:
        number = work.session.scalar(select(func.count()).select_from(model)) or 0
        return work.session.scalars(
            select(model).order_by("id").offset(self.draw.randrange(max(number, 1))).limit(1)
        ).one_or_none()


_WEIGHTS: dict[Callable[[History], None], int] = {
    History.launch: 1,
    History.invite: 12,
    History.hear_of_a_text: 10,
    History.put: 6,
    History.answer: 24,
    History.end: 4,
    History.compact: 4,
    History.rebuild: 1,
}
