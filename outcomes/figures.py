"""What a weekly digest shows, as data: `outcomes.counting` counts it, `outcomes.wording` puts it into words."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from outcomes.distributions import Change, Distribution
from outcomes.response import Rate, Response
from outcomes.verbatims import Verbatims
from outcomes.weeks import Week
from storage.figures import WaitingRows


@dataclass(frozen=True)
class QuestionFigures:
    """What one question brought. Only understood replies are in the base of its distribution.

    `declined` preferred not to say; `unclear` stayed unclear when asked again. `new` answers came in the week.
    """

    question_id: str
    measure: str
    wording: str
    response: Rate
    declined: int
    unclear: int
    new: int
    distribution: Distribution
    changes: tuple[Change, ...]
    verbatims: Verbatims


@dataclass(frozen=True)
class ActivityFigures:
    """What one launch of a flow brought, after an activity or on its own."""

    consultation_id: int
    title: str
    flow_title: str
    launched_at: datetime
    closes_at: datetime
    response: Response
    questions: tuple[QuestionFigures, ...]


@dataclass(frozen=True)
class MeasureFigures:
    """One measure added up over the activities that asked for it in the same way."""

    measure: str
    activities: int
    question: QuestionFigures


@dataclass(frozen=True)
class DigestFigures:
    """All that a digest shows. Activities and measures as at `counted_until`; what waits, as at `built_at`."""

    landlord: str
    week: Week
    counted_until: datetime
    built_at: datetime
    waiting: WaitingRows
    activities: tuple[ActivityFigures, ...]
    measures: tuple[MeasureFigures, ...]


def as_json(figures: DigestFigures) -> dict[str, Any]:
    """The figures for the record, as JSON takes them; of comments only the answers' ids, so that erasure finds them."""
    return {key: _as_json(value) for key, value in asdict(figures).items()}


def _as_json(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: [verbatim["answer_id"] for verbatim in value] if key == "shown" else _as_json(value)
            for key, value in part.items()
        }
    if isinstance(part, list | tuple):
        return [_as_json(item) for item in part]
    return part.isoformat() if isinstance(part, date | datetime) else part
