"""Figures in plain words that claim no more than the figures hold."""

from collections.abc import Iterable, Mapping

from outcomes.distributions import Change, Distribution, Estimate, Verdict
from outcomes.figures import DigestFigures, QuestionFigures
from outcomes.response import Response
from outcomes.statistics import SMALLEST_BASE, Interval, percentage, round_half_up, wilson_interval
from outcomes.verbatims import Verbatims
from storage.figures import WaitingRows

ALERTS = {
    "damp_mould": "about damp or mould",
    "emergency_hazard": "about an emergency at home",
    "safeguarding": "about somebody's safety",
}
INBOX = {
    "unclear": "with an answer we could not read",
    "amend": "correcting an answer",
    "call_me": "asking for a call",
    "data_request": "asking for their data",
    "delete_request": "asking to be deleted",
    "wrong_person": "saying we have the wrong person",
    "language": "in or about another language",
    "after_the_end": "after the survey had ended",
    "late": "after the survey had closed",
    "unmatched": "from somebody we do not know",
    "media": "with a picture or a sound",
    "chat_not_linked": "from a chat that could not be linked",
}


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: `1 reply`, `1,088 replies`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(count: int, base: int) -> str:
    """`29 of 68 (43%, 95% interval 32–54%)`; below ten only `3 of 7`."""
    return f"{count:,} of {base:,}{_percent_in_brackets(count, base)}"


def share_alone(count: int, base: int) -> str:
    """`29 of 68 (43%)`; below ten only `3 of 7`."""
    return f"{count:,} of {base:,}" + (f" ({percentage(count, base)}%)" if base >= SMALLEST_BASE else "")


def interval_words(count: int, base: int) -> str | None:
    """`95% interval 32–54%`; None below ten."""
    interval = wilson_interval(count, base)
    if base < SMALLEST_BASE or interval is None:
        return None
    low, high = (round_half_up(end * 100) for end in (interval.low, interval.high))
    return f"95% interval {low}–{high}%"


def response_line(response: Response) -> str:
    """`83 of 140 people replied (59%, 95% interval 51–67%)`."""
    if response.asked == 0:
        return "Nobody has been asked yet"
    people = "person" if response.asked == 1 else "people"
    brackets = _percent_in_brackets(response.replied, response.asked)
    return f"{response.replied:,} of {response.asked:,} {people} replied{brackets}"


def new_replies_line(response: Response) -> str:
    """How many of the replies came in the week, against all before it."""
    before = response.replied - response.new
    return f"{counted(response.new, 'new reply', 'new replies')} this week, {before:,} before."


def fates_lines(response: Response) -> list[str]:
    """What became of those who did not reply, and who was not asked, each as a sentence."""
    others = _listed(
        (response.refused, "texted STOP"),
        (response.unreachable, "could not be reached (not delivered, or a wrong number)"),
        (response.open, "may still reply"),
        (response.silent, "did not reply"),
    )
    lines = [f"The rest: {others}."] if others else []
    if response.stopped_after_reply:
        lines.append(f"{response.stopped_after_reply:,} of those who replied texted STOP afterwards.")
    not_asked = _listed((response.to_ask, "still to be asked"), (response.never_asked, "could not be asked"))
    return [*lines, f"Not counted as asked: {not_asked}."] if not_asked else lines


def question_line(question: QuestionFigures) -> str:
    """Who was asked this question, who replied, and whose replies are in the base."""
    rate = question.response
    outside = _listed(
        (question.declined, "preferred not to say"),
        (question.unclear, "could not be understood"),
        (rate.base - rate.count, "did not answer"),
    )
    replied = f"{rate.count:,} of {rate.base:,} asked replied{_percent_in_brackets(rate.count, rate.base)}."
    base = f"Base: {counted(question.distribution.base, 'answer')}"
    return f"{replied} {base}; outside the base: {outside}." if outside else f"{replied} {base}."


def steps_line(spread: Distribution) -> str | None:
    """How many chose each number of a scale, in one line; None where the answers are no bare numbers."""
    if not spread.steps or not spread.base:
        return None
    chosen = ", ".join(f"{bar.label} by {short_share(bar.count, spread.base)}" for bar in spread.bars if bar.count)
    unchosen = ", ".join(bar.label for bar in spread.bars if not bar.count)
    return f"Chosen: {chosen}; by nobody: {unchosen}." if unchosen else f"Chosen: {chosen}."


