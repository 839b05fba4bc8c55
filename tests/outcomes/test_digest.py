"""The weekly digest: once for each recipient and week, on time, and safe to open."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from outcomes.digest import browsable_html, preview_digest, send_due_digests
from storage.database import Database
from storage.models import Digest, InboxItem, OutboxMessage
from storage.models.outbox import OutboxState, RowClass
from storage.policy import change_policy
from tests.outcomes.records import Records

RECIPIENTS = ("manager@example.org", "director@example.org")
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
DUE = datetime(2026, 11, 23, 8, tzinfo=UTC)


def launch_coffee_morning(
    database: Database, at: datetime = MONDAY, comment: str | None = None, replies: int = 12
) -> None:
    """A coffee morning whose guests all found it worth their time; the last one wrote something besides."""
    with database.work() as work:
        change_policy(work, {"digest_recipients": RECIPIENTS, "landlord": "Derwent Living"}, "a test", at)
        records = Records(work)
        coffee = records.launch("Coffee morning", at)
        for number in range(replies):
            said = comment if number == replies - 1 else None
            records.answer(records.invite(coffee), "worth", True, at + timedelta(hours=1), comment=said)


def outbox(database: Database) -> list[OutboxMessage]:
    with database.reading() as work:
        return list(work.session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "mail")))


def test_a_digest_goes_to_each_recipient_once_however_often_the_clock_ticks(database: Database) -> None:
    launch_coffee_morning(database)
    assert [send_due_digests(database, DUE + timedelta(minutes=minutes)) for minutes in (0, 1, 600)] == [2, 0, 0]
    mails = outbox(database)
    assert [mail.dedupe_key for mail in mails] == [f"digest:{each}:2026-11-16" for each in RECIPIENTS]
    assert {(mail.row_class, mail.state, mail.text_id) for mail in mails} == {
        (RowClass.STAFF, OutboxState.QUEUED, "digest")
    }


def test_a_recipient_added_later_gets_the_latest_digest_too(database: Database) -> None:
    launch_coffee_morning(database)
    send_due_digests(database, DUE)
    with database.work() as work:
        change_policy(work, {"digest_recipients": (*RECIPIENTS, "board@example.org")}, "a test", DUE)
    assert send_due_digests(database, DUE + timedelta(hours=1)) == 1


def test_nothing_goes_out_a_minute_early(database: Database) -> None:
    launch_coffee_morning(database)
    assert send_due_digests(database, DUE - timedelta(minutes=1)) == 0
    assert send_due_digests(database, DUE) == 2


@pytest.mark.parametrize(
    ("monday", "due"),
    [
        (datetime(2026, 10, 19, 9, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)),  # the clocks go back
        (datetime(2027, 3, 22, 9, tzinfo=UTC), datetime(2027, 3, 29, 7, tzinfo=UTC)),  # the clocks go forward
    ],
)
def test_after_the_clocks_change_it_still_goes_out_at_eight_in_london(
    database: Database, monday: datetime, due: datetime
) -> None:
    launch_coffee_morning(database, at=monday)
    assert send_due_digests(database, due - timedelta(minutes=1)) == 0
    assert send_due_digests(database, due) == 2
    assert send_due_digests(database, due + timedelta(hours=1)) == 0


def test_nothing_is_sent_before_anything_was_launched(database: Database) -> None:
    launch_coffee_morning(database, at=DUE + timedelta(minutes=1))
    assert send_due_digests(database, DUE + timedelta(hours=3)) == 0


def test_nothing_is_sent_where_nobody_is_to_get_it(database: Database) -> None:
    launch_coffee_morning(database)
    with database.work() as work:
        change_policy(work, {"digest_recipients": ()}, "a test", DUE)
    assert send_due_digests(database, DUE) == 0


def test_a_silent_week_is_one_sentence(database: Database) -> None:
    launch_coffee_morning(database)
    mail = preview_digest(database, None, DUE + timedelta(weeks=4))
    assert "Nobody was asked anything this week." in mail.text
    assert mail.images == {}


def test_the_digest_says_what_came_of_it_in_both_forms(database: Database) -> None:
    launch_coffee_morning(database)
    mail = preview_digest(database, None, DUE)
    assert mail.subject == "So what? 12 replies in the week 16 to 22 November 2026"
    for form in (mail.text, mail.html):
        assert "12 of 12 people replied (100%, 95% interval 76–100%)" in form
        assert "12 new replies this week, about 1 activity." in form
        assert "Was Coffee morning worth your time?" in form
        assert "Counted up to Monday 23 November 2026, 00:00" in form


def test_a_small_activity_is_told_in_counts_alone(database: Database) -> None:
    launch_coffee_morning(database, replies=9)
    mail = preview_digest(database, None, DUE)
    body = mail.text.partition("How this was counted")[0]
    assert "9 of 9 people replied" in body
    assert "%" not in body


def test_what_waits_for_a_person_leads(database: Database) -> None:
    launch_coffee_morning(database)
    with database.work() as work:
        records = Records(work, first_number=500)
        message = records.message(records.invite(records.launch("Repairs forum", MONDAY)), MONDAY)
        records.add(InboxItem(message_id=message.id, reason="call_me", raised_at=MONDAY))
    text = preview_digest(database, None, DUE).text
    assert text.index("1 message to read: 1 asking for a call.") < text.index("Coffee morning")


def test_markup_in_a_comment_is_shown_and_not_obeyed(database: Database) -> None:
    launch_coffee_morning(database, comment='nice <script>alert(1)</script><b>tea</b> & "cake"')
    html = preview_digest(database, None, DUE).html
    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;tea&lt;/b&gt; &amp;" in html


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_markup_in_a_title_is_shown_and_not_obeyed(database: Database) -> None:
    title = 'Tea" onerror="alert(1) <img src=x>'
    with database.work() as work:
        records = Records(work)
        for _ in range(2):
            records.answer(records.invite(records.launch(title, MONDAY)), "worth", True, MONDAY)
    pictures = [
        attributes for tag, attributes in Elements(preview_digest(database, None, DUE).html).found if tag == "img"
    ]
    assert len(pictures) == 2  # the charts
    assert all("onerror" not in attributes and title in (attributes["alt"] or "") for attributes in pictures)


def test_the_mail_asks_nothing_of_the_network(database: Database) -> None:
    launch_coffee_morning(database)
    html = preview_digest(database, None, DUE).html
    assert "http" not in html
    assert "<link" not in html


def test_the_chart_is_in_the_mail_with_its_figures_in_words(database: Database) -> None:
    launch_coffee_morning(database)
    mail = preview_digest(database, None, DUE)
    ((content_id, png),) = mail.images.items()
    assert f'src="cid:{content_id}"' in mail.html
    assert png.startswith(b"\x89PNG")
    assert "Chart. Who replied? Asked: 12, Replied: 12 (100%)." in mail.html
    browsable = browsable_html(mail.html, mail.images)
    assert "cid:" not in browsable
    assert base64.b64encode(png).decode() in browsable


def test_the_same_week_gives_the_same_mail(database: Database) -> None:
    launch_coffee_morning(database)
    assert preview_digest(database, None, DUE) == preview_digest(database, None, DUE)


def test_what_is_queued_is_what_the_preview_shows(database: Database) -> None:
    launch_coffee_morning(database)
    send_due_digests(database, DUE)
    preview, mail = preview_digest(database, None, DUE), outbox(database)[0]
    assert (mail.subject, mail.body, mail.html) == (preview.subject, preview.text, preview.html)
    assert {name: base64.b64decode(data) for name, data in (mail.images or {}).items()} == preview.images


def test_the_record_keeps_the_figures_but_no_comment(database: Database) -> None:
    launch_coffee_morning(database, comment="lovely scones")
    send_due_digests(database, DUE)
    with database.reading() as work:
        digest = work.session.scalars(select(Digest)).first()
        assert digest is not None
        activity = digest.figures["activities"][0]
    assert activity["response"]["replied"] == 12
    assert len(activity["questions"][0]["verbatims"]["shown"]) == 1
    assert "scones" not in json.dumps(digest.figures)


def test_any_day_of_a_week_previews_it_even_while_it_lasts(database: Database) -> None:
    launch_coffee_morning(database)
    mail = preview_digest(database, date(2026, 11, 19), MONDAY + timedelta(hours=2))
    assert "12 new replies this week" in mail.text
    assert "Counted up to Monday 16 November 2026, 12:00" in mail.text


def test_a_week_to_come_has_no_digest(database: Database) -> None:
    with pytest.raises(ValueError, match="has not begun"):
        preview_digest(database, date(2026, 11, 23), MONDAY)
