"""How each consultation is going, counted as the digest counts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from outcomes.launches import Launch, gather_launches
from outcomes.periods import first_period_after
from outcomes.response import Response, count_response
from outcomes.rollups import still_noted
from storage.consultations import progress_by_consultation
from storage.database import Work
from storage.models import Consultation
from storage.models.consultations import Progress
from storage.tallies import Periods


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
    so_far = Periods(last_week=0, this_week=0, end=first_period_after(now))
    launches = gather_launches(work, consultations, so_far, still_noted(work).added)
    standing = progress_by_consultation(work)
    return [_progress(launch, standing.get(launch.consultation.id, {}), now) for launch in launches]


def _progress(launch: Launch, standing: Mapping[Progress, int], now: datetime) -> SurveyProgress:
    consultation = launch.consultation
    closed = consultation.closes_at <= now
    return SurveyProgress(
        id=consultation.id,
        activity_ref=consultation.activity.activity_ref if consultation.activity else None,
        activity=consultation.activity.title if consultation.activity else None,
        flow=consultation.flow_version.flow,
        launched_at=consultation.launched_at,
        closes_at=consultation.closes_at,
        response=count_response(launch.fates, launch.newly_replied, closed=closed),
        left_out=consultation.left_out,
        conversations={progress: standing.get(progress, 0) for progress in Progress},
    )
