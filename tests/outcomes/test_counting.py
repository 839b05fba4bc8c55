"""Figures counted from rows that can be checked by hand."""

from datetime import UTC, date, datetime, timedelta

from outcomes.counting import count_digest
from outcomes.distributions import Bar
from outcomes.figures import ActivityFigures, DigestFigures, QuestionFigures
from outcomes.response import Rate
from outcomes.weeks import Week
from storage.database import Database
from storage.models import Answer, Consultation, Conversation, InboxItem
from storage.models.answers import AnswerStatus
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from storage.policy import Policy
from tests.outcomes.records import READERSHIP, Records

WEEK = Week(date(2026, 11, 16), "Europe/London")
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
SUNDAY_BEFORE = MONDAY - timedelta(days=1)
NEXT_MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


def count(database: Database, now: datetime = NEXT_MONDAY, week: Week = WEEK) -> DigestFigures:
    with database.reading() as work:
        return count_digest(work, week, Policy(landlord="Derwent Living"), now)


def only_activity(figures: DigestFigures) -> ActivityFigures:
    (activity,) = figures.activities
    return activity


def question(figures: DigestFigures, question_id: str) -> QuestionFigures:
    (found,) = [each for each in only_activity(figures).questions if each.question_id == question_id]
    return found


def test_a_coffee_morning_that_can_be_counted_on_ten_fingers(database: Database) -> None:
    """Ten invited: 4 say yes, 1 no, 1 skips, 1 STOP, 1 dead number, 1 silent; the tenth text has not left yet."""
    with database.work() as work:
        records = Records(work)
        coffee = records.launch("Coffee morning", MONDAY)
        for answer in (True, True, True, True, False):
            records.answer(records.invite(coffee, progress=Progress.PARTIAL), "worth", answer, TUESDAY)
        skipped = records.invite(coffee, progress=Progress.STARTED)
        records.answer(skipped, "worth", None, TUESDAY, status=AnswerStatus.DECLINED)
        records.invite(coffee, progress=Progress.REFUSED, ended_at=TUESDAY)
        records.invite(coffee, state=OutboxState.UNDELIVERED, progress=Progress.UNREACHABLE, ended_at=TUESDAY)
        records.invite(coffee)
        records.invite(coffee, state=OutboxState.QUEUED, progress=Progress.INVITED)
    figures = count(database, now=MONDAY + timedelta(days=3))

    response = only_activity(figures).response
    assert response.rate == Rate(6, 9)
    assert (response.refused, response.unreachable, response.open, response.to_ask) == (1, 1, 1, 1)

    worth = question(figures, "worth")
    assert worth.wording == "Was Coffee morning worth your time?"
    assert worth.response == Rate(6, 9)
    assert (worth.distribution.base, worth.declined, worth.unclear) == (5, 1, 0)
    assert worth.distribution.bars == (Bar("Yes", 4), Bar("No", 1))


def test_a_later_question_is_asked_only_of_those_it_was_put_to(database: Database) -> None:
    with database.work() as work:
        records = Records(work)
        coffee = records.launch("Coffee morning", MONDAY)
        ann, joe, farah = (records.invite(coffee) for _ in range(3))
        for conversation in (ann, joe):
            records.answer(conversation, "worth", True, TUESDAY)
        records.put(ann, "rating", TUESDAY)
        records.answer(joe, "rating", 8, TUESDAY)
        records.put(farah, "rating", TUESDAY, OutboxState.REJECTED)
    figures = count(database)
    assert question(figures, "rating").response == Rate(1, 2)
    assert question(figures, "rating").distribution.mean == 8
    assert [each.question_id for each in only_activity(figures).questions] == ["worth", "rating"]


def test_a_corrected_answer_counts_once_and_as_corrected(database: Database) -> None:
    with database.work() as work:
        records = Records(work)
        ann = records.invite(records.launch("Coffee morning", MONDAY))
        first = records.answer(ann, "rating", 9, TUESDAY)
        first.replaced_at = TUESDAY + timedelta(hours=1)
        work.session.flush()
        records.answer(ann, "rating", 8, TUESDAY + timedelta(hours=1))
    rating = question(count(database), "rating")
    assert (rating.distribution.base, rating.distribution.mean, rating.new) == (1, 8, 1)


def test_a_week_counted_again_later_gives_the_same_figures(database: Database) -> None:
    with database.work() as work:
        records = Records(work)
        coffee = records.launch("Coffee morning", MONDAY)
        ann, joe, farah = (records.invite(coffee) for _ in range(3))
        answer = records.answer(ann, "worth", True, TUESDAY)
    before = count(database)
    after_the_week = NEXT_MONDAY + timedelta(hours=2)
    with database.work() as work:
        records = Records(work, first_number=500)
        work.session.get_one(Answer, answer.id).replaced_at = after_the_week
        work.session.flush()
        records.answer(work.session.get_one(Conversation, ann.id), "worth", False, after_the_week)
        records.answer(work.session.get_one(Conversation, joe.id), "worth", False, after_the_week)
        stopped = work.session.get_one(Conversation, farah.id)
        stopped.progress, stopped.ended_at = Progress.REFUSED, after_the_week
    assert count(database, now=NEXT_MONDAY + timedelta(days=30)).activities == before.activities


def test_new_replies_are_told_from_those_before_and_the_weeks_are_compared(database: Database) -> None:
    with database.work() as work:
        records = Records(work)
        coffee = records.launch("Coffee morning", SUNDAY_BEFORE - timedelta(days=2))
        for number in range(30):
            at = SUNDAY_BEFORE if number < 15 else TUESDAY
            records.answer(records.invite(coffee), "worth", number >= 15, at)
    figures = count(database)
    assert (only_activity(figures).response.replied, only_activity(figures).response.new) == (30, 15)
    (change,) = question(figures, "worth").changes
    assert (change.last_week.total, change.last_week.base) == (0, 15)
    assert (change.this_week.total, change.this_week.base) == (15, 15)


