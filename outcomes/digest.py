"""The weekly digest: built from a week's figures, and put into the outbox once for each recipient and week."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from outcomes import wording
from outcomes.chart import draw_chart
from outcomes.counting import count_digest
from outcomes.definitions import DEFINITIONS
from outcomes.figures import DigestFigures, as_json
from outcomes.sections import activity_section, measure_section, waiting_section
from outcomes.weeks import Week, latest_weeks, moment_words, week_due
from storage.database import Database
from storage.figures import any_launched_before, newest_digest, queue_digest
from storage.models import Digest, OutboxMessage
from storage.models.outbox import RowClass
from storage.policy import current_policy

CHANNEL = "mail"
TEXT_ID = "digest"

MOST_WEEKS_AT_ONCE = 4
"""How many weeks' digests go out together after a stop; what lies further back can be previewed."""

EARLIEST_DAY, LATEST_DAY = date(2000, 1, 1), date(2999, 12, 31)
"""Between these a digest can be previewed: at the ends of the calendar a week has no neighbour to compare with."""


@dataclass(frozen=True)
class DigestMail:
    """A digest as it is mailed: `images` maps the Content-IDs that `html` refers to, to PNG bytes."""

    subject: str
    html: str
    text: str
    images: Mapping[str, bytes]


def send_due_digests(database: Database, now: datetime) -> int:
    """Queue the digest that is due for every recipient who does not have it yet, and what they missed before it.

    The one due is about the last whole week (Monday to Sunday, local time) before the day of the week on which policy
    sends digests. After a stop each week missed since somebody's last digest gets its own, the latest four at most.
    No digest is older than one that somebody has already, however the machine's clock was put back or policy changed.
    Nothing is sent about a week at whose end nothing had ever been launched.

    Args:
        database: read and written.
        now: the present, in UTC.

    Returns:
        How many digests were queued.
    """
    with database.reading() as work:
        policy = current_policy(work)
        due = week_due(now, policy.digest_weekday, policy.digest_time, policy.time_zone)
        newest = {recipient: newest_digest(work, recipient) for recipient in policy.digest_recipients}
    return sum(
        _send_digest(database, week, [each for each in newest if _lacks(newest[each], week, due)], now)
        for week in latest_weeks(due, MOST_WEEKS_AT_ONCE)
    )


def _lacks(newest: date | None, week: Week, due: Week) -> bool:
    """Whether somebody whose newest digest is about the week from `newest` on is to get this week's."""
    return week == due if newest is None else newest < week.start


def _send_digest(database: Database, week: Week, recipients: Sequence[str], now: datetime) -> int:
    if not recipients:
        return 0
    with database.reading() as work:
        if not any_launched_before(work, week.ends_at):
            return 0
        figures = count_digest(work, week, current_policy(work), now)
    # Drawing takes a while, and nobody else could write meanwhile: no transaction is open.
    mail = compose_digest(figures)
    return sum(_queue(database, recipient, figures, mail) for recipient in recipients)


def preview_digest(database: Database, day: date | None, now: datetime) -> DigestMail:
    """The digest about the week that `day` falls in, by default of the latest one due. Nothing is stored.

    Raises:
        ValueError: the week has not begun, or `day` is centuries away.
    """
    if day is not None and not EARLIEST_DAY <= day <= LATEST_DAY:
        raise ValueError(f"choose a day from {EARLIEST_DAY.year} to {LATEST_DAY.year}")
    with database.reading() as work:
        policy = current_policy(work)
        if day is None:
            week = week_due(now, policy.digest_weekday, policy.digest_time, policy.time_zone)
        else:
            week = Week.of(day, policy.time_zone)
        if week.starts_at > now:
            raise ValueError(f"the week {week} has not begun: choose an earlier day")
        figures = count_digest(work, week, policy, now)
    return compose_digest(figures)


def compose_digest(figures: DigestFigures) -> DigestMail:
    """Put a week's figures into a mail; the same figures give the same bytes."""
    activities = [activity_section(activity, figures.week) for activity in figures.activities]
    parts: dict[str, Any] = {
        "subject": wording.subject(figures),
        "landlord": figures.landlord,
        "week": figures.week,
        "headline": wording.headline(figures),
        "waiting": waiting_section(figures),
        "measures": [measure_section(measure) for measure in figures.measures],
        "activities": activities,
        "counted_until": moment_words(figures.counted_until, figures.week.zone),
        "built_at": moment_words(figures.built_at, figures.week.zone),
        "definitions": DEFINITIONS,
    }
    templates = _templates()
    return DigestMail(
        subject=parts["subject"],
        html=css_inline.CSSInliner(load_remote_stylesheets=False).inline(
            templates.get_template("digest.html.jinja").render(parts)
        ),
        text=templates.get_template("digest.txt.jinja").render(parts),
        images={section.chart_id: draw_chart(section.chart) for section in activities if section.chart},
    )


def browsable_html(html: str, images: Mapping[str, bytes]) -> str:
    """The mail's HTML with its pictures inside, so that a browser shows it."""
    for content_id, png in images.items():
        html = html.replace(f"cid:{content_id}", f"data:image/png;base64,{base64.b64encode(png).decode()}")
    return html


def _queue(database: Database, recipient: str, figures: DigestFigures, mail: DigestMail) -> bool:
    week, now = figures.week, figures.built_at
    message = OutboxMessage(
        dedupe_key=f"digest:{recipient}:{week.start}",
        row_class=RowClass.STAFF,
        channel=CHANNEL,
        recipient=recipient,
        text_id=TEXT_ID,
        subject=mail.subject,
        body=mail.text,
        html=mail.html,
        images={content_id: base64.b64encode(png).decode() for content_id, png in mail.images.items()},
        created_at=now,
        due_at=now,
    )
    digest = Digest(recipient=recipient, week_start=week.start, figures=as_json(figures), built_at=now)
    with database.work() as work:
        return queue_digest(work, digest, message)


def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("outcomes"),
        autoescape=lambda name: name is not None and name.endswith(".html.jinja"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
