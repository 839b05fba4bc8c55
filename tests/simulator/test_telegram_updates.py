"""Updates as a bot fetches them by long polling, and how long they wait."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from simulator import Block, ChatState, Edit, PhoneNetwork, Reply, Start, Tap, Tenant
from tests.clock import Clock
from tests.simulator.conftest import StartNetwork, call, message_chat, result_of, set_webhook, settle, wait_until
from tests.simulator.customer import Customer

ANN, JOE = "7001", "7002"
PEOPLE = [Tenant(chat=ANN, chat_state=ChatState.OPEN), Tenant(chat=JOE, chat_state=ChatState.OPEN)]


@pytest.fixture
def network(start_network: StartNetwork, clock: Clock) -> PhoneNetwork:
    return start_network(tenants=PEOPLE, now=clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


def say(network: PhoneNetwork, *words: str) -> None:
    for word in words:
        network.text_from(ANN, word)
    settle(network)


def test_updates_are_numbered_in_the_order_they_came(network: PhoneNetwork) -> None:
    say(network, "one", "two", "three")
    updates = result_of(network, "getUpdates")
    assert texts(updates) == ["one", "two", "three"]
    first = updates[0]["update_id"]
    assert [update["update_id"] for update in updates] == [first, first + 1, first + 2]
    assert texts(result_of(network, "getUpdates", limit=2)) == ["one", "two"]


def test_updates_wait_until_a_later_one_is_asked_for(network: PhoneNetwork) -> None:
    say(network, "one", "two", "three")
    first = result_of(network, "getUpdates")[0]["update_id"]
    assert len(network.untold) == 3
    assert texts(result_of(network, "getUpdates", offset=first + 2)) == ["three"]
    assert [message.body for message in network.untold] == ["three"]
    assert result_of(network, "getUpdates", offset=first + 3) == []
    assert not network.untold


def test_a_bot_that_asks_again_and_again_gets_everything_once(network: PhoneNetwork) -> None:
    say(network, *(f"text {number}" for number in range(250)))
    heard: list[str] = []
    offset = 0
    while updates := result_of(network, "getUpdates", offset=offset):
        assert len(updates) <= 100
        heard += texts(updates)
        offset = updates[-1]["update_id"] + 1
    assert heard == [f"text {number}" for number in range(250)]
    assert not network.untold


def test_an_offset_below_nought_counts_from_the_end_and_forgets_the_rest(network: PhoneNetwork) -> None:
    say(network, "one", "two", "three")
    assert texts(result_of(network, "getUpdates", offset=-1)) == ["three"]
    assert texts(result_of(network, "getUpdates")) == ["three"]
    assert [message.body for message in network.untold if message.dropped] == ["one", "two"]


def test_a_long_poll_is_answered_as_soon_as_something_comes(network: PhoneNetwork) -> None:
    with ThreadPoolExecutor(1) as caller:
        began = time.monotonic()
        poll = caller.submit(result_of, network, "getUpdates", timeout=8)
        time.sleep(0.1)
        assert not poll.done()
        say(network, "hello")
        assert texts(poll.result()) == ["hello"]
        assert time.monotonic() - began < 7


def test_a_long_poll_ends_empty_when_nothing_comes(network: PhoneNetwork) -> None:
    began = time.monotonic()
    assert result_of(network, "getUpdates", timeout=1) == []
    assert time.monotonic() - began >= 1


def _waiting_poll(network: PhoneNetwork, caller: ThreadPoolExecutor) -> "Future[Any]":
    poll = caller.submit(call, network, "getUpdates", timeout=8)
    time.sleep(0.1)
    return poll


def test_a_second_poll_ends_the_first(network: PhoneNetwork) -> None:
    with ThreadPoolExecutor(1) as caller:
        poll = _waiting_poll(network, caller)
        wait_until(lambda: result_of(network, "getUpdates") == [] and poll.done())  # the first may yet be on its way
        assert poll.result().status_code == 409
        assert "terminated by other getUpdates request" in poll.result().json()["description"]


def test_a_webhook_ends_a_poll_and_forbids_the_next(network: PhoneNetwork, customer: Customer) -> None:
    with ThreadPoolExecutor(1) as caller:
        poll = _waiting_poll(network, caller)
        set_webhook(network, customer)
        assert poll.result().status_code == 409
    refused = call(network, "getUpdates")
    assert (refused.status_code, "webhook is active" in refused.json()["description"]) == (409, True)
    result_of(network, "deleteWebhook")
    assert result_of(network, "getUpdates") == []


def _all_kinds(network: PhoneNetwork) -> None:
    message_chat(network, ANN, "Was it worth it?", "Yes")
    for line in (Tap("Yes"), Reply("yes"), Edit("no"), Block()):
        network.act(ANN, line)
    settle(network)


def test_only_the_kinds_that_are_wanted_are_told(network: PhoneNetwork) -> None:
    assert result_of(network, "getUpdates", allowed_updates=["message", "callback_query"]) == []
    _all_kinds(network)
    told = [set(update) - {"update_id"} for update in result_of(network, "getUpdates")]
    assert told == [{"callback_query"}, {"message"}]
    assert result_of(network, "getWebhookInfo")["allowed_updates"] == ["message", "callback_query"]
    assert {message.kind for message in network.untold if message.dropped} == {"edit", "block"}


def test_the_usual_kinds_by_name_are_told_and_listed(network: PhoneNetwork) -> None:
    kinds = ["message", "edited_message", "callback_query", "my_chat_member"]
    result_of(network, "getUpdates", allowed_updates=kinds)
    _all_kinds(network)
    assert len(result_of(network, "getUpdates")) == 4
    assert result_of(network, "getWebhookInfo")["allowed_updates"] == kinds


def test_an_empty_list_asks_for_the_usual_kinds_again(network: PhoneNetwork) -> None:
    result_of(network, "getUpdates", allowed_updates=["message"])
    result_of(network, "getUpdates", allowed_updates=[])
    _all_kinds(network)
    assert len(result_of(network, "getUpdates")) == 4
    assert "allowed_updates" not in result_of(network, "getWebhookInfo")


def test_a_list_of_kinds_that_is_none_changes_nothing(network: PhoneNetwork) -> None:
    result_of(network, "getUpdates", allowed_updates=["message"])
    for kinds in ("message", '{"a": 1}', [1], None):
        result_of(network, "getUpdates", allowed_updates=kinds)
    assert result_of(network, "getWebhookInfo")["allowed_updates"] == ["message"]


WAITS: list[Any] = [
    pytest.param(lambda network: network.text_from(ANN, "yes"), timedelta(hours=24), id="a text"),
    pytest.param(lambda network: network.act(ANN, Tap("Yes")), timedelta(seconds=150), id="a tap"),
    pytest.param(lambda network: network.act(ANN, Block()), timedelta(hours=24), id="a block"),
]


@pytest.mark.parametrize(("do", "waits"), WAITS)
def test_an_update_waits_so_long_and_then_is_dropped(
    network: PhoneNetwork, clock: Clock, do: Callable[[PhoneNetwork], str], waits: timedelta
) -> None:
    message_chat(network, ANN, "Was it worth it?", "Yes")
    sid = do(network)
    settle(network)
    clock.advance(waits - timedelta(seconds=1))
    assert len(result_of(network, "getUpdates")) == 1
    clock.advance(timedelta(seconds=1))
    assert result_of(network, "getUpdates") == []
    [lost] = network.untold
    assert (lost.sid, lost.dropped) == (sid, True)


def test_an_edit_waits_from_the_time_of_the_edit(network: PhoneNetwork, clock: Clock) -> None:
    say(network, "yes")
    clock.advance(timedelta(hours=20))
    network.act(ANN, Edit("no"))
    settle(network)
    clock.advance(timedelta(hours=10))
    [update] = result_of(network, "getUpdates")
    assert update["edited_message"]["edit_date"] - update["edited_message"]["date"] == 20 * 3600


def test_numbers_may_start_again_lower_and_a_bot_that_asks_for_later_ones_still_gets_them(
    network: PhoneNetwork,
) -> None:
    say(network, "one")
    [one] = result_of(network, "getUpdates")
    result_of(network, "getUpdates", offset=one["update_id"] + 1)
    network.restart_update_ids(5)
    say(network, "two", "three")
    updates = result_of(network, "getUpdates", offset=one["update_id"] + 1)
    assert [(update["update_id"], update["message"]["text"]) for update in updates] == [(5, "two"), (6, "three")]


def test_after_a_quiet_week_numbers_start_somewhere_else(network: PhoneNetwork, clock: Clock) -> None:
    say(network, "one")
    clock.advance(timedelta(days=6))
    say(network, "two")
    clock.advance(timedelta(days=7, seconds=1))
    say(network, "three")
    clock.advance(timedelta(hours=-1))
    ids = [update["update_id"] for update in result_of(network, "getUpdates")]
    [two] = [m for m in network.inbound if m.body == "two"]
    assert (len(ids), two.dropped) == (1, True)
    assert ids[0] not in (100_002, 100_003)


def test_a_tap_tells_its_button_and_its_message(network: PhoneNetwork) -> None:
    number = message_chat(network, ANN, "Was it worth it?", "Yes", "No")
    sid = network.act(ANN, Tap("No"))
    settle(network)
    [update] = result_of(network, "getUpdates")
    tap = update["callback_query"]
    assert sid == f"callback:{tap['id']}"
    assert (tap["data"], tap["from"]["id"], tap["message"]["message_id"]) == ("answer:No", 7001, number)
    assert tap["message"]["text"] == "Was it worth it?"


def test_pressing_start_sends_the_payload_of_the_link(network: PhoneNetwork) -> None:
    network.act("7009", Start("abc-DEF_123"))
    network.act(ANN, Start())
    settle(network)
    linked, plain = result_of(network, "getUpdates")
    assert linked["message"]["text"] == "/start abc-DEF_123"
    assert linked["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert plain["message"]["text"] == "/start"


def test_dates_are_whole_seconds_of_the_clock(start_network: StartNetwork, clock: Clock) -> None:
    clock.advance(timedelta(microseconds=999_999))
    network = start_network(tenants=PEOPLE, now=clock)
    say(network, "yes")
    [update] = result_of(network, "getUpdates")
    assert update["message"]["date"] == int(clock().timestamp())
