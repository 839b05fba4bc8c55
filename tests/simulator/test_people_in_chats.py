"""What people do in their chats, by script and out of it."""

import gc
from typing import Any

import pytest

from simulator import (
    Block,
    ChatState,
    Edit,
    Kind,
    Line,
    Media,
    MediaKind,
    Move,
    PhoneNetwork,
    Reply,
    Start,
    Tap,
    Tenant,
)
from tests.simulator.conftest import StartNetwork, call, message_chat, result_of, send, settle

ANN, JOE, GROUP, SUPERGROUP = "7001", "7002", "-7005", "-1000000007005"
PHONE = "+447700900001"


def at_once(*lines: Line | None, chat: str = ANN) -> Tenant:
    """Somebody who does these things without delay, and has pressed Start."""
    return Tenant(chat=chat, script=lines, chat_state=ChatState.OPEN, first_name="Ann")


def told(network: PhoneNetwork) -> list[dict[str, Any]]:
    """What waits for the bot, without the numbers of the updates."""
    settle(network)
    updates: list[dict[str, Any]] = result_of(network, "getUpdates")
    return [{kind: what for kind, what in update.items() if kind != "update_id"} for update in updates]


def test_each_message_is_answered_with_the_next_line(start_network: StartNetwork) -> None:
    network = start_network(tenants=[at_once(Reply("Yes it was", meaning=True), None, Tap("8", meaning=8))])
    for text in ("Was it worth it?", "Thank you.", "How much?", "Thank you again."):
        message_chat(network, ANN, text, "7", "8")
        settle(network)
    assert [(r.phone, r.text, r.meaning, r.kind, r.channel) for r in network.replies_sent] == [
        (ANN, "Yes it was", True, "text", "telegram"),
        (ANN, "8", 8, "tap", "telegram"),
    ]


def test_a_person_answers_where_the_message_came(start_network: StartNetwork) -> None:
    person = Tenant(PHONE, (Tap("Yes"), Tap("Yes")), chat=ANN, chat_state=ChatState.OPEN)
    network = start_network(tenants=[person])
    send(network, PHONE, "Was it worth it?")
    settle(network)
    message_chat(network, ANN, "Was it worth it?", "Yes")
    settle(network)
    assert [(reply.phone, reply.text, reply.kind) for reply in network.replies_sent] == [
        (PHONE, "Yes", "text"),
        (ANN, "Yes", "tap"),
    ]


TAPS: list[Any] = [
    pytest.param(Tap("No"), "answer:No", "q2", id="by label on the newest message"),
    pytest.param(Tap("?", index=0), "answer:Yes", "q2", id="by place"),
    pytest.param(Tap("5", back=1), "answer:5", "q1", id="on the message before"),
    pytest.param(Tap("?", index=1, back=1), "answer:5", "q1", id="by place on the message before"),
]


@pytest.mark.parametrize(("tap", "data", "question"), TAPS)
def test_a_tap_finds_its_button(start_network: StartNetwork, tap: Tap, data: str, question: str) -> None:
    network = start_network(tenants=[at_once()])
    message_chat(network, ANN, "q1", "4", "5")
    message_chat(network, ANN, "q2", "Yes", "No")
    message_chat(network, ANN, "no buttons here")
    network.act(ANN, tap)
    [update] = told(network)
    assert (update["callback_query"]["data"], update["callback_query"]["message"]["text"]) == (data, question)


@pytest.mark.parametrize("tap", [Tap("Maybe"), Tap("Maybe", index=2), Tap("Maybe", back=2)])
def test_a_label_without_a_button_is_typed(start_network: StartNetwork, tap: Tap) -> None:
    network = start_network(tenants=[at_once()])
    message_chat(network, ANN, "q1", "Yes", "No")
    message_chat(network, ANN, "q2", "Yes", "No")
    network.act(ANN, tap)
    [update] = told(network)
    assert update["message"]["text"] == "Maybe"


def test_a_scripted_tap_is_on_the_message_it_answers_though_another_has_come(start_network: StartNetwork) -> None:
    network = start_network(tenants=[at_once(Tap("Yes", delay_seconds=10))], pace=0.01)
    first = message_chat(network, ANN, "q1", "Yes", "No")
    message_chat(network, ANN, "q2", "Yes", "No")
    [update] = told(network)
    assert update["callback_query"]["message"]["message_id"] == first


def test_words_can_reply_to_a_message_with_buttons(start_network: StartNetwork) -> None:
    network = start_network(tenants=[at_once()])
    first = message_chat(network, ANN, "q1", "Yes", "No")
    second = message_chat(network, ANN, "q2", "Yes", "No")
    network.act(ANN, Reply("no", replies_back=1))
    network.act(ANN, Reply("yes", replies_back=0))
    replied_to = [update["message"]["reply_to_message"]["message_id"] for update in told(network)]
    assert replied_to == [first, second]


