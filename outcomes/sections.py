"""The parts of a digest in the order they are read, ready for its templates: every figure already in words."""

from dataclasses import dataclass

from outcomes import wording
from outcomes.chart import ChartBar, ChartPanel
from outcomes.distributions import Distribution
from outcomes.figures import ActivityFigures, DigestFigures, MeasureFigures, QuestionFigures
from outcomes.verbatims import Verbatim
from outcomes.weeks import Week, day_words, local_day


@dataclass(frozen=True)
class AnswerRow:
    """One possible answer, how many gave it, and the interval of its share where the base allows one."""

    label: str
    figure: str
    interval: str | None


@dataclass(frozen=True)
class QuestionSection:
    """One question: sentences, the answers with their figures, what changed, and comments."""

    heading: str
    line: str
    rows: tuple[AnswerRow, ...]
    notes: tuple[str, ...]
    verbatims: tuple[Verbatim, ...]
    about_verbatims: str | None


@dataclass(frozen=True)
class ActivitySection:
    """One activity: who replied, its chart by Content-ID with the same in words, and its questions."""

    heading: str
    line: str
    notes: tuple[str, ...]
    chart_id: str
    chart: tuple[ChartPanel, ...]
    chart_in_words: str
    questions: tuple[QuestionSection, ...]


def activity_section(activity: ActivityFigures, week: Week) -> ActivitySection:
    """The section of one activity."""
    response = activity.response
    launched, closes = (local_day(moment, week.zone) for moment in (activity.launched_at, activity.closes_at))
    dates = f"“{activity.flow_title}”, sent {day_words(launched)}; replies until {day_words(closes)}."
    chart = (_response_panel(activity), *(_question_panel(each) for each in activity.questions if _has_bars(each)))
    return ActivitySection(
        heading=activity.title,
        line=wording.response_line(response),
        notes=(wording.new_replies_line(response), *wording.fates_lines(response), dates),
        chart_id=f"activity-{activity.consultation_id}.{week.start}@sowhat",
        chart=chart if response.asked else (),
        chart_in_words="Chart. " + " ".join(_panel_in_words(panel) for panel in chart),
        questions=tuple(_question_section(question, question.wording) for question in activity.questions),
    )


def measure_section(measure: MeasureFigures) -> QuestionSection:
    """One measure, added up over activities."""
    activities = wording.counted(measure.activities, "activity", "activities")
    return _question_section(measure.question, f"{measure.question.wording} ({activities} together)")


def waiting_section(figures: DigestFigures) -> list[str]:
    """What waits for a person."""
    return wording.waiting_lines(figures.waiting)


def _question_section(question: QuestionFigures, heading: str) -> QuestionSection:
    spread = question.distribution
    notes = [wording.steps_line(spread), wording.mean_line(spread), *wording.change_lines(question.changes)]
    if spread.several and spread.base:
        notes.insert(0, "People could give several answers.")
    return QuestionSection(
        heading=heading,
        line=wording.question_line(question),
        rows=_answer_rows(spread),
        notes=tuple(note for note in notes if note),
        verbatims=question.verbatims.shown,
        about_verbatims=wording.verbatims_line(question.verbatims),
    )


def _answer_rows(spread: Distribution) -> tuple[AnswerRow, ...]:
    """None for a scale of bare numbers, which is put into one line, and none where nobody answered."""
    if spread.steps or not spread.base:
        return ()
    return tuple(
        AnswerRow(
            bar.label,
            wording.share_alone(bar.count, spread.base),
            wording.interval_words(bar.count, spread.base),
        )
        for bar in spread.bars
    )


def _has_bars(question: QuestionFigures) -> bool:
    return bool(question.distribution.bars and question.distribution.base)


def _response_panel(activity: ActivityFigures) -> ChartPanel:
    response = activity.response
    asked = ChartBar("Asked", f"{response.asked:,}", 1.0, response.asked)
    return ChartPanel("Who replied?", (asked, _chart_bar("Replied", response.replied, response.asked)))


def _question_panel(question: QuestionFigures) -> ChartPanel:
    spread = question.distribution
    bars = tuple(_chart_bar(bar.label, bar.count, spread.base) for bar in spread.bars)
    return ChartPanel(question.wording, bars, columns=spread.steps)


def _chart_bar(label: str, count: int, base: int) -> ChartBar:
    return ChartBar(label, wording.short_share(count, base), count / base if base else 0.0, count)


def _panel_in_words(panel: ChartPanel) -> str:
    return f"{panel.heading} " + ", ".join(f"{bar.label}: {bar.figure}" for bar in panel.bars) + "."
