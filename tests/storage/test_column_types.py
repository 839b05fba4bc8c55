from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Integer, create_engine, delete, insert, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from storage.column_types import ReceivedText, UTCDateTime, escape_unstorable


class Base(DeclarativeBase):
    """The tables of this file only."""


class Kept(Base):
    """One moment and one text."""

    __tablename__ = "kept"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    moment: Mapped[datetime | None] = mapped_column(UTCDateTime)
    text: Mapped[str | None] = mapped_column(ReceivedText)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


def keep_moment(session: Session, moment: datetime | None) -> datetime | None:
    kept = session.scalars(insert(Kept).values(moment=moment).returning(Kept.id)).one()
    return session.scalar(select(Kept.moment).where(Kept.id == kept))


def keep_text(session: Session, written: str | None) -> str | None:
    kept = session.scalars(insert(Kept).values(text=written).returning(Kept.id)).one()
    return session.scalar(select(Kept.text).where(Kept.id == kept))


zones = st.one_of(
    st.just(UTC),
    st.sampled_from(["Europe/London", "Asia/Karachi", "America/New_York", "Asia/Kathmandu"]).map(ZoneInfo),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
aware_moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 - naive bounds


@settings(deadline=None)
@given(moment=aware_moments)
@example(moment=datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/London"), fold=0))
@example(moment=datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/London"), fold=1))
@example(moment=datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/London")))
def test_a_moment_comes_back_as_the_same_moment_in_utc(session: Session, moment: datetime) -> None:
    back = keep_moment(session, moment)
    assert back == moment.astimezone(UTC)
    assert back is not None
    assert back.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(StatementError, match="a moment without a time zone cannot be stored"):
        keep_moment(session, datetime(2026, 11, 20, 12))  # noqa: DTZ001 - the very thing that must be refused


def test_moments_are_compared_as_moments_whatever_their_zone(session: Session) -> None:
    session.execute(delete(Kept))
    keep_moment(session, datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/London")))
    at_eleven_utc = datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert session.scalar(select(Kept.id).where(Kept.moment <= at_eleven_utc)) is not None
    assert session.scalar(select(Kept.id).where(Kept.moment < at_eleven_utc)) is None


def test_nothing_stays_nothing(session: Session) -> None:
    assert keep_moment(session, None) is None
    assert keep_text(session, None) is None


# hypothesis leaves surrogates out of text unless told.
any_text = st.text(st.characters(codec=None, categories=None))


@settings(deadline=None)
@given(written=any_text)
@example(written="Tak 👍 oczywiście")
@example(written="bad\0byte \ud83d half an emoji")
def test_text_comes_back_as_received_but_for_what_no_database_takes(session: Session, written: str) -> None:
    back = keep_text(session, written)
    assert back == escape_unstorable(written)
    assert back is not None
    assert "\0" not in back
    back.encode("utf-8")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_text_that_can_be_stored_is_not_touched(written: str) -> None:
    assert escape_unstorable(written) == written


@given(any_text)
def test_escaping_twice_is_escaping_once(written: str) -> None:
    assert escape_unstorable(escape_unstorable(written)) == escape_unstorable(written)


@pytest.mark.parametrize(
    ("written", "stored"),
    [("a\0b", r"a\u0000b"), ("\ud83d", r"\ud83d"), ("\udfff!", r"\udfff!"), ("👍", "👍"), (r"a\u0000", r"a\u0000")],
)
def test_what_cannot_be_stored_is_written_as_its_code(written: str, stored: str) -> None:
    assert escape_unstorable(written) == stored
