"""Putting the figures of a week together, as they were at its end.

What was recorded later is left out and a reading replaced later counts as it stood, so that a week counted again
gives the same figures.
"""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from typing import Any

from flows.answers import Answer, Choice, Choices, Date, Number, Scale, Text, YesNo
from flows.flow import Question
from flows.placeholders import fill
from outcomes.comments import WeekOfComments
from outcomes.distributions import changes, distribution, in_language
from outcomes.figures import ActivityFigures, DigestFigures, MeasureFigures, QuestionFigures
from outcomes.launches import Launch, QuestionTally, gather_launches, together
from outcomes.periods import first_period_after
from outcomes.response import Rate, count_response
from outcomes.rollups import still_noted
from outcomes.statistics import SMALLEST_BASE
from outcomes.verbatims import Comment, NamesAmong, Verbatims, choose_verbatims
from outcomes.weeks import Week
from storage import figures as rows
from storage.database import Work
from storage.models.answers import AnswerStatus
from storage.policy import Policy
from storage.rollups import name_words_among
from storage.tallies import Came, CommentRow, Periods, replied_to_since

LANGUAGE = "en"
"""Staff read the digest in English."""

_NO_VERBATIMS = Verbatims((), 0, 0)


def count_digest(work: Work, week: Week, policy: Policy, now: datetime) -> DigestFigures:
    """Count what a digest about `week` shows.

    Args:
        work: an open transaction that sees one moment of the database; nothing is written.
        week: may still be under way; then all that was recorded by now is counted.
        policy: for the landlord's name.
        now: the present, in UTC. What waits for a person is counted as at now, whatever the week.
    """
    until = min(now, week.ends_at)
    periods = Periods(*(first_period_after(each) for each in (week.previous.starts_at, week.starts_at, until)))
    noted = still_noted(work)
    replied = replied_to_since(work, periods.last_week) | {key.consultation_id for key in noted.added}
    consultations = rows.consultations_between(work, week.previous.starts_at, until, replied)
    ids = [consultation.id for consultation in consultations]
    launches = gather_launches(work, consultations, periods, noted.added)
    shown = [launch for launch in launches if _is_shown(launch, week)]
    comments = WeekOfComments(work, ids, periods, until, noted.added, noted.comments)

    def names_among(words: Set[str]) -> Set[str]:
        return name_words_among(work, ids, words) | (words & frozenset().union(*noted.names.values()))

    return DigestFigures(
        landlord=policy.landlord,
        week=week,
        counted_until=until,
        built_at=now,
        waiting=rows.waiting_for_a_person(work),
        activities=tuple(_activity_figures(launch, until, comments, names_among, policy) for launch in shown),
        measures=tuple(_measures_in_common(shown, launches, policy)),
    )


def _is_shown(launch: Launch, week: Week) -> bool:
    """Open at some time in the week, or answered in it."""
    return launch.consultation.closes_at > week.starts_at or launch.got_replies_this_week


def _activity_figures(
    launch: Launch, until: datetime, comments: WeekOfComments, names_among: NamesAmong, policy: Policy
) -> ActivityFigures:
    closed = launch.consultation.closes_at <= until
    public_words = (launch.title, launch.flow.title, policy.landlord)
    questions = []
    for question in launch.flow.questions:
        tally = launch.tally_of(question)
        read = comments.on_question(launch.consultation.id, question.id)
        small = tally.replied(AnswerStatus.UNDERSTOOD) < SMALLEST_BASE
        verbatims = choose_verbatims(
            [_comment(question, row) for row in read.comments], names_among, public_words, small, read.unread
        )
        questions.append(_question_figures(question, _wording(question, launch.title, policy), tally, tally, verbatims))
    return ActivityFigures(
        consultation_id=launch.consultation.id,
        title=launch.title,
        flow_title=launch.flow.title,
        launched_at=launch.consultation.launched_at,
        closes_at=launch.consultation.closes_at,
        response=count_response(launch.fates, launch.newly_replied, closed=closed),
        questions=tuple(each for each in questions if each.response.base),
    )


def _question_figures(
    question: Question, wording: str, tally: QuestionTally, compared: QuestionTally, verbatims: Verbatims
) -> QuestionFigures:
    """What `tally` holds is shown; the weeks are compared by `compared`, which may hold more."""
    return QuestionFigures(
        question_id=question.id,
        measure=question.measure,
        wording=wording,
        response=Rate(tally.replied(), tally.asked),
        declined=tally.replied(AnswerStatus.DECLINED),
        unclear=tally.replied(AnswerStatus.UNCLEAR, AnswerStatus.NOT_UNDERSTOOD),
        new=tally.new,
        distribution=distribution(question.answer, tally.understood, LANGUAGE),
        changes=changes(question.answer, compared.came(Came.LAST_WEEK), compared.came(Came.THIS_WEEK), LANGUAGE),
        verbatims=verbatims,
    )


def _measures_in_common(
    shown: Sequence[Launch], launches: Sequence[Launch], policy: Policy
) -> Iterable[MeasureFigures]:
    """Each measure that several of the activities shown asked for in the same way, added up."""
    shown_ids = {launch.consultation.id for launch in shown}
    for key in dict.fromkeys(_key(question) for launch in shown for question in launch.flow.questions):
        asking = [
            (launch, question) for launch in launches for question in launch.flow.questions if _key(question) == key
        ]
        counted = [(launch, question) for launch, question in asking if launch.consultation.id in shown_ids]
        activities = {launch.consultation.id for launch, question in counted if launch.tally_of(question).asked}
        first = counted[0][1]
        if len(activities) < 2 or isinstance(first.answer, Text | Date):
            continue
        wordings = dict.fromkeys(_wording(question, "the activity", policy) for _, question in counted)
        figures = _question_figures(
            first,
            " / ".join(wordings),
            together(launch.tally_of(question) for launch, question in counted),
            together(launch.tally_of(question) for launch, question in asking),
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


def _comment(question: Question, row: CommentRow) -> Comment:
    """What was written: the answer itself where words were asked for, else what was written beside it."""
    if isinstance(question.answer, Text):
        return Comment(row.id, str(row.value), alarming=row.alarming)
    said = None
    if isinstance(question.answer, YesNo) and row.status is AnswerStatus.UNDERSTOOD:
        said = "Yes" if row.value else "No"
    return Comment(row.id, row.comment or "", said, row.alarming)


def _wording(question: Question, activity: str, policy: Policy) -> str:
    """The question as it was put, but for the name of whom it was put to."""
    facts = {
        "first_name": "[name]",
        "activity": activity,
        "landlord": policy.landlord,
        "phone": policy.landlord_phone,
    }
    return fill(in_language(question.ask, LANGUAGE), facts)
