"""Fetching what came by MMS: from our own account only, with the password kept to Twilio."""

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from delivery.channel import MediaUnavailableError
from simulator import Account, Media, MediaKind, PhoneNetwork, Reply
from sms.twilio_account import TwilioAccount
from sms.twilio_channel import open_twilio_channel
from sms.twilio_media import TwilioMedia
from tests.sms.carrier import Answer, carrier_answering, raw, reply

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ANN = "+447700900123"
PHOTO = Media(MediaKind.PHOTO, "image/jpeg", b"black mould above the window")
CLIP = Media(MediaKind.VIDEO, "video/mp4", b"a tap that drips")
PRETEND = Account(sid="AC" + "5" * 32, auth_token="pretend-token", number="+447700900000")
ACCOUNT = TwilioAccount(
    account_sid=PRETEND.sid,
    auth_token=PRETEND.auth_token,
    public_base_url="https://survey.derwent.example",
    from_number=PRETEND.number,
)
PATH = f"/2010-04-01/Accounts/{PRETEND.sid}/Messages/MM1/Media/ME1"


async def test_what_was_missed_is_listed_and_fetched() -> None:
    with PhoneNetwork(PRETEND, now=lambda: NOON, seed=7) as network:
        network.act(ANN, Reply("look", media=(PHOTO, CLIP)))
        account = replace(ACCOUNT, api_base_url=network.base_url)
        async with open_twilio_channel(account) as channel:
            [text] = await channel.list_inbound(NOON - timedelta(minutes=5))
        content = [await TwilioMedia(account).fetch(each.reference) for each in text.attachments]
    assert [each.kind for each in text.attachments] == ["photo", "video"]
    assert content == [PHOTO.content, CLIP.content]


async def fetch(answer: Answer, path: str = PATH, largest: int = 1000) -> bytes:
    async with carrier_answering(answer) as carrier:
        account = replace(ACCOUNT, api_base_url=carrier.base_url)
        return await TwilioMedia(account, largest).fetch(carrier.base_url + path)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(reply(404, "{}"), "no longer has it", id="deleted"),
        pytest.param(reply(401, "{}"), "HTTP 401", id="a wrong password"),
        pytest.param(reply(503, "{}"), "HTTP 503", id="a fault of Twilio's"),
        pytest.param(reply(302, "", f"Location: {PATH}\r\n"), "could not be asked", id="round and round"),
        pytest.param(reply(302, ""), "HTTP 302", id="to nowhere"),
        pytest.param(reply(302, "", "Location: file:///etc/passwd\r\n"), "could not be asked", id="to our own disk"),
        pytest.param(reply(200, b"x" * 1001), "too large", id="too large"),
        pytest.param(raw(b""), "could not be asked", id="no answer"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), "could not be asked", id="half a file"),
    ],
)
async def test_a_file_that_cannot_be_had_is_said_so(answer: Answer, why: str) -> None:
    with pytest.raises(MediaUnavailableError, match=why) as fault:
        await fetch(answer)
    assert fault.value.__cause__ is None


async def test_the_largest_file_is_fetched() -> None:
    assert await fetch(reply(200, b"x" * 1000)) == b"x" * 1000


async def test_a_twilio_that_cannot_be_reached_is_said_so() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(MediaUnavailableError, match="could not be asked"):
            await TwilioMedia(replace(ACCOUNT, api_base_url=nowhere)).fetch(nowhere + PATH)


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("http://169.254.169.254/latest/meta-data", id="a cloud's secrets"),
        pytest.param(f"https://evil.example{PATH}", id="another server with the same path"),
        pytest.param(f"https://api.twilio.com@evil.example{PATH}", id="another server in disguise"),
        pytest.param(f"https://api.twilio.com.evil.example{PATH}", id="another server with a like name"),
        pytest.param(f"http://api.twilio.com{PATH}", id="without encryption"),
        pytest.param(f"https://api.twilio.com{PATH.replace('5', '6')}", id="another account"),
        pytest.param("https://api.twilio.com/2010-04-01/Accounts.json", id="not of an account"),
        pytest.param(f"https://api.twilio.com/2010-04-01/Accounts/{PRETEND.sid}.json", id="not of a message"),
        pytest.param("", id="nothing"),
    ],
)
async def test_nothing_but_our_own_account_is_asked(reference: str) -> None:
    with pytest.raises(MediaUnavailableError, match="not in our Twilio account"):
        await TwilioMedia(ACCOUNT).fetch(reference)


async def test_the_password_stays_with_twilio() -> None:
    async with carrier_answering(reply(200, b"stored")) as store:
        leads_on = reply(307, "", f"Location: {store.base_url}/stored\r\n")
        async with carrier_answering(leads_on) as carrier:
            account = replace(ACCOUNT, api_base_url=carrier.base_url)
            assert await TwilioMedia(account).fetch(carrier.base_url + PATH) == b"stored"
    assert "Authorization: Basic" in carrier.requests[0].head
    assert "Authorization" not in store.requests[0].head
