"""Every end that sending a message to a chat can come to, over real HTTP."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count

import pytest

from bot.telegram_account import TelegramAccount
from bot.telegram_channel import LONGEST_TEXT, TelegramChannel, open_telegram_channel
from delivery.channel import Button, Moved, OutgoingMessage, Rejected, Retry, SendResult, Sent, Unknown
from service.logging import set_up_logging
from tests.sms.carrier import Answer, Carrier, carrier_answering, raw, reply, silence

TOKEN = "7000001:a-token-that-nobody-may-read"
ANN = "7001"
MESSAGE = OutgoingMessage(attempt="attempt-1", to=ANN, body="Hi Ann, was it worth coming?")
ACCEPTED = json.dumps(
    {
        "ok": True,
        "result": {"message_id": 12, "date": 1795000000, "chat": {"id": 7001, "type": "private"}, "text": "Hi"},
    }
)

SENT = Sent("7001:12", arrived=True)


def refusal(code: int, description: str, **parameters: object) -> Answer:
    told = {"ok": False, "error_code": code, "description": description}
    return reply(code, json.dumps(told | ({"parameters": parameters} if parameters else {})))


@asynccontextmanager
async def channel_to(carrier: Carrier, send_timeout_seconds: float = 5.0) -> AsyncIterator[TelegramChannel]:
    account = TelegramAccount(TOKEN, carrier.base_url)
    async with open_telegram_channel(account, send_timeout_seconds, answer_timeout_seconds=0.5) as channel:
        yield channel


async def send_to(carrier: Carrier, message: OutgoingMessage = MESSAGE) -> SendResult:
    async with channel_to(carrier) as channel:
        return await channel.send(message)


async def end_of_a_send(answer: Answer) -> SendResult:
    async with carrier_answering(answer) as carrier:
        return await send_to(carrier)


async def test_an_accepted_message_is_sent_and_named_by_chat_and_message() -> None:
    assert await end_of_a_send(reply(200, ACCEPTED)) == SENT


async def test_a_message_is_its_plain_words_without_previews_of_links() -> None:
    async with carrier_answering(reply(200, ACCEPTED)) as carrier:
        await send_to(carrier, replace(MESSAGE, body="_Hi_ <b>Ann</b>: https://derwent.example"))
    [request] = carrier.requests
    assert (request.method, request.path) == ("POST", f"/bot{TOKEN}/sendMessage")
    preview = json.loads(request.form.pop("link_preview_options")[0])
    assert request.form == {"chat_id": [ANN], "text": ["_Hi_ <b>Ann</b>: https://derwent.example"]}
    assert preview == {"is_disabled": True}


async def test_buttons_stand_below_each_other() -> None:
    buttons = (Button("Yes, a lot", "q:1:yes"), Button("ਨਹੀਂ", "q:1:no"))
    async with carrier_answering(reply(200, ACCEPTED)) as carrier:
        await send_to(carrier, replace(MESSAGE, buttons=buttons))
    assert json.loads(carrier.requests[0].form["reply_markup"][0]) == {
        "inline_keyboard": [
            [{"text": "Yes, a lot", "callback_data": "q:1:yes"}],
            [{"text": "ਨਹੀਂ", "callback_data": "q:1:no"}],
        ]
    }


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["1", "2", "3", "4", "5"], [["1", "2", "3", "4", "5"]]),
        ([str(step) for step in range(11)], [["0", "1", "2", "3", "4", "5"], ["6", "7", "8", "9", "10"]]),
        (["1 poor", "2", "3 good"], [["1 poor"], ["2"], ["3 good"]]),
    ],
)
async def test_the_numbers_of_a_scale_stand_side_by_side(labels: list[str], rows: list[list[str]]) -> None:
    async with carrier_answering(reply(200, ACCEPTED)) as carrier:
        await send_to(carrier, replace(MESSAGE, buttons=[Button(label, f"q:1:{label}") for label in labels]))
    keyboard = json.loads(carrier.requests[0].form["reply_markup"][0])["inline_keyboard"]
    assert [[button["text"] for button in row] for row in keyboard] == rows


async def test_a_group_is_named_by_its_negative_id() -> None:
    async with carrier_answering(reply(200, ACCEPTED)) as carrier:
        await send_to(carrier, replace(MESSAGE, to="-1007001"))
    assert carrier.requests[0].form["chat_id"] == ["-1007001"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(refusal(403, "Forbidden: bot was blocked by the user"), "403", id="blocked"),
        pytest.param(refusal(403, "Forbidden: user is deactivated"), "403", id="gone from Telegram"),
        pytest.param(refusal(400, "Bad Request: chat not found"), "400", id="no such chat"),
        pytest.param(refusal(400, "Bad Request: BUTTON_DATA_INVALID"), "400", id="a message that is wrong"),
    ],
)
async def test_what_telegram_refuses_is_rejected_with_its_code(answer: Answer, code: str) -> None:
    end = await end_of_a_send(answer)
    assert isinstance(end, Rejected)
    assert end.code == code


async def test_a_chat_that_telegram_does_not_know_is_told_from_a_message_that_is_wrong() -> None:
    assert await end_of_a_send(refusal(400, "Bad Request: chat not found")) == Rejected(
        "400", "Telegram knows no such chat."
    )
    assert await end_of_a_send(refusal(400, "Bad Request: message to 7001 is odd")) == Rejected(
        "400", "Telegram refused the message."
    )


async def test_a_group_that_has_become_a_supergroup_has_moved() -> None:
    answer = refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1007001)
    assert await end_of_a_send(answer) == Moved("-1007001")


@pytest.mark.parametrize("status", [401, 404])
async def test_a_token_that_telegram_does_not_accept_does_not_use_up_the_message(status: int) -> None:
    end = await end_of_a_send(refusal(status, "Unauthorized"))
    assert end == Retry("Telegram does not accept TELEGRAM_BOT_TOKEN.")


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        pytest.param(refusal(429, "Too Many Requests: retry after 7", retry_after=7), 7, id="seven seconds"),
        pytest.param(refusal(429, "Too Many Requests", retry_after=0), 1, id="no time at all"),
        pytest.param(refusal(429, "Too Many Requests", retry_after="soon"), 1, id="a time that is none"),
        pytest.param(refusal(429, "Too Many Requests"), 1, id="no time given"),
        pytest.param(reply(429, "<html>"), 1, id="by something in between"),
        pytest.param(reply(429, "[]"), 1, id="by something in between that speaks JSON"),
    ],
)
async def test_too_many_requests_is_tried_again_after_the_time_telegram_asks_for(answer: Answer, seconds: int) -> None:
    end = await end_of_a_send(answer)
    assert isinstance(end, Retry)
    assert end.after_seconds == seconds


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refusal(500, "Internal Server Error"), id="a server error"),
        pytest.param(refusal(502, "Bad Gateway"), id="a gateway's error"),
        pytest.param(reply(503, "<html>"), id="a gateway's page"),
        pytest.param(reply(403, "<html>"), id="a refusal that is not Telegram's"),
        pytest.param(reply(400, "[]"), id="a refusal that is no object"),
        pytest.param(reply(404, '{"message": "no such page"}'), id="a refusal in somebody else's JSON"),
        pytest.param(reply(302, "", "Location: http://127.0.0.1:1/\r\n"), id="a redirect, which is not followed"),
        pytest.param(reply(200, "<html>"), id="an acceptance that is not JSON"),
        pytest.param(reply(200, "[]"), id="one that is no object"),
        pytest.param(reply(200, '{"ok": true}'), id="one without a message"),
        pytest.param(reply(200, '{"ok": true, "result": {}}'), id="one with an empty message"),
        pytest.param(reply(200, '{"ok": true, "result": [1]}'), id="one with a list for a message"),
        pytest.param(reply(200, b"\xff\xfe"), id="one that is not text"),
        pytest.param(raw(b""), id="a connection closed without an answer"),
        pytest.param(raw(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"ok"'), id="half an answer"),
        pytest.param(raw(b"I am not HTTP\r\n\r\n"), id="an answer that is not HTTP"),
        pytest.param(silence, id="no answer in time"),
    ],
)
async def test_what_may_have_been_accepted_is_unknown(answer: Answer) -> None:
    end = await end_of_a_send(answer)
    assert isinstance(end, Unknown)
    assert ANN not in end.reason
    assert TOKEN not in end.reason


async def test_an_answer_that_trickles_in_is_not_waited_for_without_end() -> None:
    async def trickle(writer: asyncio.StreamWriter) -> None:
        for _ in range(50):
            writer.write(b"H")
            await writer.drain()
            await asyncio.sleep(0.1)

    async with carrier_answering(trickle) as carrier, channel_to(carrier, send_timeout_seconds=0.7) as channel:
        assert await channel.send(MESSAGE) == Unknown("No answer from Telegram in time.")


async def test_one_send_is_one_request_whatever_the_answer() -> None:
    for answer in (refusal(500, "Internal Server Error"), refusal(429, "Too Many Requests", retry_after=1), raw(b"")):
        async with carrier_answering(answer) as carrier:
            await send_to(carrier)
        assert len(carrier.requests) == 1


async def test_opening_the_channel_asks_telegram_nothing() -> None:
    async with carrier_answering(reply(200, ACCEPTED)) as carrier, channel_to(carrier):
        pass
    assert carrier.requests == []


async def test_a_refused_connection_is_tried_again() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = Carrier(f"http://127.0.0.1:{unused.getsockname()[1]}", [])
        assert await send_to(nobody) == Retry("No connection to Telegram (ConnectError).")


async def test_a_connection_that_is_never_made_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram_account.CONNECT_TIMEOUT_SECONDS", 0.3)
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        with socket.create_connection(busy.getsockname()), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(busy.getsockname())  # fills the queue, so that a third gets no answer
            end = await send_to(Carrier(f"http://127.0.0.1:{busy.getsockname()[1]}", []))
    assert end == Retry("No connection to Telegram (ConnectTimeout).")


async def test_a_name_that_does_not_resolve_is_tried_again() -> None:
    assert isinstance(await send_to(Carrier("http://telegram.invalid", [])), Retry)


async def test_a_server_with_which_no_encryption_is_agreed_has_been_told_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telegram_account.CONNECT_TIMEOUT_SECONDS", 0.3)
    async with carrier_answering(silence) as carrier:
        carrier.base_url = carrier.base_url.replace("http:", "https:")
        assert await send_to(carrier) == Retry("No connection to Telegram (ConnectTimeout).")


async def test_a_proxy_that_does_not_let_us_through_has_passed_nothing_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with carrier_answering(reply(502, "")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.base_url)
        end = await send_to(Carrier("https://api.telegram.example", []))
    assert [request.method for request in proxy.requests] == ["CONNECT"]
    assert end == Retry("No connection to Telegram (ProxyError).")


async def test_when_every_connection_is_taken_a_send_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram_account.MOST_CONNECTIONS", 1)
    monkeypatch.setattr("bot.telegram_account.CONNECT_TIMEOUT_SECONDS", 0.1)
    async with carrier_answering(silence) as carrier, channel_to(carrier) as channel:
        ends = await asyncio.gather(channel.send(MESSAGE), channel.send(MESSAGE))
    assert sorted(ends, key=repr) == [
        Retry("No connection to Telegram (PoolTimeout)."),
        Unknown("No answer from Telegram (ReadTimeout)."),
    ]


UNSENDABLE = [
    pytest.param(replace(MESSAGE, body="a" * (LONGEST_TEXT + 1)), "longer than Telegram's 4,096", id="too long"),
    pytest.param(replace(MESSAGE, body="\ud83d"), "characters that no message can carry", id="half a character"),
    pytest.param(
        replace(MESSAGE, buttons=(Button("\udc00", "q"),)), "characters that no message can carry", id="half a label"
    ),
    pytest.param(replace(MESSAGE, to="@everybody"), "not a chat id", id="a name for a chat"),
    pytest.param(replace(MESSAGE, to=""), "not a chat id", id="no chat"),
]


@pytest.mark.parametrize(("message", "why"), UNSENDABLE)
async def test_what_cannot_be_sent_is_rejected_before_anything_leaves(message: OutgoingMessage, why: str) -> None:
    async with carrier_answering(reply(200, ACCEPTED)) as carrier:
        end = await send_to(carrier, message)
    assert isinstance(end, Rejected)
    assert end.code == "unsendable"
    assert why in end.reason
    assert carrier.requests == []


async def test_the_longest_text_is_sent() -> None:
    async with carrier_answering(reply(200, ACCEPTED)) as carrier:
        assert await send_to(carrier, replace(MESSAGE, body="ਲ" * LONGEST_TEXT)) == SENT


class Seconds:
    """A clock that stands still until a test moves it."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_after_a_429_nobody_is_written_to_until_its_time_is_over() -> None:
    seconds = Seconds()
    answers = [refusal(429, "Too Many Requests", retry_after=30), reply(200, ACCEPTED)]
    async with carrier_answering(*answers) as carrier:
        account = TelegramAccount(TOKEN, carrier.base_url)
        async with open_telegram_channel(account, seconds=seconds) as channel:
            first = await channel.send(MESSAGE)
            seconds.now += 12
            second = await channel.send(replace(MESSAGE, to="7002"))
            seconds.now += 17.9
            third = await channel.send(MESSAGE)
            assert len(carrier.requests) == 1
            seconds.now += 0.1
            fourth = await channel.send(replace(MESSAGE, to="7002"))
    assert [end.after_seconds for end in (first, second) if isinstance(end, Retry)] == [30, 18]
    assert isinstance(third, Retry)
    assert fourth == SENT


