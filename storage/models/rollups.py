"""What figures are read from, so that a digest takes no longer over a million answers than over a few thousand."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class ChangedConversation(Base):
    """A conversation to be counted anew, appended by a trigger in the transaction that changed it.

    Only ever inserted by whoever changes something, so that no two of them wait for the same row; the job that counts
    takes the rows away. There is no foreign key: checking it would wait for whoever has the conversation locked.
    """

    __tablename__ = "changed_conversation"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int]


class CountedConversation(Base):
    """What one conversation was last counted as: its cells of the tally without the consultation, each with its count.

    It stays when the conversation is erased, and then says nothing of anybody: the counts stay.
    """

    __tablename__ = "counted_conversation"

    conversation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    share: Mapped[list[Any]] = mapped_column(JSON)


class Figure(StrEnum):
    """What a cell of the tally counts.

    `fate` what became of conversations · `asked` conversations that had the question put · `understood`, `declined`,
    `unclear` and `not_understood` replies to the question by how they are read · `comment` readings with words to show.
    """

    FATE = "fate"
    ASKED = "asked"
    UNDERSTOOD = "understood"
    DECLINED = "declined"
    UNCLEAR = "unclear"
    NOT_UNDERSTOOD = "not_understood"
    COMMENT = "comment"


class Tally(Base):
    """How many more conversations of a consultation came to be counted in a cell in a period than ceased to be.

    The sum over all periods before a moment is how many were in the cell at that moment. `value` is JSON, empty where
    there is none; `question_id` is empty for a fate. Periods are those of `outcomes.periods`, as quarters of an hour
    since 1970 (UTC); `first_period` is that of the first reply to the question (in a fate: to any), 0 without one.
    """

    __tablename__ = "tally"
    __table_args__ = (Index("ix_tally_first_period_consultation_id", "first_period", "consultation_id"),)

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    figure: Mapped[Figure] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    first_period: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]


class PlacedComment(Base):
    """Where a comment belongs. Of many, those with the lowest `lot` are looked at."""

    __tablename__ = "placed_comment"
    __table_args__ = (
        Index("ix_placed_comment_place", "consultation_id", "question_id", "first_period", "lot", "answer_id"),
    )

    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), primary_key=True, autoincrement=False)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    question_id: Mapped[str]
    first_period: Mapped[int]
    lot: Mapped[int]


class NameWord(Base):
    """A word of the name of somebody whom a consultation concerns, folded; nobody is linked to it."""

    __tablename__ = "name_word"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
