"""Whatever anybody writes, it is kept once, answered at most once, and nobody who has stopped is texted."""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.inbound import NOT_HANDLED
from flows.alerts import Alert
from storage.models import InboundMessage, InboxItem, OutboxMessage
from storage.models.consultations import LIVE
from storage.models.outbox import RowClass
from tests.clock import Clock
from tests.conftest import OpenFresh
from tests.conversations.landlord import STRANGER, Landlord
from tests.rows import ANN, FARAH, JOE

ANSWERS = ("Yes", "no", "A", "a, b", "7", "It was warm", "", " ", "👍", "\0", "\ud83d", "{phone}")
COMMANDS = ("STOP", "start", "help", "skip", "back", "sorry, meant 5", "Polish", "wrong number", "please ring me")
DANGERS = ("I can smell gas", "black mould", "he hits me")
LIKELY = st.sampled_from((*ANSWERS, *COMMANDS, *DANGERS))
CHARACTERS = st.characters(exclude_categories=())
ANYTHING = LIKELY | st.lists(LIKELY, max_size=3).map(" ".join) | st.text(CHARACTERS, max_size=80)
"""With NULs and lone surrogates, which no database takes."""

SENDERS = st.sampled_from([ANN, JOE, STRANGER])
EXAMPLES = settings(max_examples=25, deadline=None)


@contextmanager
def new_landlord(open_fresh: OpenFresh) -> Iterator[Landlord]:
    """A landlord who has just asked Ann, Joe and Farah; one for each example."""
    with open_fresh() as database:
        landlord = Landlord(database, Clock())
        landlord.survey_of(ANN, JOE, FARAH)
        yield landlord


@EXAMPLES
@given(texts=st.lists(st.tuples(SENDERS, ANYTHING, st.booleans()), min_size=1, max_size=5))
def test_any_texts_are_each_kept_once_and_answered_at_most_once(
    open_fresh: OpenFresh, texts: list[tuple[str, str, bool]]
) -> None:
    with new_landlord(open_fresh) as landlord:
        for kept, (sender, text, delivered) in enumerate(texts):
            before = len(landlord.rows(OutboxMessage))
            assert landlord.receive(sender, text).message_id is not None
            assert len(landlord.rows(InboundMessage)) == kept + 1
            assert NOT_HANDLED not in [row.reason for row in landlord.rows(InboxItem)]
            queued = [row for row in landlord.rows(OutboxMessage)[before:] if row.channel == "sms"]
            assert {row.recipient for row in queued} <= {sender}
            assert sum(row.row_class is not RowClass.SAFETY for row in queued) <= 1
            if delivered:
                landlord.wait(seconds=10)
                landlord.deliver()


@EXAMPLES
@given(before=st.lists(ANYTHING, max_size=2), after=st.lists(ANYTHING, min_size=1, max_size=3))
def test_after_stop_no_text_is_queued_but_about_a_danger_until_start(
    open_fresh: OpenFresh, before: list[str], after: list[str]
) -> None:
    with new_landlord(open_fresh) as landlord:
        for text in [*before, "STOP"]:
            landlord.receive(FARAH, text)
            landlord.deliver()
        for text in after:
            said = len(landlord.texts_to(FARAH))
            landlord.receive(FARAH, text)
            queued = [row.text_id for row in landlord.texts_to(FARAH)[said:]]
            if "start_confirmation" in queued:
                return
            assert set(queued) <= set(Alert)
            assert landlord.conversation_with(FARAH).progress not in LIVE
