"""Telegram's Bot API as a bot meets it: what it answers and what it refuses."""

import json
from datetime import timedelta
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken

from simulator import ChatState, Media, MediaKind, Move, PhoneNetwork, Reply, Start, Tap, Tenant
from tests.clock import NOON, Clock
from tests.simulator.conftest import BOT, StartNetwork, call, message_chat, result_of, settle

ANN, JOE, FARAH, GWEN, GROUP, NOBODY = "7001", "7002", "7003", "7004", "-7005", "7999"

PEOPLE = [
    Tenant(chat=ANN, chat_state=ChatState.OPEN),
    Tenant(chat=JOE),
    Tenant(chat=FARAH, chat_state=ChatState.BLOCKED),
    Tenant(chat=GWEN, chat_state=ChatState.DEACTIVATED),
    Tenant(chat=GROUP, chat_state=ChatState.OPEN),
]


@pytest.fixture
def network(start_network: StartNetwork) -> PhoneNetwork:
    return start_network(tenants=PEOPLE)


def bot_at(network: PhoneNetwork, token: str = BOT.token) -> Bot:
    """The bot that landlords use, sent to the network instead of to Telegram."""
    address = network.telegram_base_url
    return Bot(token, base_url=f"{address}/bot", base_file_url=f"{address}/file/bot")


async def test_the_bot_learns_its_own_name(network: PhoneNetwork) -> None:
    async with bot_at(network) as bot:
        assert (bot.id, bot.username, bot.first_name) == (7000001, "DerwentBot", "Pretend bot")


async def test_a_message_with_buttons_is_answered_as_it_stands_in_the_chat(network: PhoneNetwork) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Oedd ŵ", callback_data="q1:yes")]])
    async with bot_at(network) as bot:
        first = await bot.send_message(ANN, "Helô")
        second = await bot.send_message(int(ANN), "Was it worth it?", reply_markup=keyboard)
    assert (first.message_id, first.chat_id, first.date, first.text) == (1, 7001, NOON, "Helô")
    assert (second.message_id, second.reply_markup) == (2, keyboard)
    assert second.from_user is not None
    assert second.from_user.id == BOT.id
    sent = network.messages[1]
    assert (sent.sid, sent.channel, sent.recipient, sent.body) == ("7001:2", "telegram", ANN, "Was it worth it?")
    assert (sent.buttons, sent.segments, sent.created) == ((("Oedd ŵ", "q1:yes"),), 0, NOON)
    assert network.received(ANN) == network.messages


async def test_the_library_knows_each_refusal(network: PhoneNetwork) -> None:
    network.act(GROUP, Move("-1000000007005"))
    async with bot_at(network) as bot:
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(NOBODY, "Hello")
        with pytest.raises(Forbidden, match="can't initiate conversation with a user"):
            await bot.send_message(JOE, "Hello")
        with pytest.raises(Forbidden, match="blocked by the user"):
            await bot.send_message(FARAH, "Hello")
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(GROUP, "Hello")
    assert moved.value.new_chat_id == -1000000007005
    with pytest.raises(InvalidToken):
        await bot_at(network, "7000001:wrong").initialize()


REFUSALS: list[Any] = [
    pytest.param({"chat_id": ""}, 400, "chat_id is empty", id="no chat"),
    pytest.param({"chat_id": NOBODY}, 400, "chat not found", id="a chat nobody has"),
    pytest.param({"chat_id": "@ann"}, 400, "chat not found", id="a name that is no chat"),
    pytest.param({"chat_id": JOE}, 403, "bot can't initiate conversation with a user", id="never pressed Start"),
    pytest.param({"chat_id": FARAH}, 403, "bot was blocked by the user", id="blocked"),
    pytest.param({"chat_id": GWEN}, 403, "user is deactivated", id="account gone"),
    pytest.param({"text": ""}, 400, "message text is empty", id="no text"),
    pytest.param({"text": " \n"}, 400, "message text is empty", id="blank text"),
    pytest.param({"text": "ŵ" * 4097}, 400, "message is too long", id="4,097 characters"),
    pytest.param({"parse_mode": "HTML"}, 400, "unsupported parse_mode", id="markup that is not known here"),
    pytest.param({"reply_markup": "{"}, 400, "can't parse the JSON object", id="broken keyboard"),
    pytest.param(
        {"reply_markup": {"keyboard": [["Yes"]]}}, 400, "object expected as reply markup", id="other keyboard"
    ),
]

BUTTONS: list[Any] = [
    pytest.param({"text": "Yes", "callback_data": ""}, "BUTTON_DATA_INVALID", id="no data"),
    pytest.param({"text": "Yes", "callback_data": "ŵ" * 32 + "a"}, "BUTTON_DATA_INVALID", id="65 bytes of data"),
    pytest.param({"text": "Yes"}, "Text buttons are unallowed", id="no callback"),
    pytest.param({"text": " ", "callback_data": "a"}, "must be non-empty", id="no label"),
    pytest.param("Yes", "must be non-empty", id="no button"),
]


