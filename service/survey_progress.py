"""How each consultation is going, counted as the digest counts it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from outcomes.launches import Launch, gather_launches
from outcomes.response import Moments, Response, count_response
from storage.database import Work
from storage.models import Consultation
from storage.models.consultations import Progress


@dataclass(frozen=True)
class SurveyProgress:
    """One consultation. `conversations` counts every one of them once, by where it stands; times are in UTC."""

    id: int
    activity_ref: str | None
    activity: str | None
    flow: str
    launched_at: datetime
    closes_at: datetime
    response: Response
    left_out: Mapping[str, int]
    conversations: Mapping[Progress, int]


def survey_progress(work: Work, consultations: Sequence[Consultation], now: datetime) -> list[SurveyProgress]:
    """How these consultations are going at `now` (UTC), in the order given."""
    return [_progress(launch, now) for launch in gather_launches(work, consultations, now)]


def _progress(launch: Launch, now: datetime) -> SurveyProgress:
    consultation, counts = launch.consultation, Counter(row.progress for row in launch.conversations)
    moments = Moments(since=consultation.launched_at, until=now, closes=consultation.closes_at)
    return SurveyProgress(
        id=consultation.id,
        activity_ref=consultation.activity.activity_ref if consultation.activity else None,
        activity=consultation.activity.title if consultation.activity else None,
        flow=consultation.flow_version.flow,
        launched_at=consultation.launched_at,
        closes_at=consultation.closes_at,
        response=count_response(launch.conversations, launch.put, launch.first_replies(), moments),
        left_out=consultation.left_out,
        conversations={progress: counts[progress] for progress in Progress},
    )
