"""Counting some conversations anew from all that was recorded of them, against what they were last counted as."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import structlog

from flows.answers import Answer
from flows.faults import FlowError
from flows.load import read_flow
from outcomes.identifiers import name_words
from outcomes.periods import period_of
from outcomes.shares import Share, comment_of, first_replies, from_json, share_of
from storage import rollups as rows
from storage.database import Work
from storage.recorded import Reading, Recorded, recorded_of
from storage.rollups import Place, TallyKey

logger = structlog.get_logger(__name__)


class Placed(NamedTuple):
    """A reading with words to show, and where they belong."""

    place: Place
    reading: Reading


@dataclass(frozen=True)
class Recount:
    """Conversations counted anew.

    `added` is what that adds to the tally, `shares` the consultation and share of each conversation by its id; then
    all their comments, and by consultation the words of their people's names.
    """

    added: Mapping[TallyKey, int]
    shares: Mapping[int, tuple[int, Share]]
    comments: Sequence[Placed]
    names: Mapping[int, Set[str]]


def recount(work: Work, conversation_ids: Collection[int]) -> Recount:
    """Count these conversations anew. One that is no more stays counted as it was."""
    conversations = recorded_of(work, conversation_ids)
    consultations = {conversation.consultation_id for conversation in conversations}
    questions = {
        consultation_id: _answers(consultation_id, *source)
        for consultation_id, source in rows.flow_sources(work, consultations).items()
    }
    before = rows.shares_of(work, [conversation.id for conversation in conversations])
    added: Counter[TallyKey] = Counter()
    shares, comments, names = {}, [], defaultdict[int, set[str]](set)
    for conversation in conversations:
        consultation_id, answers = conversation.consultation_id, questions[conversation.consultation_id]
        share = share_of(conversation, answers)
        shares[conversation.id] = consultation_id, share
        for cells, sign in ((share, 1), (from_json(before.get(conversation.id, [])), -1)):
            add_share(added, consultation_id, cells, sign)
        comments += _comments(conversation, answers)
        names[consultation_id] |= name_words(conversation.names)
    return Recount({key: count for key, count in added.items() if count}, shares, comments, names)


def _answers(consultation_id: int, source: str, flow: str) -> Mapping[str, Answer]:
    """What each question of a flow asks for. A flow that cannot be read must not keep all others from being counted."""
    try:
        return {question.id: question.answer for question in read_flow(source, flow).questions}
    except FlowError:
        logger.error("flow_not_readable", consultation=consultation_id)
        return {}


def add_share(tally: Counter[TallyKey], consultation_id: int, share: Share, sign: int = 1) -> None:
    """Add a conversation's share to a tally, or with -1 as `sign` take it away."""
    for cell, count in share.items():
        tally[TallyKey(consultation_id, *cell)] += sign * count


def _comments(conversation: Recorded, answers: Mapping[str, Answer]) -> list[Placed]:
    first = first_replies(conversation)
    return [
        Placed(
            Place(
                reading.id,
                conversation.consultation_id,
                reading.question_id,
                period_of(first[reading.question_id]),
                _lot(reading.id),
            ),
            reading,
        )
        for reading in conversation.readings
        if reading.question_id in answers and comment_of(reading, answers[reading.question_id]) is not None
    ]


def _lot(answer_id: int) -> int:
    """A number by which comments can be drawn, without regard to anything in them; the same whenever it is drawn."""
    return crc32(str(answer_id).encode()) >> 1  # 31 bits, since PostgreSQL's integers have a sign
