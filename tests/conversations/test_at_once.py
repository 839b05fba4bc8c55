"""Messages that come at the same moment: each is kept, one answers the question, and nothing is said twice."""

import pytest

from conversations.inbound import NOT_HANDLED, SENT_BEFORE_QUESTION
from storage import people
from storage.models import Address, Answer, ChatLink, InboundMessage, InboxItem, OptOut
from storage.models.consultations import Progress
from storage.models.messages import Placement
from storage.models.outbox import OutboxState
from tests.at_once import at_once
from tests.conversations.landlord import STRANGER, Landlord
from tests.rows import ANN

TIMES = 5
again_and_again = pytest.mark.parametrize("again", range(TIMES))


def reasons(landlord: Landlord) -> list[str]:
    return [item.reason for item in landlord.rows(InboxItem)]


@again_and_again
def test_of_two_replies_one_answers_the_question_and_a_person_sees_the_other(landlord: Landlord, again: int) -> None:
    landlord.survey_of(ANN)
    at_once(lambda: landlord.receive(ANN, "Yes"), lambda: landlord.receive(ANN, "Yes, lovely"))
    assert sorted(row.placement for row in landlord.rows(InboundMessage)) == [Placement.EARLIER, Placement.REPLY]
    assert reasons(landlord) == [SENT_BEFORE_QUESTION]
    assert len(landlord.rows(Answer)) == 1
    assert len(landlord.texts_to(ANN, OutboxState.QUEUED)) == 1


@again_and_again
def test_a_message_that_comes_several_times_is_taken_in_once(landlord: Landlord, again: int) -> None:
    landlord.survey_of(ANN)
    taken = at_once(*[lambda: landlord.receive(ANN, "Yes", sid="SM1")] * 4)
    assert [each.placement for each in taken if each.message_id is not None] == [Placement.REPLY]
    assert len(landlord.rows(InboundMessage)) == len(landlord.rows(Answer)) == 1
    assert len(landlord.texts_to(ANN, OutboxState.QUEUED)) == 1
    assert reasons(landlord) == []


@again_and_again
def test_a_stop_beside_a_reply_wins(landlord: Landlord, again: int) -> None:
    landlord.survey_of(ANN)
    at_once(lambda: landlord.receive(ANN, "STOP"), lambda: landlord.receive(ANN, "Yes"))
    assert landlord.conversation_with(ANN).progress is Progress.REFUSED
    assert [row.text_id for row in landlord.texts_to(ANN, OutboxState.QUEUED)] == ["stop_confirmation"]
    assert NOT_HANDLED not in reasons(landlord)


@again_and_again
def test_two_stops_are_one_and_confirmed_once(landlord: Landlord, again: int) -> None:
    landlord.survey_of(ANN)
    at_once(*[lambda: landlord.receive(ANN, "STOP")] * 3)
    assert len(landlord.rows(OptOut)) == 1
    assert [row.text_id for row in landlord.texts_to(ANN, OutboxState.QUEUED)] == ["stop_confirmation"]
    assert len(landlord.rows(InboundMessage)) == 3


@again_and_again
def test_somebody_unknown_who_writes_twice_becomes_one_address_and_hears_from_us_once(
    landlord: Landlord, again: int
) -> None:
    at_once(*[lambda: landlord.receive(STRANGER, "Hello")] * 4)
    assert [row.value for row in landlord.rows(Address)] == [STRANGER]
    assert len(landlord.rows(InboundMessage)) == 4
    assert len(landlord.texts_to(STRANGER)) == 1


@again_and_again
def test_a_stop_by_somebody_unknown_beside_another_text_holds(landlord: Landlord, again: int) -> None:
    at_once(lambda: landlord.receive(STRANGER, "STOP"), lambda: landlord.receive(STRANGER, "Hello"))
    landlord.deliver()
    sent = [row.text_id for row in landlord.texts_to(STRANGER) if row.state is OutboxState.DELIVERED]
    assert sent == ["stop_confirmation"]


def test_one_address_asked_for_by_many_is_made_once(landlord: Landlord) -> None:
    def ask() -> int:
        return landlord.database.retrying(lambda work: people.address_of(work, "sms", STRANGER).id)

    assert len(set(at_once(*[ask] * 8))) == 1


@again_and_again
def test_a_reply_beside_the_clock_is_an_answer_or_late_and_never_lost(landlord: Landlord, again: int) -> None:
    landlord.survey_of(ANN)
    landlord.wait(days=8)
    at_once(lambda: landlord.receive(ANN, "Yes"), landlord.tick)
    [message] = landlord.rows(InboundMessage)
    conversation = landlord.conversation_with(ANN)
    assert message.placement in (Placement.REPLY, Placement.LATE)
    assert (conversation.progress is Progress.EXPIRED) or (message.placement is Placement.REPLY)
    assert NOT_HANDLED not in reasons(landlord)


@again_and_again
def test_a_link_opened_in_two_chats_ties_one_of_them(landlord: Landlord, again: int) -> None:
    landlord.set_policy(telegram=True)
    ann = landlord.tenant(ANN)
    landlord.link_chat(ann, "7000", token="an-older-link")
    at_once(
        lambda: landlord.receive_in_chat("7001", "/start", link_token="an-older-link"),
        lambda: landlord.receive_in_chat("7002", "/start", link_token="an-older-link"),
    )
    [link] = landlord.rows(ChatLink)
    assert link.used_by_id == landlord.address_of("7000").id
    assert NOT_HANDLED not in reasons(landlord)
