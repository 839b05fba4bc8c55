"""Keeping the tally right: counting anew what has changed, proving that nothing is missing, and starting over.

Triggers note every conversation that changes in the transaction that changes it. `compact` takes the notes away and
adds to the tally what the shares of those conversations have become more or less, in one transaction: killed at any
moment, it has counted nothing twice and nothing not at all. Whoever reads figures adds what is still noted.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from outcomes.recount import Placed, Recount, add_share, recount
from outcomes.shares import as_json, from_json
from storage import rollups as rows
from storage.batches import in_batches
from storage.database import Database, Work
from storage.rollups import TallyKey

OnProgress = Callable[[int], None]

NOTES_AT_ONCE = 400
"""Counted in about a tenth of a second. On SQLite nobody else writes meanwhile."""

CONVERSATIONS_AT_ONCE = 400


@dataclass(frozen=True)
class StillNoted:
    """What conversations noted as changed add to the tally, all their comments, and their people's names."""

    added: Mapping[TallyKey, int]
    comments: Sequence[Placed]
    names: Mapping[int, Set[str]]


@dataclass(frozen=True)
class Difference:
    """A cell of the tally that is not what counting all over gives."""

    key: TallyKey
    counted: int
    tallied: int


@dataclass(frozen=True)
class Checked:
    """What a check found: how many conversations it counted, and what was wrong in the tally and beside it."""

    conversations: int
    differences: tuple[Difference, ...]
    comments_out_of_place: int
    names_missing: int

    @property
    def is_right(self) -> bool:
        """Whether nothing was wrong."""
        return not (self.differences or self.comments_out_of_place or self.names_missing)


def compact(database: Database, on_progress: OnProgress = lambda notes: None) -> int:
    """Count anew all that is noted as changed; how many conversations that was, each time it was counted.

    `on_progress` is told of each batch how many notes it took.
    """
    counted = 0
    while True:
        with database.work() as work:
            rows.lock(work)
            notes = rows.take_changed(work, NOTES_AT_ONCE)
            _store(work, recount(work, set(notes)))
        counted += len(set(notes))
        on_progress(len(notes))
        if len(notes) < NOTES_AT_ONCE:
            return counted


def still_noted(work: Work) -> StillNoted:
    """What the tally does not have yet, counted now; nothing is stored."""
    added: Counter[TallyKey] = Counter()
    comments: list[Placed] = []
    names: dict[int, set[str]] = {}
    for batch in in_batches(rows.changed(work)):
        counted = recount(work, batch)
        for key, count in counted.added.items():
            added[key] += count
        comments += counted.comments
        for consultation_id, words in counted.names.items():
            names.setdefault(consultation_id, set()).update(words)
    return StillNoted(added, comments, names)


def _store(work: Work, counted: Recount) -> None:
    rows.add_to_tally(work, counted.added)
    rows.store_shares(
        work,
        {
            conversation_id: (consultation_id, as_json(share))
            for conversation_id, (consultation_id, share) in counted.shares.items()
        },
    )
    rows.place_comments(work, (placed.place for placed in counted.comments))
    rows.keep_names(work, counted.names)


def check(database: Database, on_progress: OnProgress = lambda conversations: None) -> Checked:
    """Count every conversation from its answers, texts and end, and compare with what figures are read from.

    All of it is read as it was at one moment, while answers keep arriving. `on_progress` is told of each batch how
    many conversations it counted.
    """
    with database.reading() as work:
        noted = set(rows.changed(work))
        tallied, counted = Counter(rows.whole_tally(work)), _tally_of_erased(work)
        conversations = misplaced = missing = 0
        for batch in _all_conversations(work):
            changed, settled = recount(work, noted.intersection(batch)), recount(work, set(batch) - noted)
            for consultation_id, share in (*changed.shares.values(), *settled.shares.values()):
                add_share(counted, consultation_id, share)
            for key, count in changed.added.items():
                tallied[key] += count
            misplaced += _misplaced(work, settled)
            missing += _missing_names(work, settled)
            conversations += len(batch)
            on_progress(len(batch))
    keys = sorted(key for key in counted.keys() | tallied.keys() if counted[key] != tallied[key])
    differences = tuple(Difference(key, counted[key], tallied[key]) for key in keys)
    return Checked(conversations, differences, misplaced, missing)


def rebuild(database: Database, on_progress: OnProgress = lambda notes: None) -> int:
    """Drop what figures are read from and count every conversation anew; how many there were.

    The first transaction drops it all and notes every conversation as changed, so that figures read meanwhile, or after
    this was killed, are right as well, if slow. What erased conversations were counted as stays. `on_progress` is told
    of each batch how many notes it took.
    """
    with database.work() as work:
        rows.lock(work)
        rows.forget_what_can_be_counted_again(work)
        rows.add_to_tally(work, _tally_of_erased(work))
    return compact(database, on_progress)


def _all_conversations(work: Work) -> Iterator[Sequence[int]]:
    last = 0
    while batch := rows.conversation_ids(work, last, CONVERSATIONS_AT_ONCE):
        yield batch
        last = batch[-1]


def _tally_of_erased(work: Work) -> Counter[TallyKey]:
    """What conversations that are no more were counted as."""
    tally: Counter[TallyKey] = Counter()
    for consultation_id, share in rows.shares_of_erased(work):
        add_share(tally, consultation_id, from_json(share))
    return tally


def _misplaced(work: Work, counted: Recount) -> int:
    """How many comments of these conversations are missing from their place, or are where none belongs."""
    belong = {placed.place for placed in counted.comments}
    return len(belong ^ rows.placed_comments_of(work, counted.shares.keys()))


def _missing_names(work: Work, counted: Recount) -> int:
    """How many words of the names of these conversations' people are not kept."""
    return sum(
        len(words - rows.name_words_among(work, [consultation_id], words))
        for consultation_id, words in counted.names.items()
    )