def test_a_measure_asked_in_two_flows_is_added_up_in_one_line(database: Database) -> None:
    with database.work() as work:
        records = Records(work)
        coffee, news = records.launch("Coffee morning", MONDAY), records.launch(None, MONDAY, source=READERSHIP)
        for answer in (True, True, False):
            records.answer(records.invite(coffee), "worth", answer, TUESDAY)
        records.answer(records.invite(news), "reads", True, TUESDAY)
        records.invite(news)
    figures = count(database)
    (measure,) = figures.measures
    assert (measure.measure, measure.activities) == ("worth_attending", 2)
    assert measure.question.response == Rate(4, 5)
    assert measure.question.distribution.bars == (Bar("Yes", 3), Bar("No", 1))
    assert measure.question.wording == "Was the activity worth your time? / Do you read it?"
    assert [activity.title for activity in figures.activities] == ["Coffee morning", "Do you read our newsletter?"]


def test_a_measure_asked_on_another_scale_is_not_added_up(database: Database) -> None:
    on_a_scale = READERSHIP.replace("{type: yes_no}", "{type: scale, min: 0, max: 10}")
    with database.work() as work:
        records = Records(work)
        records.answer(records.invite(records.launch("Coffee morning", MONDAY)), "worth", True, TUESDAY)
        records.answer(records.invite(records.launch(None, MONDAY, source=on_a_scale)), "reads", 7, TUESDAY)
    assert count(database).measures == ()


def test_an_activity_closed_before_the_week_is_left_out_unless_somebody_answered_late(database: Database) -> None:
    with database.work() as work:
        records = Records(work)
        records.invite(records.launch("Autumn fair", MONDAY - timedelta(days=30)))
        late = records.invite(records.launch("Repairs forum", MONDAY - timedelta(days=30)))
        records.answer(late, "worth", True, TUESDAY)
        records.launch("Christmas party", NEXT_MONDAY)
    assert [activity.title for activity in count(database).activities] == ["Repairs forum"]


def test_comments_are_those_of_the_week_without_alarming_ones_and_without_names(database: Database) -> None:
    with database.work() as work:
        records = Records(work)
        coffee = records.launch("Coffee morning", SUNDAY_BEFORE)
        for number in range(10):
            tenant = records.invite(coffee)
            records.answer(tenant, "worth", True, TUESDAY)
            records.answer(tenant, "words", f"{number}", TUESDAY)
        ann = records.invite(coffee, name=("Ann", "Beech"))
        records.answer(ann, "worth", True, TUESDAY, comment="but zbigniew talked all morning")
        records.answer(ann, "words", "I got to know ann beech from the block next door", TUESDAY)
        joe = records.invite(coffee)
        records.answer(joe, "words", "There is mould all over", TUESDAY, alert="damp_mould")
        records.answer(records.invite(coffee), "words", "An old comment of last week", SUNDAY_BEFORE)
    figures = count(database)
    words, worth = question(figures, "words").verbatims, question(figures, "worth").verbatims
    assert [verbatim.text for verbatim in words.shown] == ["I got to know […] from the block next door"]
    assert words.withheld == 1
    assert [(verbatim.text, verbatim.said) for verbatim in worth.shown] == [("but […] talked all morning", "Yes")]


def test_with_fewer_than_ten_replies_a_comment_that_needs_a_gap_is_kept_back(database: Database) -> None:
    with database.work() as work:
        records = Records(work)
        coffee = records.launch("Coffee morning", MONDAY)
        for number in range(9):
            comment = "but Zbigniew talked all morning" if number == 0 else None
            records.answer(records.invite(coffee), "worth", True, TUESDAY, comment=comment)
    assert question(count(database), "worth").verbatims.shown == ()
    with database.work() as work:
        records = Records(work, first_number=500)
        tenth = records.invite(work.session.get_one(Consultation, coffee.id))
        records.answer(tenth, "worth", True, TUESDAY)
    (verbatim,) = question(count(database), "worth").verbatims.shown
    assert verbatim.text == "but […] talked all morning"


def test_what_waits_for_a_person_is_counted_by_kind(database: Database) -> None:
    with database.work() as work:
        records = Records(work)
        ann = records.invite(records.launch("Coffee morning", MONDAY))
        records.answer(ann, "worth", True, TUESDAY, alert="safeguarding")
        message = records.message(ann, TUESDAY)
        records.add(InboxItem(message_id=message.id, reason="call_me", raised_at=TUESDAY))
        records.add(InboxItem(message_id=message.id, reason="amend", raised_at=TUESDAY, settled_at=TUESDAY))
        records.put(ann, "rating", TUESDAY, OutboxState.PARKED)
    waiting = count(database).waiting
    assert (waiting.inbox, waiting.alerts, waiting.parked) == ({"call_me": 1}, {"safeguarding": 1}, 1)


def test_a_question_that_few_answered_keeps_gaps_back_however_many_replied_to_others(database: Database) -> None:
    with database.work() as work:
        records = Records(work)
        coffee = records.launch("Coffee morning", MONDAY)
        for number in range(12):
            tenant = records.invite(coffee)
            records.answer(tenant, "worth", True, TUESDAY)
            if number < 3:
                records.answer(tenant, "words", "Zbigniew from the block next door talked all morning", TUESDAY)
    words = question(count(database), "words").verbatims
    assert (words.shown, words.withheld) == ((), 3)
