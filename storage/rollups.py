"""Keeping the tally, from which figures are read, in step with what is recorded."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, text

from storage.batches import in_batches
from storage.database import Work
from storage.insert_once import insert_into, table_of
from storage.models import (
    Answer,
    ChangedConversation,
    Consultation,
    Conversation,
    CountedConversation,
    FlowVersion,
    NameWord,
    PlacedComment,
    Tally,
)
from storage.models.rollups import Figure

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('sowhat_rollups'))"


class TallyKey(NamedTuple):
    """Which cell of the tally: the columns of its primary key."""

    consultation_id: int
    question_id: str
    figure: Figure
    value: str
    first_period: int
    period: int


class Place(NamedTuple):
    """Where a comment belongs, and its lot."""

    answer_id: int
    consultation_id: int
    question_id: str
    first_period: int
    lot: int


def lock(work: Work) -> None:
    """Let nobody else keep the tally until this transaction ends. On SQLite nobody else writes anyway."""
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(text(_LOCK))


def take_changed(work: Work, most: int) -> Sequence[int]:
    """Take away up to so many notes of changes, the oldest first; the conversation that each is about."""
    oldest = select(ChangedConversation.id).order_by(ChangedConversation.id).limit(most)
    statement = (
        delete(ChangedConversation)
        .where(ChangedConversation.id.in_(oldest.scalar_subquery()))
        .returning(ChangedConversation.conversation_id)
        .execution_options(synchronize_session=False)
    )
    return work.session.scalars(statement).all()


def note_changed(work: Work, conversation_ids: Iterable[int]) -> None:
    """Have these conversations counted anew, as triggers have those that change."""
    values = [{"conversation_id": conversation_id} for conversation_id in conversation_ids]
    if values:
        work.session.execute(insert(table_of(ChangedConversation)), values)


def changed(work: Work) -> Sequence[int]:
    """The conversations noted as changed, each once."""
    statement = select(ChangedConversation.conversation_id).distinct().order_by(ChangedConversation.conversation_id)
    return work.session.scalars(statement).all()


def flow_sources(work: Work, consultation_ids: Collection[int]) -> Mapping[int, tuple[str, str]]:
    """The text and the name of the flow that each of these consultations is pinned to."""
    rows = work.session.execute(
        select(Consultation.id, FlowVersion.source, FlowVersion.flow)
        .join(Consultation.flow_version)
        .where(Consultation.id.in_(consultation_ids))
    )
    return {consultation_id: (source, flow) for consultation_id, source, flow in rows}


def shares_of(work: Work, conversation_ids: Collection[int]) -> Mapping[int, list[list[Any]]]:
    """What these conversations were last counted as; those never counted are left out."""
    statement = select(CountedConversation.conversation_id, CountedConversation.share)
    rows = work.session.execute(statement.where(CountedConversation.conversation_id.in_(conversation_ids)))
    return dict(rows.all())


def store_shares(work: Work, shares: Mapping[int, tuple[int, list[list[Any]]]]) -> None:
    """Keep what conversations are counted as: the consultation and the share of each, by its id."""
    if not shares:
        return
    statement = insert_into(work.session, table_of(CountedConversation))
    values = [
        {"conversation_id": conversation_id, "consultation_id": consultation_id, "share": share}
        for conversation_id, (consultation_id, share) in shares.items()
    ]
    work.session.execute(
        statement.on_conflict_do_update(index_elements=["conversation_id"], set_={"share": statement.excluded.share}),
        values,
    )


def add_to_tally(work: Work, counts: Mapping[TallyKey, int]) -> None:
    """Add a number to each of these cells; a cell that comes to nothing goes."""
    if not counts:
        return
    tally = table_of(Tally)
    key = list(tally.primary_key.columns)
    statement = insert_into(work.session, tally)
    added = statement.on_conflict_do_update(
        index_elements=key, set_={"count": tally.c["count"] + statement.excluded["count"]}
    )
    work.session.execute(added, [{**cell._asdict(), "count": count} for cell, count in counts.items()])
    came_to_nothing = [column == bindparam(f"its_{column.name}") for column in key]
    work.session.execute(
        delete(tally).where(*came_to_nothing, tally.c["count"] == 0),
        [{f"its_{name}": part for name, part in cell._asdict().items()} for cell in counts],
    )


def place_comments(work: Work, places: Iterable[Place]) -> None:
    """Note where comments belong."""
    values = [place._asdict() for place in places]
    if values:
        statement = insert_into(work.session, table_of(PlacedComment))
        moved = {"first_period": statement.excluded.first_period}
        work.session.execute(statement.on_conflict_do_update(index_elements=["answer_id"], set_=moved), values)


def keep_names(work: Work, words: Mapping[int, Collection[str]]) -> None:
    """Keep the words of the names that consultations (by id) concern, beside those kept before."""
    values = [
        {"consultation_id": consultation_id, "word": word}
        for consultation_id, of_consultation in sorted(words.items())
        for word in sorted(set(of_consultation) - name_words_among(work, [consultation_id], of_consultation))
    ]
    if values:
        work.session.execute(insert_into(work.session, table_of(NameWord)).on_conflict_do_nothing(), values)


def name_words_among(work: Work, consultation_ids: Collection[int], words: Collection[str]) -> frozenset[str]:
    """Those of the folded words that are part of the name of somebody whom one of the consultations concerns."""
    return frozenset(
        word
        for batch in in_batches(sorted(words))
        for word in work.session.scalars(
            select(NameWord.word).where(NameWord.consultation_id.in_(consultation_ids), NameWord.word.in_(batch))
        )
    )


def conversation_ids(work: Work, after: int, most: int) -> Sequence[int]:
    """The next conversations in the order of their ids."""
    statement = select(Conversation.id).where(Conversation.id > after).order_by(Conversation.id).limit(most)
    return work.session.scalars(statement).all()


def number_of_conversations(work: Work) -> int:
    """How many conversations there are."""
    return work.session.scalars(select(func.count(Conversation.id))).one()


def placed_comments_of(work: Work, conversation_ids: Collection[int]) -> set[Place]:
    """Where the comments of these conversations have been placed."""
    columns = (getattr(PlacedComment, name) for name in Place._fields)
    statement = (
        select(*columns)
        .join(Answer, Answer.id == PlacedComment.answer_id)
        .where(Answer.conversation_id.in_(conversation_ids))
    )
    return {Place(*row) for row in work.session.execute(statement)}


def whole_tally(work: Work) -> Mapping[TallyKey, int]:
    """Every cell and its count."""
    rows = work.session.execute(select(*table_of(Tally).columns))
    return {TallyKey(*key): count for *key, count in rows}


def shares_of_erased(work: Work) -> Iterable[tuple[int, list[list[Any]]]]:
    """The consultation and the share of each conversation that was counted and is no more."""
    statement = (
        select(CountedConversation.consultation_id, CountedConversation.share)
        .outerjoin(Conversation, Conversation.id == CountedConversation.conversation_id)
        .where(Conversation.id.is_(None))
    )
    return ((consultation_id, share) for consultation_id, share in work.session.execute(statement))


def forget_what_can_be_counted_again(work: Work) -> None:
    """Empty the tally and drop the shares and places of all conversations there are, and note each as changed."""
    session = work.session
    session.execute(delete(table_of(Tally)))
    session.execute(delete(table_of(PlacedComment)))
    counted = table_of(CountedConversation)
    session.execute(delete(counted).where(counted.c.conversation_id.in_(select(Conversation.id))))
    session.execute(delete(table_of(ChangedConversation)))
    every = select(Conversation.id).order_by(Conversation.id)
    session.execute(insert(ChangedConversation).from_select(["conversation_id"], every))
