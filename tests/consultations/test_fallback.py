"""Whom the first text certainly did not reach is asked at another address, once."""

from datetime import timedelta
from itertools import count

import pytest

from consultations.fallback import ask_elsewhere
from delivery.channel import Rejected, Retry, SendResult, Sent, Unknown
from delivery.claim import ClaimRules, claim
from delivery.results import record_results
from storage.database import Database
from storage.models.consultations import Progress
from storage.models.people import AddressState
from tests.clock import Clock
from tests.conversations.landlord import Landlord
from tests.rows import ANN, FARAH, JOE

CHAT = "7001"
BLOCKED = Rejected("403", "blocked")


@pytest.fixture
def landlord(database: Database, clock: Clock) -> Landlord:
    landlord = Landlord(database, clock)
    landlord.set_policy(telegram=True)
    return landlord


def invite_in_chat(landlord: Landlord, mobile: str | None = ANN) -> None:
    ann = landlord.tenant(mobile)
    landlord.link_chat(ann, CHAT)
    landlord.deliver()
    landlord.close("A1", [ann])
    landlord.launch()


def end_sends(landlord: Landlord, result: SendResult) -> list[str]:
    """Let every send to a chat that is due end so; to whom they were."""
    numbers = count(1)
    rules = ClaimRules(frozenset({"telegram"}), False, lambda: f"try-{next(numbers)}", "derwent.example")
    claims = claim(landlord.database, landlord.now, 100, rules)
    for claimed in claims:
        with landlord.database.work() as work:
            record_results(work, {claimed.message.attempt: result}, landlord.now)
    return [claimed.message.to for claimed in claims]


def elsewhere(landlord: Landlord) -> list[str]:
    ask_elsewhere(landlord.database, landlord.rules, landlord.now)
    return [to for to, _ in landlord.deliver()]


def test_whoever_has_blocked_the_bot_is_asked_by_sms_once(landlord: Landlord) -> None:
    invite_in_chat(landlord)
    assert end_sends(landlord, BLOCKED) == [CHAT]
    assert landlord.address_of(CHAT).state is AddressState.UNREACHABLE
    assert landlord.conversation_with(CHAT).progress is Progress.UNREACHABLE
    assert elsewhere(landlord) == [ANN]
    assert elsewhere(landlord) == []
    assert landlord.talk(ANN, "Yes") != []


@pytest.mark.parametrize("result", [Sent("7001:1"), Unknown("no answer"), Retry("slow down"), Rejected("400", "?")])
def test_nobody_is_asked_elsewhere_unless_the_chat_is_certainly_shut(landlord: Landlord, result: SendResult) -> None:
    invite_in_chat(landlord)
    end_sends(landlord, result)
    assert elsewhere(landlord) == []


def test_nobody_is_asked_elsewhere_after_a_stop(landlord: Landlord) -> None:
    invite_in_chat(landlord)
    end_sends(landlord, BLOCKED)
    landlord.receive(ANN, "STOP")
    landlord.deliver()
    assert elsewhere(landlord) == []


def test_nobody_is_asked_elsewhere_once_the_consultation_has_closed(landlord: Landlord) -> None:
    invite_in_chat(landlord)
    end_sends(landlord, BLOCKED)
    landlord.wait(days=8)
    assert elsewhere(landlord) == []


def test_who_has_no_other_address_is_left_alone(landlord: Landlord) -> None:
    invite_in_chat(landlord, mobile=None)
    end_sends(landlord, BLOCKED)
    assert elsewhere(landlord) == []


def test_a_phone_that_is_in_the_consultation_already_is_not_texted_again(landlord: Landlord) -> None:
    ann, joe = landlord.tenant(JOE), landlord.tenant(JOE)
    landlord.link_chat(ann, CHAT)
    landlord.deliver()
    landlord.close("A1", [ann, joe])
    landlord.launch()
    assert end_sends(landlord, BLOCKED) == [CHAT]
    assert elsewhere(landlord) == [JOE], "the first text to the phone they share"
    assert elsewhere(landlord) == []
    assert landlord.talk(JOE, "Yes") != []


