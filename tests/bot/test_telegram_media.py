"""What staff are told when a picture cannot be fetched from Telegram."""

import json
from urllib.parse import unquote

import pytest

from bot.telegram_account import TelegramAccount, open_bot
from bot.telegram_media import LARGEST_FILE_BYTES, TelegramMedia
from delivery.channel import MediaUnavailableError
from tests.sms.carrier import Answer, Carrier, carrier_answering, raw, reply

TOKEN = "7000001:a-token-that-nobody-may-read"
FILE = {"file_id": "AgAC", "file_unique_id": "u", "file_path": "photos/one.jpg", "file_size": 7}


def told(**file: object) -> Answer:
    return reply(200, json.dumps({"ok": True, "result": FILE | file}))


def refusal(code: int, description: str) -> Answer:
    return reply(code, json.dumps({"ok": False, "error_code": code, "description": description}))


async def fetch(*answers: Answer) -> tuple[bytes, Carrier]:
    async with (
        carrier_answering(*answers) as carrier,
        open_bot(TelegramAccount(TOKEN, carrier.base_url), answer_timeout_seconds=1) as bot,
    ):
        return await TelegramMedia(bot).fetch("AgAC"), carrier


async def test_a_file_is_asked_for_by_its_id_and_then_fetched_by_its_path() -> None:
    content, carrier = await fetch(told(), reply(200, b"\xff\xd8jpg"))
    assert content == b"\xff\xd8jpg"
    asked, fetched = carrier.requests
    assert (asked.path, asked.form) == (f"/bot{TOKEN}/getFile", {"file_id": ["AgAC"]})
    assert (fetched.method, unquote(fetched.path)) == ("GET", f"/file/bot{TOKEN}/photos/one.jpg")


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        pytest.param([refusal(400, "Bad Request: file is too big")], "more than 20 MB", id="too big for Telegram"),
        pytest.param([told(file_size=LARGEST_FILE_BYTES + 1)], "more than 20 MB", id="too big for us"),
        pytest.param([told(file_path=None)], "more than 20 MB", id="nowhere to be fetched"),
        pytest.param([refusal(400, "Bad Request: wrong file_id")], "no longer has it", id="gone"),
        pytest.param([reply(400, "<html>")], "could not be asked", id="refused by something else"),
        pytest.param([refusal(401, "Unauthorized")], r"refuses \(InvalidToken\)", id="a wrong token"),
        pytest.param([raw(b"")], "could not be asked", id="no answer"),
        pytest.param([reply(200, '{"ok": true, "result": []}')], "not a file", id="something else"),
        pytest.param([told(), reply(404, "<html>")], "could not be asked", id="gone from the store"),
        pytest.param([told(), raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")], "asked", id="half a file"),
    ],
)
async def test_why_a_file_cannot_be_had_is_told_without_the_token(answers: list[Answer], why: str) -> None:
    with pytest.raises(MediaUnavailableError, match=why) as fault:
        await fetch(*answers)
    assert TOKEN not in str(fault.value)
    assert fault.value.__cause__ is None