def short_share(count: int, base: int) -> str:
    """`29 (43%)`; below a base of ten only `29`."""
    return f"{count:,} ({percentage(count, base)}%)" if base >= SMALLEST_BASE else f"{count:,}"


def mean_line(spread: Distribution) -> str | None:
    """`Average 7.3 (95% interval 6.8–7.8)`; None where nothing is averaged."""
    if spread.mean is None:
        return None
    if spread.mean_interval is None:
        return f"Fewer than {SMALLEST_BASE} answers: too few for an average."
    return f"Average {_one_place(spread.mean)} (95% interval {_between(spread.mean_interval)})."


def change_lines(changes: Iterable[Change]) -> list[str]:
    """What may be said about this week's answers against last week's; nothing where one week has none."""
    every = list(changes)
    if not every:
        return []
    this, last = every[0].this_week.base, every[0].last_week.base
    answers = f"{counted(this, 'answer')} this week, {last:,} last week"
    if any(change.verdict is Verdict.TOO_FEW for change in every):
        return [f"Too few to say whether anything changed since last week ({answers})."]
    called = [change for change in every if change.verdict is not Verdict.NOT_CERTAIN]
    if not called:
        return [f"No change since last week that these numbers can show ({answers})."]
    return [_change_line(change) for change in called]


def verbatims_line(verbatims: Verbatims) -> str | None:
    """How many comments are not shown, and why; None where all are."""
    reasons = (
        (verbatims.more, "more comment", "not shown"),
        (verbatims.withheld, "comment", "kept back to protect somebody's privacy"),
        (verbatims.unread, "comment", "left out by lot"),
    )
    said = [f"{counted(number, noun)} {why}" for number, noun, why in reasons if number]
    return "; ".join(said) + "." if said else None


def waiting_lines(waiting: WaitingRows) -> list[str]:
    """What waits for a person: the most urgent first, by kind only."""
    lines = []
    if waiting.alerts:
        alerts = _by_kind(waiting.alerts, ALERTS)
        lines.append(f"{counted(sum(waiting.alerts.values()), 'open alert')}: {alerts}.")
    if waiting.inbox:
        messages = counted(sum(waiting.inbox.values()), "message")
        lines.append(f"{messages} to read: {_by_kind(waiting.inbox, INBOX)}.")
    if waiting.parked:
        lines.append(f"{counted(waiting.parked, 'text')} set aside, perhaps not sent.")
    return lines


def headline(figures: DigestFigures) -> str:
    """The week in one sentence."""
    if not figures.activities:
        return "Nobody was asked anything this week."
    new = [activity.response.new for activity in figures.activities if activity.response.new]
    if not new:
        return "Nobody replied this week."
    about = counted(len(new), "activity", "activities")
    return f"{counted(sum(new), 'new reply', 'new replies')} this week, about {about}."


def subject(figures: DigestFigures) -> str:
    """Of the mail: what waits first, then the replies, then the week."""
    alerts = sum(figures.waiting.alerts.values())
    replies = counted(sum(activity.response.new for activity in figures.activities), "reply", "replies")
    urgent = f"{counted(alerts, 'open alert')}, " if alerts else ""
    return f"So what? {urgent}{replies} in the week {figures.week}"


def _percent_in_brackets(count: int, base: int) -> str:
    interval = interval_words(count, base)
    return f" ({percentage(count, base)}%, {interval})" if interval else ""


def _change_line(change: Change) -> str:
    direction = "Higher" if change.verdict is Verdict.HIGHER else "Lower"
    this, last = change.this_week, change.last_week
    if change.answer is None:
        return f"{direction} than last week: an average of {_mean_of(this)} this week, {_mean_of(last)} last week."
    return f"{direction} than last week: “{change.answer}” {_share_of(this)} this week, {_share_of(last)} last week."


def _share_of(estimate: Estimate) -> str:
    return share(int(estimate.total), estimate.base)


def _mean_of(estimate: Estimate) -> str:
    between = f", 95% interval {_between(estimate.interval)}" if estimate.interval else ""
    return f"{_one_place(estimate.total / estimate.base)} (of {counted(estimate.base, 'answer')}{between})"


def _between(interval: Interval) -> str:
    return f"{_one_place(interval.low)} to {_one_place(interval.high)}"


def _one_place(value: float) -> str:
    return str(round_half_up(value, 1))


def _listed(*parts: tuple[int, str]) -> str:
    return ", ".join(f"{number:,} {words}" for number, words in parts if number)


def _by_kind(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    return ", ".join(f"{number:,} {words.get(kind, kind.replace('_', ' '))}" for kind, number in counts.items())