async def test_a_shorter_wait_does_not_cut_a_longer_one_short() -> None:
    seconds = Seconds()
    both_asked = asyncio.Event()
    waits = iter((30, 2))

    async def refuse(writer: asyncio.StreamWriter) -> None:
        wait = next(waits)
        if wait == 2:
            both_asked.set()
        await both_asked.wait()
        await refusal(429, "Too Many Requests", retry_after=wait)(writer)

    async with carrier_answering(refuse) as carrier:
        account = TelegramAccount(TOKEN, carrier.base_url)
        async with open_telegram_channel(account, seconds=seconds) as channel:
            await asyncio.gather(channel.send(MESSAGE), channel.send(MESSAGE))
            seconds.now += 29
            assert isinstance(await channel.send(MESSAGE), Retry)
    assert len(carrier.requests) == 2


async def test_fifty_sends_at_once_each_come_to_their_own_end() -> None:
    numbers = count(1)

    async def accept(writer: asyncio.StreamWriter) -> None:
        number = next(numbers)
        if number % 5 == 0:
            await refusal(403, "Forbidden: bot was blocked by the user")(writer)
        else:
            await reply(200, ACCEPTED)(writer)

    async with carrier_answering(accept) as carrier, channel_to(carrier) as channel:
        ends = await asyncio.gather(*(channel.send(MESSAGE) for _ in range(50)))
    assert ends.count(SENT) == 40
    assert sum(isinstance(end, Rejected) for end in ends) == 10


async def test_neither_token_nor_chat_nor_words_reach_the_logs(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    set_up_logging()
    caplog.set_level(logging.NOTSET)
    for answer in (reply(200, ACCEPTED), reply(200, f"<p>{ANN} Hi Ann"), refusal(400, "Bad Request: 7001"), silence):
        await end_of_a_send(answer)
    written = caplog.text + "".join(capfd.readouterr())
    for secret in (TOKEN, ANN, "Hi Ann"):
        assert secret not in written
    assert TOKEN not in repr(TelegramAccount(TOKEN))
