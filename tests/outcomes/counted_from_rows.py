"""The figures of a week counted a second way, for the tests: from every row as it stood at the end, without totals."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from flows.load import read_flow
from outcomes.figures import DigestFigures
from outcomes.response import Response
from outcomes.weeks import Week
from storage.database import Work
from storage.models import Answer, Consultation, Conversation, OutboxMessage
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState


@dataclass(frozen=True)
class Counted:
    """What the figures say of one question of one launch."""

    asked: int
    replied: int
    declined: int
    unclear: int
    new: int
    base: int
    last_week: int
    this_week: int
    bars: Mapping[str, int]


def counted_from_rows(work: Work, week: Week, now: datetime) -> dict[int, tuple[Response, dict[str, Counted]]]:
    """By launch: what became of its conversations, and what was counted of each question that was asked."""
    until = min(now, week.ends_at)
    launches = {}
    for consultation in work.session.scalars(select(Consultation).where(Consultation.launched_at < until)):
        conversations = work.session.scalars(
            select(Conversation).where(Conversation.consultation_id == consultation.id, Conversation.created_at < until)
        ).all()
        cases = [_Case(work, conversation, until) for conversation in conversations]
        answered_now = any(week.starts_at <= at < week.ends_at for case in cases for at in case.first_replies.values())
        if consultation.closes_at > week.starts_at or answered_now:
            flow = read_flow(consultation.flow_version.source, "test")
            questions = {question.id: _question(question.id, cases, week) for question in flow.questions}
            response = _response(cases, week, until, consultation.closes_at)
            launches[consultation.id] = response, {name: each for name, each in questions.items() if each.asked}
    return launches


def as_counted(figures: DigestFigures) -> dict[int, tuple[Response, dict[str, Counted]]]:
    """The same of a digest's figures, to be compared."""
    return {
        activity.consultation_id: (
            activity.response,
            {
                each.question_id: Counted(
                    asked=each.response.base,
                    replied=each.response.count,
                    declined=each.declined,
                    unclear=each.unclear,
                    new=each.new,
                    base=each.distribution.base,
                    last_week=each.changes[0].last_week.base if each.changes else 0,
                    this_week=each.changes[0].this_week.base if each.changes else 0,
                    bars={bar.label: bar.count for bar in each.distribution.bars if bar.count},
                )
                for each in activity.questions
            },
        )
        for activity in figures.activities
    }


class _Case:
    """One conversation as it stood."""

    def __init__(self, work: Work, conversation: Conversation, until: datetime) -> None:
        texts = work.session.scalars(select(OutboxMessage).where(OutboxMessage.conversation_id == conversation.id))
        self.put = [
            text
            for text in texts
            if text.question_id is not None
            and text.state in (OutboxState.SENT, OutboxState.DELIVERED, OutboxState.UNDELIVERED)
            and text.sent_at is not None
            and text.sent_at < until
        ]
        answers = work.session.scalars(select(Answer).where(Answer.conversation_id == conversation.id))
        self.standing: dict[str, Answer] = {}
        self.first_replies: dict[str, datetime] = {}
        for answer in sorted(answers, key=lambda each: each.recorded_at):
            if answer.recorded_at < until:
                self.first_replies.setdefault(answer.question_id, answer.recorded_at)
                if answer.replaced_at is None or answer.replaced_at >= until:
                    self.standing[answer.question_id] = answer
        self.has_ended = conversation.ended_at is not None and conversation.ended_at < until
        self.progress = conversation.progress


def _question(question_id: str, cases: Iterable[_Case], week: Week) -> Counted:
    asked = [
        case
        for case in cases
        if question_id in case.first_replies or any(text.question_id == question_id for text in case.put)
    ]
    standing = [
        (case.standing[question_id], case.first_replies[question_id]) for case in asked if question_id in case.standing
    ]
    statuses = Counter(answer.status for answer, _ in standing)
    understood = [(answer, first) for answer, first in standing if answer.status is AnswerStatus.UNDERSTOOD]
    last_week = sum(week.previous.starts_at <= first < week.starts_at for _, first in understood)
    this_week = sum(week.starts_at <= first < week.ends_at for _, first in understood)
    compared = question_id != "words" and last_week and this_week
    return Counted(
        asked=len(asked),
        replied=len(standing),
        declined=statuses[AnswerStatus.DECLINED],
        unclear=statuses[AnswerStatus.UNCLEAR] + statuses[AnswerStatus.NOT_UNDERSTOOD],
        new=sum(week.starts_at <= first < week.ends_at for _, first in standing),
        base=len(understood),
        last_week=last_week if compared else 0,
        this_week=this_week if compared else 0,
        bars=Counter(label for answer, _ in understood for label in _labels(question_id, answer.value)),
    )


_OPTIONS = {"skill": "I learned something", "people": "I met people", "none": "No difference"}


def _labels(question_id: str, value: Any) -> list[str]:
    match question_id:
        case "worth":
            return ["Yes" if value else "No"]
        case "difference":
            return [_OPTIONS[option] for option in value]
        case "rating":
            return [str(value)]
        case _:
            return []


def _response(cases: Iterable[_Case], week: Week, until: datetime, closes: datetime) -> Response:
    counts: Counter[str] = Counter()
    for case in cases:
        fate = _fate(case, over=case.has_ended or closes <= until)
        counts[fate] += 1
        counts["asked"] += fate not in ("to_ask", "never_asked")
        if fate == "replied":
            counts["new"] += min(case.first_replies.values()) >= week.starts_at
            counts["stopped_after_reply"] += case.has_ended and case.progress is Progress.REFUSED
    return Response(**counts)


def _fate(case: _Case, *, over: bool) -> str:
    if case.first_replies:
        return "replied"
    if not case.put:
        return "never_asked" if over else "to_ask"
    if case.has_ended and case.progress is Progress.REFUSED:
        return "refused"
    failed = all(text.state is OutboxState.UNDELIVERED for text in case.put)
    if failed or (case.has_ended and case.progress is Progress.UNREACHABLE):
        return "unreachable"
    return "silent" if over else "open"
