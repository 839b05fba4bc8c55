"""Our requests against Telegram's own description of its API, and our messages over the pretend Telegram."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from bot.receiving import fetch_updates, set_webhook
from bot.telegram_account import TelegramAccount, open_bot
from bot.telegram_channel import TelegramChannel, open_telegram_channel
from bot.telegram_media import TelegramMedia
from bot.update_fields import ALLOWED_UPDATES
from bot.updates import parse_update
from delivery.channel import (
    Button,
    ChatClosed,
    ChatMoved,
    InboundText,
    MediaUnavailableError,
    Moved,
    OutgoingMessage,
    Rejected,
    Retry,
    SendResult,
    Sent,
    Unknown,
)
from simulator import (
    Account,
    Block,
    BotAccount,
    ChatState,
    Edit,
    Faults,
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
from tests.clock import NOON
from tests.simulator.telegram_contract import needs_telegram_contract, validate_call
from tests.sms.carrier import carrier_answering, reply

BOT = BotAccount(token="7000001:pretend-token", username="DerwentBot")
ANN, JOE, GROUP = "7001", "7002", "-7001"
PHOTO = Media(MediaKind.PHOTO, "image/jpeg", b"black mould above the window")
MESSAGE = OutgoingMessage("attempt-1", ANN, "Was it worth coming? ŵ 👍", buttons=(Button("Yes", "q:1:yes"),))


@contextmanager
def network(faults: Faults | None = None, **people: ChatState) -> Iterator[PhoneNetwork]:
    with PhoneNetwork(
        Account(sid="AC" + "5" * 32, auth_token="pretend-token", number="+447700900000"),
        now=lambda: NOON,
        seed=7,
        faults=faults or Faults(),
        tenants=[
            Tenant(chat=ANN, chat_state=people.get("ann", ChatState.OPEN)),
            Tenant(chat=JOE, chat_state=ChatState.OPEN),
            Tenant(chat=GROUP, chat_state=ChatState.OPEN),
        ],
        bot=BOT,
    ) as running:
        yield running


def account(running: PhoneNetwork) -> TelegramAccount:
    return TelegramAccount(BOT.token, running.telegram_base_url)


@asynccontextmanager
async def channel(running: PhoneNetwork) -> AsyncIterator[TelegramChannel]:
    async with open_telegram_channel(account(running), answer_timeout_seconds=0.5) as opened:
        yield opened


async def told(running: PhoneNetwork, *lines: Line, chat: str = ANN) -> list[object]:
    """What we read of the updates that these lines bring about."""
    for line in lines:
        running.act(chat, line)
    async with open_bot(account(running)) as bot:
        return [parse_update(update, NOON) for update in await fetch_updates(bot, None, wait_seconds=0)]


@needs_telegram_contract
async def test_every_request_we_make_is_one_that_telegram_describes() -> None:
    done, updates = reply(200, '{"ok": true, "result": true}'), reply(200, '{"ok": true, "result": []}')
    async with carrier_answering(updates, done) as carrier:
        reached = TelegramAccount(BOT.token, carrier.base_url)
        async with open_telegram_channel(reached) as opened, open_bot(reached) as bot:
            await fetch_updates(bot, 5)
            await opened.send(MESSAGE)
            await set_webhook(bot, "https://survey.derwent.example", "our-secret")
            await bot.delete_webhook()
            await bot.answer_callback_query("4401")
    for request in carrier.requests:
        given = {name: values[0] for name, values in (request.form | request.query).items()}
        validate_call(request.path.rpartition("/")[2], given)
    assert len(carrier.requests) == 5


async def test_a_message_reaches_its_chat_with_its_buttons() -> None:
    with network() as running:
        async with channel(running) as opened:
            end = await opened.send(MESSAGE)
        [message] = running.received(ANN)
    assert end == Sent(message.sid, arrived=True)
    assert message.body == MESSAGE.body
    assert [(button.label, button.data) for button in message.buttons] == [("Yes", "q:1:yes")]


@pytest.mark.parametrize(
    ("faults", "end", "accepted"),
    [
        (Faults(too_many_requests=1), Retry, 0),
        (Faults(server_error=1), Unknown, 0),
        (Faults(drop_before_accepting=1), Unknown, 0),
        (Faults(server_error_after_accepting=1), Unknown, 1),
        (Faults(drop_after_accepting=1), Unknown, 1),
        (Faults(hang_after_accepting=1, hang_seconds=2), Unknown, 1),
    ],
)
async def test_a_bad_network_leaves_no_doubt_where_there_need_be_none(
    faults: Faults, end: type[SendResult], accepted: int
) -> None:
    with network(faults) as running:
        async with channel(running) as opened:
            assert isinstance(await opened.send(MESSAGE), end)
        assert len(running.received(ANN)) == accepted


@pytest.mark.parametrize("state", [ChatState.NOT_STARTED, ChatState.BLOCKED, ChatState.DEACTIVATED])
async def test_a_closed_chat_is_rejected_with_403(state: ChatState) -> None:
    with network(ann=state) as running:
        async with channel(running) as opened:
            end = await opened.send(MESSAGE)
    assert isinstance(end, Rejected)
    assert end.code == "403"


async def test_a_chat_that_nobody_has_is_rejected_with_400() -> None:
    with network() as running:
        async with channel(running) as opened:
            end = await opened.send(OutgoingMessage("attempt-1", "7999", "Hi"))
    assert end == Rejected("400", "Telegram knows no such chat.")


async def test_a_wrong_token_is_tried_again() -> None:
    with network() as running:
        wrong = TelegramAccount("7000001:another-token", running.telegram_base_url)
        async with open_telegram_channel(wrong) as opened:
            assert isinstance(await opened.send(MESSAGE), Retry)


async def test_a_group_that_moves_is_told_and_found_again() -> None:
    with network() as running:
        updates = await told(running, Move("-1000000007001"), chat=GROUP)
        async with channel(running) as opened:
            end = await opened.send(OutgoingMessage("attempt-1", GROUP, "Hi"))
            again = await opened.send(OutgoingMessage("attempt-2", "-1000000007001", "Hi"))
    assert updates == [ChatMoved("telegram", GROUP, "-1000000007001")] * 2
    assert end == Moved("-1000000007001")
    assert isinstance(again, Sent)


async def test_all_that_people_do_is_read_with_the_ids_that_the_network_has_for_it() -> None:
    with network() as running:
        async with channel(running) as opened:
            await opened.send(MESSAGE)
        updates = await told(
            running,
            Start("a-token"),
            Reply("Yes, lovely"),
            Edit("No, awful"),
            Tap("Yes"),
            Reply("look", media=(PHOTO,)),
            Block(),
        )
        done = {each.sid: each for each in running.inbound}
    opened_chat, typed, edited, tap, picture, closed = updates
    assert isinstance(opened_chat, InboundText)
    assert (opened_chat.text, opened_chat.link_token) == ("/start", "a-token")
    assert isinstance(typed, InboundText)
    assert isinstance(edited, InboundText)
    assert (edited.text, edited.edits) == ("No, awful", typed.channel_message_id)
    assert isinstance(tap, InboundText)
    assert (tap.tapped, tap.text) == ("q:1:yes", "Yes")
    assert isinstance(picture, InboundText)
    assert (picture.text, [each.kind for each in picture.attachments]) == ("look", ["photo"])
    assert closed == ChatClosed("telegram", ANN, NOON)
    read = [opened_chat, typed, edited, tap, picture]
    assert {text.channel_message_id for text in read} <= done.keys()
    assert {text.sender for text in read} == {ANN}


@pytest.mark.parametrize("kind", list(MediaKind))
async def test_every_kind_of_media_is_read(kind: MediaKind) -> None:
    with network() as running:
        [text] = await told(running, Reply("", media=(Media(kind, "application/pdf", b"content"),)))
    assert isinstance(text, InboundText)
    [attachment] = text.attachments
    expected = {"animation": "video", "video_note": "video"}
    assert attachment.kind == expected.get(kind.value, kind.value)


async def test_a_picture_is_fetched_by_its_reference() -> None:
    with network() as running:
        [text] = await told(running, Reply("", media=(PHOTO,)))
        assert isinstance(text, InboundText)
        async with open_bot(account(running)) as bot:
            assert await TelegramMedia(bot).fetch(text.attachments[0].reference) == PHOTO.content
            with pytest.raises(MediaUnavailableError, match="no longer has it"):
                await TelegramMedia(bot).fetch("nobody-has-this")


async def test_updates_are_forgotten_only_when_later_ones_are_asked_for() -> None:
    with network() as running:
        for words in ("one", "two"):
            running.act(ANN, Reply(words))
        async with open_bot(account(running)) as bot:
            first = await fetch_updates(bot, None, wait_seconds=0)
            assert await fetch_updates(bot, None, wait_seconds=0) == first
            assert await fetch_updates(bot, first[0]["update_id"] + 1, wait_seconds=0) == first[1:]
    assert len(first) == 2


async def test_the_webhook_is_set_for_the_updates_we_read_and_with_our_secret() -> None:
    async with (
        carrier_answering(reply(200, '{"ok": true, "result": true}')) as carrier,
        open_bot(TelegramAccount(BOT.token, carrier.base_url)) as bot,
    ):
        await set_webhook(bot, "https://survey.derwent.example", "our-secret")
    form = {name: values[0] for name, values in carrier.requests[0].form.items()}
    assert json.loads(form.pop("allowed_updates")) == list(ALLOWED_UPDATES)
    assert form == {"url": "https://survey.derwent.example/webhooks/telegram", "secret_token": "our-secret"}
