"""Whatever anybody does in a chat, it is kept once, is answered at most once, and answers no question but its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.inbound import NOT_HANDLED
from delivery.channel import Attachment
from storage.models import Answer, InboundMessage, InboxItem, OutboxMessage
from storage.models.messages import Placement
from storage.models.outbox import RowClass
from tests.clock import Clock
from tests.conftest import OpenFresh
from tests.conversations.landlord import Landlord
from tests.conversations.test_any_text import ANYTHING
from tests.rows import ANN

CHAT, FIRST_MESSAGE = "7001", 1_000

NUMBERS = st.integers(-2, 7) | st.sampled_from([2**31, 2**64])
MADE_UP_TAPS = st.builds("{}:{}:{}".format, NUMBERS, NUMBERS, NUMBERS) | st.text(max_size=20)

WORDS = st.builds(lambda text: {"text": text}, ANYTHING)
PICTURES = st.builds(
    lambda text: {"text": text, "attachments": (Attachment("photo", "file"),)}, st.sampled_from(["", "yes", "stop"])
)
TAPS = st.builds(lambda place: {"tap": place}, st.integers(0, 60))
FORGED = st.builds(lambda data: {"text": "Yes", "tapped": data}, MADE_UP_TAPS)
EDITS = st.builds(lambda text, back: {"text": text, "back": back}, ANYTHING, st.integers(0, 4))
STARTS = st.builds(lambda token: {"text": "/start", "link_token": token}, st.sampled_from([None, "", "made-up"]))
DONE = WORDS | PICTURES | TAPS | FORGED | EDITS | STARTS


@contextmanager
def asked_in_chat(open_fresh: OpenFresh) -> Iterator[Landlord]:
    """A landlord who has just asked Ann in her chat."""
    with open_fresh() as database:
        landlord = Landlord(database, Clock())
        landlord.set_policy(telegram=True)
        ann = landlord.tenant(ANN)
        landlord.link_chat(ann, CHAT)
        landlord.close("A1", [ann])
        landlord.launch()
        landlord.deliver()
        yield landlord


def as_received(landlord: Landlord, act: dict[str, Any], number: int) -> dict[str, Any]:
    """What the chat network tells of it: a tap's data are those of a button that was sent, an edit names a message."""
    given: dict[str, Any] = {"text": "", "channel_message_id": f"{CHAT}:{number}", **act}
    buttons = [data for row in landlord.texts_to(CHAT) for _, data in row.buttons or ()]
    place, back = given.pop("tap", None), given.pop("back", None)
    if place is not None and buttons:
        given["tapped"] = buttons[place % len(buttons)]
    if back is not None:
        given["edits"] = f"{CHAT}:{number - 1 - back}"
    return given


@settings(max_examples=15, deadline=None)
@given(acts=st.lists(st.tuples(DONE, st.booleans()), min_size=1, max_size=6))
def test_whatever_is_done_in_a_chat_is_kept_once_and_answered_at_most_once(
    open_fresh: OpenFresh, acts: list[tuple[dict[str, Any], bool]]
) -> None:
    with asked_in_chat(open_fresh) as landlord:
        for number, (act, delivered) in enumerate(acts, start=FIRST_MESSAGE):
            before, kept = len(landlord.rows(OutboxMessage)), len(landlord.rows(InboundMessage))
            received = as_received(landlord, act, number)
            assert landlord.receive_in_chat(CHAT, **received).message_id is not None
            assert landlord.receive_in_chat(CHAT, **received).message_id is None
            assert len(landlord.rows(InboundMessage)) == kept + 1
            assert NOT_HANDLED not in [row.reason for row in landlord.rows(InboxItem)]
            queued = [row for row in landlord.rows(OutboxMessage)[before:] if row.channel == "telegram"]
            assert sum(row.row_class is not RowClass.SAFETY for row in queued) <= 1
            if delivered:
                landlord.wait(seconds=10)
                landlord.deliver()
        messages = {row.id: row for row in landlord.rows(InboundMessage)}
        for answer in landlord.rows(Answer):
            assert messages[answer.message_id].placement in (Placement.REPLY, Placement.LATE)
            if answer.rule == "tapped":
                assert messages[answer.message_id].question_id == answer.question_id
