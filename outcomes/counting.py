"""Counting the figures of a week from the rows, as they were at its end.

What was recorded later is left out and a reading replaced later counts as it stood, so that a week counted again
gives the same figures.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from flows.answers import Answer, Choice, Choices, Date, Number, Scale, Text, YesNo
from flows.flow import Question
from flows.placeholders import fill
from outcomes.distributions import changes, distribution, in_language
from outcomes.figures import ActivityFigures, DigestFigures, MeasureFigures, QuestionFigures
from outcomes.launches import Launch, Reading, gather_launches
from outcomes.response import Moments, Rate, count_response
from outcomes.statistics import SMALLEST_BASE
from outcomes.verbatims import Comment, Verbatims, choose_verbatims
from outcomes.weeks import Week
from storage import figures as rows
from storage.database import Work
from storage.models.answers import AnswerStatus
from storage.policy import Policy

LANGUAGE = "en"
"""Staff read the digest in English."""

_NO_VERBATIMS = Verbatims((), 0, 0)


def count_digest(work: Work, week: Week, policy: Policy, now: datetime) -> DigestFigures:
    """Count what a digest about `week` shows.

    Args:
        work: an open transaction; nothing is written.
        week: may still be under way; then it is counted until `now`.
        policy: for the landlord's name.
        now: the present, in UTC. What waits for a person is counted as at now, whatever the week.
    """
    until = min(now, week.ends_at)
    consultations = rows.consultations_between(work, week.previous.starts_at, until)
    ids = [consultation.id for consultation in consultations]
    launches = gather_launches(work, consultations, until)
    shown = [launch for launch in launches if _is_shown(launch, week)]
    people = rows.names_of_people(work, ids)
    return DigestFigures(
        landlord=policy.landlord,
        week=week,
        counted_until=until,
        built_at=now,
        waiting=rows.waiting_for_a_person(work),
        activities=tuple(_activity_figures(launch, week, until, people, policy) for launch in shown),
        measures=tuple(_measures_in_common(shown, launches, week, policy)),
    )


def _is_shown(launch: Launch, week: Week) -> bool:
    """Open at some time in the week, or answered in it."""
    return launch.consultation.closes_at > week.starts_at or any(each.came_in(week) for each in launch.readings)


def _activity_figures(
    launch: Launch, week: Week, until: datetime, people: Collection[str], policy: Policy
) -> ActivityFigures:
    moments = Moments(week.starts_at, until, launch.consultation.closes_at)
    response = count_response(launch.conversations, launch.put, launch.first_replies(), moments)
    public_words = (launch.title, launch.flow.title, policy.landlord)
    questions = []
    for question in launch.flow.questions:
        readings = launch.readings_of(question)
        comments = [_comment(question, each.row) for each in readings if each.came_in(week)]
        small = len(_values(readings)) < SMALLEST_BASE
        verbatims = choose_verbatims([each for each in comments if each], people, public_words, small)
        wording = _wording(question, launch.title, policy)
        asked = launch.asked(question)
        questions.append(_question_figures(question, wording, asked, readings, readings, week, verbatims))
    return ActivityFigures(
        consultation_id=launch.consultation.id,
        title=launch.title,
        flow_title=launch.flow.title,
        launched_at=launch.consultation.launched_at,
        closes_at=launch.consultation.closes_at,
        response=response,
        questions=tuple(each for each in questions if each.response.base),
    )


def _question_figures(
    question: Question,
    wording: str,
    asked: int,
    readings: Sequence[Reading],
    compared: Sequence[Reading],
    week: Week,
    verbatims: Verbatims,
) -> QuestionFigures:
    """`readings` are counted; `compared`, which may be more, are what the weeks are compared by."""
    by_status = [reading.row.status for reading in readings]
    return QuestionFigures(
        question_id=question.id,
        measure=question.measure,
        wording=wording,
        response=Rate(len(readings), asked),
        declined=by_status.count(AnswerStatus.DECLINED),
        unclear=by_status.count(AnswerStatus.UNCLEAR) + by_status.count(AnswerStatus.NOT_UNDERSTOOD),
        new=sum(reading.came_in(week) for reading in readings),
        distribution=distribution(question.answer, _values(readings), LANGUAGE),
        changes=changes(
            question.answer,
            _values([each for each in compared if each.came_in(week.previous)]),
            _values([each for each in compared if each.came_in(week)]),
            LANGUAGE,
        ),
        verbatims=verbatims,
    )


def _measures_in_common(
    shown: Sequence[Launch], launches: Sequence[Launch], week: Week, policy: Policy
) -> Iterable[MeasureFigures]:
    """Each measure that several of the activities shown asked for in the same way, added up."""
    shown_ids = {launch.consultation.id for launch in shown}
    for key in dict.fromkeys(_key(question) for launch in shown for question in launch.flow.questions):
        asking = [
            (launch, question) for launch in launches for question in launch.flow.questions if _key(question) == key
        ]
        counted = [(launch, question) for launch, question in asking if launch.consultation.id in shown_ids]
        activities = {launch.consultation.id for launch, question in counted if launch.asked(question)}
        first = counted[0][1]
        if len(activities) < 2 or isinstance(first.answer, Text | Date):
            continue
        wordings = dict.fromkeys(_wording(question, "the activity", policy) for _, question in counted)
        figures = _question_figures(
            first,
            " / ".join(wordings),
            sum(launch.asked(question) for launch, question in counted),
            [reading for launch, question in counted for reading in launch.readings_of(question)],
            [reading for launch, question in asking for reading in launch.readings_of(question)],
            week,
            _NO_VERBATIMS,
        )
        yield MeasureFigures(first.measure, len(activities), figures)


def _key(question: Question) -> tuple[Any, ...]:
    """What two questions must share for their answers to be added up: the measure, and the answers possible."""
    return (question.measure, question.answer.type, *_possible_answers(question.answer))


def _possible_answers(answer: Answer) -> tuple[Any, ...]:
    if isinstance(answer, Choice | Choices):
        return tuple(option.id for option in answer.options)
    return (answer.min, answer.max) if isinstance(answer, Scale | Number) else ()


def _values(readings: Iterable[Reading]) -> list[Any]:
    return [reading.row.value for reading in readings if reading.row.status is AnswerStatus.UNDERSTOOD]


def _comment(question: Question, row: rows.AnswerRow) -> Comment | None:
    """What was written: the answer itself where words were asked for, else what was written beside it."""
    if isinstance(question.answer, Text):
        return Comment(row.id, str(row.value), alarming=row.alarming) if row.value is not None else None
    if row.comment is None:
        return None
    said = None
    if isinstance(question.answer, YesNo) and row.status is AnswerStatus.UNDERSTOOD:
        said = "Yes" if row.value else "No"
    return Comment(row.id, row.comment, said, row.alarming)


def _wording(question: Question, activity: str, policy: Policy) -> str:
    """The question as it was put, but for the name of whom it was put to."""
    facts = {
        "first_name": "[name]",
        "activity": activity,
        "landlord": policy.landlord,
        "phone": policy.landlord_phone,
    }
    return fill(in_language(question.ask, LANGUAGE), facts)