@pytest.mark.parametrize(("changes", "code", "sentence"), REFUSALS)
def test_a_message_that_cannot_be_sent_is_refused(
    network: PhoneNetwork, changes: dict[str, Any], code: int, sentence: str
) -> None:
    answer = call(network, "sendMessage", **{"chat_id": ANN, "text": "Hello", **changes})
    assert (answer.status_code, answer.json()["ok"], answer.json()["error_code"]) == (code, False, code)
    assert sentence in answer.json()["description"]
    assert network.messages == ()


@pytest.mark.parametrize(("button", "sentence"), BUTTONS)
def test_a_button_that_cannot_be_shown_is_refused(network: PhoneNetwork, button: Any, sentence: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    answer = call(network, "sendMessage", chat_id=ANN, text="Hello", reply_markup=markup)
    assert answer.status_code == 400
    assert sentence in answer.json()["description"]
    assert network.messages == ()


def test_the_longest_text_and_the_longest_data_are_taken(network: PhoneNetwork) -> None:
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "ŵ" * 32}]]}
    result_of(network, "sendMessage", chat_id=ANN, text="ŵ" * 4096, reply_markup=markup)
    assert len(network.messages[0].body) == 4096


def test_what_is_refused_is_noted_with_its_code(network: PhoneNetwork) -> None:
    for chat in (NOBODY, JOE, FARAH):
        call(network, "sendMessage", chat_id=chat, text="Hello")
    assert [(refusal.phone, refusal.code) for refusal in network.refusals] == [(NOBODY, 400), (JOE, 403), (FARAH, 403)]


def test_a_group_that_became_a_supergroup_tells_its_new_id(network: PhoneNetwork) -> None:
    network.act(GROUP, Move("-1000000007005"))
    refused = call(network, "sendMessage", chat_id=GROUP, text="Hello").json()
    assert refused["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert refused["parameters"] == {"migrate_to_chat_id": -1000000007005}
    assert result_of(network, "sendMessage", chat_id=-1000000007005, text="Hello")["chat"]["type"] == "supergroup"


WAYS: list[Any] = [
    pytest.param("POST", {"json": {"chat_id": 7001, "text": "Hello"}}, id="JSON"),
    pytest.param("POST", {"data": {"chat_id": "7001", "text": "Hello"}}, id="form"),
    pytest.param("POST", {"files": {"chat_id": (None, "7001"), "text": (None, "Hello")}}, id="multipart"),
    pytest.param("POST", {"params": {"chat_id": "7001", "text": "Hello"}}, id="query string"),
    pytest.param("GET", {"params": {"chat_id": "7001", "text": "Hello"}}, id="GET"),
]


@pytest.mark.parametrize(("verb", "content"), WAYS)
def test_parameters_come_in_any_way_that_telegram_takes(network: PhoneNetwork, verb: str, content: Any) -> None:
    address = f"{network.telegram_base_url}/bot{BOT.token}/sendMessage"
    answer = requests.request(verb, address, timeout=5, **content)
    assert (answer.status_code, answer.json()["result"]["text"]) == (200, "Hello")


def test_a_keyboard_may_be_json_within_a_form(network: PhoneNetwork) -> None:
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}], [{"text": "No", "callback_data": "n"}]]}
    form = {"chat_id": ANN, "text": "Hello", "reply_markup": json.dumps(markup)}
    address = f"{network.telegram_base_url}/bot{BOT.token}/sendMessage"
    assert requests.post(address, data=form, timeout=5).json()["result"]["reply_markup"] == markup


def test_methods_are_found_in_any_case_and_unknown_ones_are_not(network: PhoneNetwork) -> None:
    assert result_of(network, "GETME")["username"] == "DerwentBot"
    answer = call(network, "sendPigeon")
    assert (answer.status_code, answer.json()) == (404, {"ok": False, "error_code": 404, "description": "Not Found"})


@pytest.mark.parametrize("path", ["bot7000001:wrong/getMe", "bot/getMe", "file/bot7000001:wrong/photo/1", "nothing"])
def test_a_wrong_token_opens_nothing(network: PhoneNetwork, path: str) -> None:
    answer = requests.get(f"{network.telegram_base_url}/{path}", timeout=5)
    assert answer.status_code in (401, 404)
    assert answer.json()["ok"] is False
    assert (answer.status_code == 401) == ("wrong" in path)


def test_json_that_is_none_is_refused(network: PhoneNetwork) -> None:
    address = f"{network.telegram_base_url}/bot{BOT.token}/getMe"
    headers = {"Content-Type": "application/json"}
    for body in ("{", "[1]"):
        assert requests.post(address, data=body, headers=headers, timeout=5).status_code == 400