def test_an_edit_changes_an_earlier_text(start_network: StartNetwork) -> None:
    network = start_network(tenants=[at_once()])
    numbers = [int(network.text_from(ANN, word).split(":")[1]) for word in ("yes", "8")]
    sid = network.act(ANN, Edit("9"))
    network.act(ANN, Edit("no", back=1))
    edits = [update["edited_message"] for update in told(network)[2:]]
    assert [(edit["message_id"], edit["text"]) for edit in edits] == [(numbers[1], "9"), (numbers[0], "no")]
    assert sid == f"7001:{numbers[1]}:edit:{edits[0]['edit_date']}"
    assert [reply.kind for reply in network.replies_sent] == ["text", "text", "edit", "edit"]


def test_an_edit_of_a_command_is_no_command_any_more(start_network: StartNetwork) -> None:
    network = start_network(tenants=[at_once()])
    network.text_from(ANN, "/stop")
    network.act(ANN, Edit("stop"))
    command, edit = told(network)
    assert "entities" in command["message"]
    assert "entities" not in edit["edited_message"]


def test_an_edit_of_nothing_is_typed(start_network: StartNetwork) -> None:
    network = start_network(tenants=[at_once()])
    network.act(ANN, Edit("yes", back=1))
    assert [set(update) for update in told(network)] == [{"message"}]


def test_a_chat_takes_messages_from_when_start_is_pressed(start_network: StartNetwork) -> None:
    network = start_network(tenants=[Tenant(chat=ANN, script=(Reply("Hello", delay_seconds=0),))])
    assert call(network, "sendMessage", chat_id=ANN, text="Hello").status_code == 403
    network.act(ANN, Start("TOKEN"))
    message_chat(network, ANN, "Hello")
    settle(network)
    assert [(message.kind, message.body) for message in network.inbound] == [
        (Kind.START, "/start TOKEN"),
        (Kind.TEXT, "Hello"),
    ]
    assert [reply.text for reply in network.replies_sent] == ["Hello"]