def test_who_is_in_another_survey_by_sms_waits_for_the_one_in_the_chat(landlord: Landlord) -> None:
    ann = landlord.tenant(ANN)
    landlord.close("A1", [ann])
    landlord.launch()
    assert [to for to, _ in landlord.deliver()] == [ANN]
    landlord.link_chat(ann, CHAT)
    landlord.deliver()
    landlord.close("A2", [ann], title="Garden day")
    [launched] = landlord.launch()
    assert (launched.invited, launched.waiting) == (0, 1)
    landlord.tick()
    assert landlord.deliver() == []
    landlord.clock.advance(timedelta(days=8))
    landlord.tick()
    assert [to for to, _ in landlord.deliver()] == [CHAT]


def test_among_many_only_the_one_not_reached_is_asked_elsewhere(landlord: Landlord) -> None:
    ann, joe = landlord.tenant(ANN), landlord.tenant(JOE)
    landlord.link_chat(ann, CHAT)
    landlord.deliver()
    landlord.close("A1", [ann, joe])
    landlord.launch()
    end_sends(landlord, BLOCKED)
    assert sorted(elsewhere(landlord)) == sorted([JOE, ANN])
    assert elsewhere(landlord) == []


def test_of_two_who_shared_a_dead_phone_each_is_asked_once_wherever_they_go(landlord: Landlord) -> None:
    ann, gwen = landlord.tenant(ANN), landlord.tenant(ANN)
    landlord.close("A1", [ann, gwen])
    landlord.launch()
    landlord.deliver(Rejected("21211", "not a number"))
    landlord.tenant(JOE, tenant_ref=ann)
    assert elsewhere(landlord) == [JOE]
    landlord.talk(JOE, "Yes", "A", "It was lovely")
    landlord.link_chat(ann, CHAT)
    landlord.tenant(FARAH, tenant_ref=gwen)
    assert elsewhere(landlord) == [CHAT, FARAH], "the welcome to the chat, and Gwen's first text"
    assert [row.text_id for row in landlord.texts_to(CHAT)] == ["chat_linked"]


def test_those_who_cannot_be_asked_anywhere_do_not_stand_before_one_who_can(landlord: Landlord) -> None:
    stopped, ann = landlord.tenant(JOE), landlord.tenant(ANN)
    landlord.link_chat(stopped, "7002", token="one")
    landlord.link_chat(ann, CHAT, token="two")
    landlord.deliver()
    landlord.close("A1", [stopped, ann])
    landlord.launch()
    end_sends(landlord, BLOCKED)
    landlord.receive(JOE, "STOP")
    assert [to for to in elsewhere(landlord) if to == ANN] == [ANN]


def test_a_first_text_never_goes_to_a_number_that_is_somebody_elses_by_now(landlord: Landlord) -> None:
    ann = landlord.tenant(ANN)
    landlord.close("A1", [ann])
    landlord.launch()
    landlord.tenant(JOE, tenant_ref=ann)
    assert landlord.deliver() == []
    assert elsewhere(landlord) == [JOE]
    assert landlord.texts_to(ANN)[0].ended_reason == "no longer the address of anybody it is for"


def test_a_survey_that_waited_goes_to_the_number_of_today(landlord: Landlord) -> None:
    ann = landlord.tenant(ANN)
    landlord.close("A1", [ann])
    landlord.launch()
    landlord.deliver()
    landlord.close("A2", [ann], title="Garden day")
    landlord.launch()
    landlord.tenant(JOE, tenant_ref=ann)
    landlord.clock.advance(timedelta(days=8))
    landlord.tick()
    assert landlord.deliver() == []
    assert elsewhere(landlord) == [JOE]