def test_numbers_count_up_in_each_chat_and_people_share_them(network: PhoneNetwork) -> None:
    network.act(JOE, Start())
    assert [message_chat(network, chat, "Hello") for chat in (ANN, ANN, JOE, ANN)] == [1, 2, 2, 3]
    assert network.text_from(ANN, "Hello yourself") == "7001:4"


def test_a_tap_is_answered_once_it_is_known_and_while_it_is_young(start_network: StartNetwork) -> None:
    clock = Clock()
    network = start_network(tenants=PEOPLE, now=clock)
    message_chat(network, ANN, "Was it worth it?", "Yes")
    taps = [network.act(ANN, Tap("Yes")).removeprefix("callback:") for _ in range(2)]
    assert len(network.unanswered_taps) == 2
    assert result_of(network, "answerCallbackQuery", callback_query_id=taps[0]) is True
    assert [tap.sid for tap in network.unanswered_taps] == [f"callback:{taps[1]}"]
    clock.advance(timedelta(seconds=151))
    for query in (taps[1], "4", ""):
        answer = call(network, "answerCallbackQuery", callback_query_id=query)
        assert answer.status_code == 400
        assert "query is too old" in answer.json()["description"]
    assert len(network.unanswered_taps) == 1


async def test_a_voice_note_is_fetched_by_its_file_id(network: PhoneNetwork) -> None:
    voice = Media(MediaKind.VOICE, "audio/ogg", b"OggS and a kind word")
    network.act(ANN, Reply("", media=(voice,)))
    settle(network)
    async with bot_at(network) as bot:
        [update] = await bot.get_updates()
        assert update.message is not None
        assert update.message.voice is not None
        assert (update.message.voice.mime_type, update.message.voice.file_size) == ("audio/ogg", len(voice.content))
        file = await bot.get_file(update.message.voice.file_id)
        assert await file.download_as_bytearray() == voice.content


async def test_a_photo_comes_in_two_sizes_the_small_one_first(network: PhoneNetwork) -> None:
    network.act(ANN, Reply("The damp", media=(Media(MediaKind.PHOTO, "image/jpeg", b"a wall"),)))
    settle(network)
    async with bot_at(network) as bot:
        [update] = await bot.get_updates()
        assert update.message is not None
        assert update.message.caption == "The damp"
        small, large = update.message.photo
        assert small.width < large.width
        assert await (await bot.get_file(large.file_id)).download_as_bytearray() == b"a wall"
        assert await (await bot.get_file(small.file_id)).download_as_bytearray() != b"a wall"


def test_a_file_that_nobody_sent_is_not_found(network: PhoneNetwork) -> None:
    answer = call(network, "getFile", file_id="voice-1")
    assert (answer.status_code, "wrong file_id" in answer.json()["description"]) == (400, True)
    address = f"{network.telegram_base_url}/file/bot{BOT.token}/voice/voice-1"
    assert requests.get(address, timeout=5).status_code == 404


def test_commands_can_be_set(network: PhoneNetwork) -> None:
    commands = [{"command": "stop", "description": "No more messages"}]
    assert result_of(network, "setMyCommands", commands=commands) is True


NAMES = st.sampled_from(["chat_id", "text", "reply_markup", "parse_mode", "offset", "url", "callback_query_id", "else"])
VALUES = st.text(st.characters(codec="utf-8"), max_size=20) | st.just(ANN) | st.integers() | st.booleans() | st.none()
METHODS = st.sampled_from(["getMe", "sendMessage", "answerCallbackQuery", "getWebhookInfo", "getFile", "getUpdates"])


def test_any_call_gets_an_answer_in_telegrams_shape(network: PhoneNetwork) -> None:
    @given(method=METHODS, parameters=st.dictionaries(NAMES, VALUES | st.lists(VALUES, max_size=2)))
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def check(method: str, parameters: dict[str, Any]) -> None:
        answer = call(network, method, **parameters)
        assert answer.status_code in (200, 400, 403)
        assert answer.json()["ok"] is (answer.status_code == 200)

    check()


def test_the_token_is_not_shown_where_a_bot_is_printed() -> None:
    assert BOT.token not in repr(BOT)


def test_a_network_without_a_bot_knows_no_chats(start_network: StartNetwork) -> None:
    network = start_network(bot=None)
    for attempt in (
        lambda: network.telegram_base_url,
        lambda: network.act(ANN, Start()),
        lambda: network.add_tenants([Tenant(chat=ANN)]),
        lambda: network.restart_update_ids(1),
    ):
        with pytest.raises(ValueError, match="no Telegram"):
            attempt()
    assert network.unanswered_taps == ()