def test_a_blocked_bot_is_told_so_and_refused_until_start(start_network: StartNetwork) -> None:
    network = start_network(tenants=[at_once(Block(delay_seconds=0))])
    message_chat(network, ANN, "Was it worth it?")
    settle(network)
    assert call(network, "sendMessage", chat_id=ANN, text="Hello?").json()["error_code"] == 403
    with pytest.raises(ValueError, match="press Start"):
        network.text_from(ANN, "hello?")
    network.act(ANN, Start())
    message_chat(network, ANN, "Welcome back.")
    blocked, unblocked, started = told(network)
    assert [blocked["my_chat_member"][side]["status"] for side in ("old_chat_member", "new_chat_member")] == [
        "member",
        "kicked",
    ]
    assert blocked["my_chat_member"]["new_chat_member"]["user"]["is_bot"] is True
    assert blocked["my_chat_member"]["from"]["id"] == 7001
    assert unblocked["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert started["message"]["text"] == "/start"
    assert network.replies_sent == ()


def test_a_reply_that_was_pending_when_the_bot_was_blocked_is_let_be(
    start_network: StartNetwork, caplog: pytest.LogCaptureFixture
) -> None:
    network = start_network(tenants=[at_once(Reply("Yes", delay_seconds=10))], pace=0.01)
    message_chat(network, ANN, "Was it worth it?")
    network.act(ANN, Block())
    settle(network)
    assert network.replies_sent == ()
    gc.collect()
    assert caplog.records == []


def test_an_account_that_is_gone_does_nothing(start_network: StartNetwork) -> None:
    network = start_network(tenants=[Tenant(chat=ANN, chat_state=ChatState.DEACTIVATED)])
    with pytest.raises(ValueError, match="Nobody"):
        network.act(ANN, Start())


def test_a_group_moves_with_its_people_and_their_script(start_network: StartNetwork) -> None:
    network = start_network(tenants=[at_once(Reply("one", delay_seconds=0), Reply("two", delay_seconds=0), chat=GROUP)])
    message_chat(network, GROUP, "q1")
    settle(network)
    network.act(GROUP, Move(SUPERGROUP))
    with pytest.raises(ValueError, match="Nobody"):
        network.text_from(GROUP, "still here?")
    message_chat(network, SUPERGROUP, "q2")
    first, leaving, arriving, second = (update["message"] for update in told(network))
    assert (first["chat"], first["from"]["id"]) == ({"id": -7005, "type": "group", "title": "Ann"}, 7005)
    assert (leaving["chat"]["id"], leaving["migrate_to_chat_id"]) == (-7005, -1000000007005)
    assert (arriving["chat"]["id"], arriving["migrate_from_chat_id"]) == (-1000000007005, -7005)
    assert (second["chat"]["type"], second["text"]) == ("supergroup", "two")


def test_a_reply_that_was_pending_when_its_group_moved_is_sent_in_the_new_one(start_network: StartNetwork) -> None:
    network = start_network(tenants=[at_once(Tap("Yes", delay_seconds=10), chat=GROUP)], pace=0.01)
    message_chat(network, GROUP, "q1", "Yes")
    network.act(GROUP, Move(SUPERGROUP))
    settle(network)
    assert [(reply.phone, reply.text, reply.kind) for reply in network.replies_sent] == [(SUPERGROUP, "Yes", "text")]


@pytest.mark.parametrize(
    ("chat", "to"), [(ANN, SUPERGROUP), (GROUP, "-7006"), (GROUP, "-1007006"), (SUPERGROUP, "-1000000007006")]
)
def test_only_a_group_moves_and_only_to_a_supergroup(start_network: StartNetwork, chat: str, to: str) -> None:
    network = start_network(tenants=[at_once(chat=chat)])
    with pytest.raises(ValueError, match="groups only"):
        network.act(chat, Move(to))


@pytest.mark.parametrize("chat", [GROUP, SUPERGROUP])
def test_a_group_that_throws_the_bot_out_refuses_it(start_network: StartNetwork, chat: str) -> None:
    network = start_network(tenants=[at_once(chat=chat)])
    network.act(chat, Block())
    refused = call(network, "sendMessage", chat_id=chat, text="Hello").json()
    assert (refused["error_code"], "bot was kicked" in refused["description"]) == (403, True)


CARRIED: list[Any] = [
    pytest.param(MediaKind.VOICE, {"duration", "mime_type"}, id="voice note"),
    pytest.param(MediaKind.AUDIO, {"duration", "mime_type"}, id="audio"),
    pytest.param(MediaKind.VIDEO, {"duration", "width", "height", "mime_type"}, id="video"),
    pytest.param(MediaKind.STICKER, {"emoji", "type", "width", "height", "is_animated", "is_video"}, id="sticker"),
    pytest.param(MediaKind.DOCUMENT, {"file_name", "mime_type"}, id="document"),
]


@pytest.mark.parametrize(("kind", "fields"), CARRIED)
def test_whatever_carries_a_file_tells_its_id(start_network: StartNetwork, kind: MediaKind, fields: set[str]) -> None:
    network = start_network(tenants=[at_once()])
    network.act(ANN, Reply("", media=(Media(kind, "any/type", b"content"),)))
    [update] = told(network)
    carried = update["message"][kind]
    assert carried.keys() == {"file_id", "file_unique_id", "file_size"} | fields
    assert result_of(network, "getFile", file_id=carried["file_id"])["file_size"] == 7
    assert network.inbound[0].media[0].content == b"content"


def test_a_location_and_a_contact_carry_no_file(start_network: StartNetwork) -> None:
    network = start_network(tenants=[at_once()])
    for kind in (MediaKind.LOCATION, MediaKind.CONTACT):
        network.act(ANN, Reply("", media=(Media(kind),)))
    location, contact = (update["message"] for update in told(network))
    assert location["location"].keys() == {"latitude", "longitude"}
    assert contact["contact"].keys() == {"phone_number", "first_name"}


@pytest.mark.parametrize("reply", [Reply(""), Reply("", media=(Media(MediaKind.LOCATION), Media(MediaKind.CONTACT)))])
def test_a_chat_sends_one_thing_at_a_time(start_network: StartNetwork, reply: Reply) -> None:
    with pytest.raises(ValueError, match="at a time"):
        start_network(tenants=[at_once()]).act(ANN, reply)


def test_somebody_unknown_may_find_the_bot(start_network: StartNetwork) -> None:
    network = start_network()
    network.text_from(JOE, "hello?")
    message_chat(network, JOE, "Hello!")
    assert [message.body for message in network.conversation(JOE)] == ["hello?", "Hello!"]


def test_what_only_a_chat_knows_cannot_be_done_on_a_phone(start_network: StartNetwork) -> None:
    network = start_network(tenants=[Tenant(PHONE, (Block(delay_seconds=0), Reply("Yes", delay_seconds=0)))])
    with pytest.raises(ValueError, match="only send texts"):
        network.act(PHONE, Start())
    for _ in range(2):
        send(network, PHONE, "Was it worth it?")
        settle(network)
    assert [reply.text for reply in network.replies_sent] == ["Yes"]


@pytest.mark.parametrize(("chat", "complaint"), [("", "phone or a chat"), ("ann", "decimals"), ("07001", "decimals")])
def test_a_tenant_is_reached_somewhere(chat: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Tenant(chat=chat)
