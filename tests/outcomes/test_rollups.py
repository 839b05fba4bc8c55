"""The totals that figures are read from: kept up to date, proved right, and made anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, update

from outcomes.counting import count_digest
from outcomes.figures import DigestFigures
from outcomes.rollups import Checked, check, compact, rebuild
from outcomes.weeks import Week
from storage.answers import record_answer
from storage.database import Database, Work
from storage.models import (
    Alert,
    Answer,
    ChangedConversation,
    Consultation,
    Conversation,
    ConversationPerson,
    CountedConversation,
    InboundMessage,
    NameWord,
    OutboxMessage,
    PlacedComment,
    Tally,
    Tenant,
)
from storage.models.answers import AnswerStatus
from storage.models.base import Base
from storage.models.rollups import Figure
from storage.policy import Policy
from storage.rollups import changed, whole_tally
from tests.outcomes.records import Records

WEEK = Week(date(2026, 11, 16), "Europe/London")
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
NEXT_MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


def coffee_morning(database: Database, guests: int = 12, comment: str | None = "lovely tea") -> Consultation:
    """So many were asked, and all of them found it worth their time and said so, every third changed their mind."""
    with database.work() as work:
        records = Records(work)
        coffee = records.launch("Coffee morning", MONDAY)
        for number in range(guests):
            conversation = records.invite(coffee)
            records.answer(conversation, "worth", True, TUESDAY, comment=comment)
            if number % 3 == 0:
                change_mind(records, conversation, TUESDAY + timedelta(hours=1))
    return coffee


def change_mind(records: Records, conversation: Conversation, at: datetime) -> None:
    record_answer(
        Work(records.session, b""),
        Answer(
            conversation_id=conversation.id,
            question_id="worth",
            measure="worth_attending",
            message_id=records.message(conversation, at).id,
            status=AnswerStatus.UNDERSTOOD,
            value=False,
            rule="test",
            recorded_at=at,
        ),
    )


def digest(database: Database, week: Week = WEEK) -> DigestFigures:
    with database.reading() as work:
        return count_digest(work, week, Policy(), NEXT_MONDAY)


def tally(database: Database) -> dict[Any, int]:
    with database.reading() as work:
        return dict(whole_tally(work))


def noted(database: Database) -> int:
    with database.reading() as work:
        return len(changed(work))


def test_figures_are_the_same_before_and_after_they_are_totalled(database: Database) -> None:
    coffee_morning(database)
    before = digest(database)
    assert (noted(database), tally(database)) == (12, {})
    assert compact(database) == 12
    assert noted(database) == 0
    assert digest(database) == before
    assert check(database) == Checked(12, (), 0, 0)


def test_totalling_twice_is_totalling_once(database: Database) -> None:
    coffee_morning(database)
    compact(database)
    before = tally(database)
    assert compact(database) == 0
    assert tally(database) == before


def test_a_conversation_that_changes_again_is_counted_again_and_not_twice(database: Database) -> None:
    coffee = coffee_morning(database)
    compact(database)
    with database.work() as work:
        records = Records(work, first_number=500)
        for conversation in work.session.scalars(select(Conversation)).all():
            change_mind(records, conversation, TUESDAY + timedelta(hours=2))
    assert compact(database) == 12
    (worth,) = [question for question in digest(database).activities[0].questions if question.question_id == "worth"]
    assert [(bar.label, bar.count) for bar in worth.distribution.bars] == [("Yes", 0), ("No", 12)]
    assert check(database).is_right
    assert coffee.id == digest(database).activities[0].consultation_id


def test_many_answers_alike_take_as_many_totals_as_few(database: Database) -> None:
    coffee_morning(database, guests=3)
    compact(database)
    cells = len(tally(database))
    with database.work() as work:
        records = Records(work, first_number=500)
        coffee = work.session.scalars(select(Consultation)).one()
        for _ in range(97):
            records.answer(records.invite(coffee), "worth", True, TUESDAY, comment="lovely tea")
    compact(database)
    assert len(tally(database)) == cells


def test_a_digest_takes_as_many_statements_over_many_answers_as_over_few(database: Database) -> None:
    coffee_morning(database, guests=60)
    compact(database)
    few = statements_of_a_digest(database)
    with database.work() as work:
        records = Records(work, first_number=5_000)
        coffee = work.session.scalars(select(Consultation)).one()
        for _ in range(200):
            records.answer(records.invite(coffee), "worth", True, TUESDAY, comment="lovely tea")
    compact(database)
    assert statements_of_a_digest(database) == few


def statements_of_a_digest(database: Database) -> int:
    with statements(database) as sent:
        digest(database)
    return len(sent)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements sent to the database inside the block."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


class BrokenOffError(Exception):
    """What a test lets happen in the middle of things."""


@contextmanager
def failing_at(database: Database, number: int) -> Iterator[None]:
    """The connection breaks before its statement of this number."""
    numbers = count(1)

    def fail(*_details: Any) -> None:
        if next(numbers) == number:
            raise BrokenOffError

    event.listen(database.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("work_on", [compact, rebuild])
def test_broken_off_at_any_statement_it_has_lost_nothing_and_doubled_nothing(
    database: Database, work_on: Callable[[Database], int]
) -> None:
    coffee_morning(database)
    before = digest(database)
    for number in count(1):
        try:
            with failing_at(database, number):
                work_on(database)
            break
        except BrokenOffError:
            assert digest(database) == before
            assert check(database).is_right
    assert number > 10
    assert digest(database) == before
    assert noted(database) == 0


def test_made_anew_the_totals_are_what_they_were(database: Database) -> None:
    coffee_morning(database)
    compact(database)
    before = tally(database)
    assert rebuild(database) == 12
    assert tally(database) == before
    assert rebuild(database) == 12
    assert tally(database) == before


def test_a_flow_that_cannot_be_read_keeps_no_other_from_being_counted(database: Database) -> None:
    coffee_morning(database)
    with database.work() as work:
        records = Records(work, first_number=500)
        records.invite(records.launch("Repairs forum", MONDAY - timedelta(weeks=9), source="flow: from another time"))
    assert compact(database) == 13
    assert digest(database).activities[0].response.asked == 12


def miscount(work: Work) -> None:
    work.session.execute(update(Tally).where(Tally.figure == Figure.ASKED).values(count=Tally.count + 1))


def lose_a_cell(work: Work) -> None:
    work.session.execute(delete(Tally).where(Tally.figure == Figure.FATE))


def invent_a_cell(work: Work) -> None:
    consultation = work.session.scalars(select(Consultation.id)).one()
    work.session.add(
        Tally(
            consultation_id=consultation,
            question_id="rating",
            figure=Figure.UNDERSTOOD,
            value="10",
            first_period=0,
            period=0,
            count=1,
        )
    )


def miss_a_change(work: Work) -> None:
    work.session.execute(update(Answer).where(Answer.replaced_at.is_(None)).values(value=False))
    work.session.execute(delete(ChangedConversation))


def lose_a_share(work: Work) -> None:
    """It is counted again when its conversation changes, beside what it was counted as."""
    work.session.execute(delete(CountedConversation))
    work.session.execute(update(Conversation).values(ended_at=NEXT_MONDAY))


def lose_a_comment(work: Work) -> None:
    work.session.execute(delete(PlacedComment))


def misplace_comments(work: Work) -> None:
    work.session.execute(update(PlacedComment).values(first_period=0))


def forget_a_name(work: Work) -> None:
    work.session.execute(delete(NameWord).where(NameWord.word == "oakley"))


@pytest.mark.parametrize(
    "harm",
    [
        miscount,
        lose_a_cell,
        invent_a_cell,
        miss_a_change,
        lose_a_share,
        lose_a_comment,
        misplace_comments,
        forget_a_name,
    ],
)
def test_what_is_wrong_is_found_and_made_right_by_counting_all_anew(
    database: Database, harm: Callable[[Work], None]
) -> None:
    coffee_morning(database)
    compact(database)
    with database.work() as work:
        harm(work)
    assert not check(database).is_right
    rebuild(database)
    assert check(database).is_right


def test_a_difference_says_where_it_is_and_what_it_should_be(database: Database) -> None:
    coffee = coffee_morning(database, guests=1)
    compact(database)
    with database.work() as work:
        miscount(work)
    (difference,) = check(database).differences
    assert (difference.counted, difference.tallied) == (1, 2)
    assert (difference.key.consultation_id, difference.key.question_id, difference.key.figure) == (
        coffee.id,
        "worth",
        Figure.ASKED,
    )


def erase(work: Work, conversation_id: int) -> None:
    """Delete a conversation with all that was said in it, as erasing somebody would."""
    of_conversation = select(Answer.id).where(Answer.conversation_id == conversation_id)
    messages = select(InboundMessage.id).where(InboundMessage.conversation_id == conversation_id)
    steps: tuple[tuple[type[Base], Any], ...] = (
        (PlacedComment, PlacedComment.answer_id.in_(of_conversation)),
        (Answer, Answer.conversation_id == conversation_id),
        (Alert, Alert.message_id.in_(messages)),
        (InboundMessage, InboundMessage.conversation_id == conversation_id),
        (OutboxMessage, OutboxMessage.conversation_id == conversation_id),
        (ConversationPerson, ConversationPerson.conversation_id == conversation_id),
        (Conversation, Conversation.id == conversation_id),
    )
    for model, condition in steps:
        work.session.execute(delete(model).where(condition).execution_options(synchronize_session=False))


def numbers(figures: DigestFigures) -> list[Any]:
    """All that is counted, and no comment."""
    return [
        (activity.response, [(each.response, each.new, each.distribution, each.changes) for each in activity.questions])
        for activity in figures.activities
    ]


def test_who_is_erased_stays_counted(database: Database) -> None:
    coffee_morning(database)
    compact(database)
    before = numbers(digest(database))
    with database.work() as work:
        first = work.session.scalars(select(func.min(Conversation.id))).one()
        erase(work, first)
    assert numbers(digest(database)) == before
    compact(database)
    assert numbers(digest(database)) == before
    assert check(database).is_right
    rebuild(database)
    assert numbers(digest(database)) == before
    assert check(database).is_right


def shown(database: Database) -> list[str]:
    return [verbatim.text for each in digest(database).activities[0].questions for verbatim in each.verbatims.shown]


@pytest.mark.parametrize("totalled", [True, False], ids=["totalled", "still noted"])
@pytest.mark.parametrize(
    "comment",
    [
        pytest.param("thank you oakley for the tea", id="a name, however it is written"),
        pytest.param("thank you Jo-Beth for the tea", id="one of two names joined"),
        pytest.param("it was BEECH's tea", id="somebody's"),
    ],
)
def test_names_of_those_who_were_asked_are_taken_out(database: Database, comment: str, totalled: bool) -> None:
    with database.work() as work:
        records = Records(work)
        coffee = records.launch("Coffee morning", MONDAY)
        for name in (("Joe", "Oakley"), ("Beth", "Pugh"), ("Ann", "Beech"), *[("Ann", "Beech")] * 9):
            records.answer(records.invite(coffee, name=name), "worth", True, TUESDAY, comment=comment)
    if totalled:
        compact(database)
    (said,) = shown(database)
    assert "[…]" in said
    assert not {"oakley", "beth", "beech"} & set(said.casefold().replace("-", " ").replace("'", " ").split())


def test_a_name_put_right_later_is_taken_out_too(database: Database) -> None:
    coffee_morning(database, comment="thank you zbigniewa for the tea")
    compact(database)
    assert shown(database) == ["thank you zbigniewa for the tea"]
    with database.work() as work:
        first = work.session.scalars(select(func.min(Tenant.id))).one()
        work.session.execute(update(Tenant).where(Tenant.id == first).values(first_name="Zbigniewa"))
    assert shown(database) == ["thank you […] for the tea"]
    compact(database)
    assert shown(database) == ["thank you […] for the tea"]


def test_a_name_nobody_of_these_has_is_no_name(database: Database) -> None:
    """The names of other consultations' people are words like any other here."""
    with database.work() as work:
        records = Records(work, first_number=500)
        records.invite(records.launch("Gardening", MONDAY - timedelta(weeks=8)), name=("Kettle", "Marrow"))
    coffee_morning(database, comment="somebody left the marrow on the table")
    compact(database)
    assert shown(database) == ["somebody left the marrow on the table"]
