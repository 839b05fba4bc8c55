"""Every end that sending a text can come to, and the two lists, over real HTTP."""

import asyncio
import json
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from delivery.channel import (
    Attachment,
    InboundText,
    OutgoingMessage,
    Rejected,
    Retry,
    SendResult,
    Sent,
    SentRecord,
    Unknown,
)
from sms.twilio_account import TwilioAccount
from sms.twilio_channel import open_twilio_channel
from tests.sms.carrier import Answer, Carrier, carrier_answering, raw, reply, silence

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
SERVICE_SID = "MG" + "0123456789abcdef" * 2
SID = "SM" + "0123456789abcdef" * 2
ANN = "+447700900123"
OURS = "+447700900000"
MESSAGE = OutgoingMessage(attempt="attempt-1", to=ANN, body="Hi Ann, was it worth coming?")
CREATED = json.dumps({"sid": SID, "status": "queued", "date_created": "Fri, 20 Nov 2026 10:00:00 +0000"})
ACCOUNT = TwilioAccount(
    account_sid=ACCOUNT_SID,
    auth_token="token",
    public_base_url="https://survey.derwent.example",
    from_number=OURS,
)


def refusal(code: int, status: int = 400) -> str:
    return json.dumps({"code": code, "status": status, "message": f"The number {ANN} is wrong.", "more_info": ""})


async def send_to(carrier: Carrier, message: OutgoingMessage = MESSAGE, account: TwilioAccount = ACCOUNT) -> SendResult:
    account = replace(account, api_base_url=carrier.base_url)
    async with open_twilio_channel(account, send_timeout_seconds=0.5) as channel:
        return await channel.send(message)


async def end_of_a_send(answer: Answer) -> SendResult:
    async with carrier_answering(answer) as carrier:
        return await send_to(carrier)


async def test_an_accepted_message_is_sent_and_named_by_twilios_sid() -> None:
    assert await end_of_a_send(reply(201, CREATED)) == Sent(SID)


async def test_a_message_says_who_to_what_from_whom_and_where_to_report() -> None:
    async with carrier_answering(reply(201, CREATED)) as carrier:
        await send_to(carrier, replace(MESSAGE, attempt="a/b c"))
    [request] = carrier.requests
    assert (request.method, request.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json")
    assert request.form == {
        "To": [ANN],
        "From": [OURS],
        "Body": ["Hi Ann, was it worth coming?"],
        "StatusCallback": ["https://survey.derwent.example/webhooks/twilio/status?attempt=a%2Fb%20c"],
    }


async def test_a_messaging_service_sends_in_place_of_a_number() -> None:
    account = replace(ACCOUNT, from_number=None, messaging_service_sid=SERVICE_SID)
    async with carrier_answering(reply(201, CREATED)) as carrier:
        await send_to(carrier, account=account)
    form = carrier.requests[0].form
    assert form["MessagingServiceSid"] == [SERVICE_SID]
    assert "From" not in form


async def test_the_text_leaves_in_the_form_in_which_it_was_counted() -> None:
    async with carrier_answering(reply(201, CREATED)) as carrier:
        await send_to(carrier, replace(MESSAGE, body="cafe\u0301"))
    assert carrier.requests[0].form["Body"] == ["café"]


@pytest.mark.parametrize("code", [21211, 21610, 21614, 21408, 21617])
async def test_what_twilio_refuses_is_rejected_with_its_code(code: int) -> None:
    end = await end_of_a_send(reply(400, refusal(code)))
    assert isinstance(end, Rejected)
    assert end.code == str(code)
    assert ANN not in end.reason


async def test_a_refusal_in_the_newer_form_of_problem_details_is_rejected_too() -> None:
    body = json.dumps({"type": "about:blank", "title": "Bad", "code": 21610, "status": "400"})
    assert (await end_of_a_send(reply(400, body))) == Rejected("21610", "Twilio refused the message with code 21610.")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [("Retry-After: 7\r\n", 7.0), ("", None), ("Retry-After: Fri, 20 Nov 2026 10:00:00 GMT\r\n", None)],
)
async def test_too_many_requests_is_tried_again_after_the_time_twilio_asks_for(
    headers: str, seconds: float | None
) -> None:
    end = await end_of_a_send(reply(429, refusal(20429, 429), headers))
    assert isinstance(end, Retry)
    assert end.after_seconds == seconds


@pytest.mark.parametrize(("status", "code"), [(401, 20003), (403, 20005), (404, 20404), (400, 21611)])
async def test_a_fault_of_the_account_does_not_use_up_the_message(status: int, code: int) -> None:
    assert isinstance(await end_of_a_send(reply(status, refusal(code, status))), Retry)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply(500, refusal(20500, 500)), id="a server error"),
        pytest.param(reply(503, "<html>"), id="a gateway's server error"),
        pytest.param(reply(400, "<html>"), id="a refusal that is not Twilio's"),
        pytest.param(reply(400, json.dumps({"code": ANN, "status": 400})), id="a code that is no code"),
        pytest.param(reply(302, "", "Location: http://127.0.0.1:1/\r\n"), id="a redirect, which is not followed"),
        pytest.param(reply(201, "<html>"), id="an acceptance that is not JSON"),
        pytest.param(reply(201, "[]"), id="one that is not an object"),
        pytest.param(reply(201, "{}"), id="one without a SID"),
        pytest.param(reply(201, b"\xff\xfe"), id="one that is not text"),
        pytest.param(reply(201, '{"sid": "SM1", "date_created": 5}'), id="one with a date that is none"),
        pytest.param(raw(b""), id="a connection closed without an answer"),
        pytest.param(raw(b'HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"sid"'), id="half an answer"),
        pytest.param(raw(b"I am not HTTP\r\n\r\n"), id="an answer that is not HTTP"),
        pytest.param(silence, id="no answer in time"),
    ],
)
async def test_what_may_have_been_accepted_is_unknown(answer: Answer) -> None:
    end = await end_of_a_send(answer)
    assert isinstance(end, Unknown)
    assert ANN not in end.reason


async def test_one_send_is_one_request_whatever_the_answer() -> None:
    async with carrier_answering(reply(500, refusal(20500, 500))) as carrier:
        await send_to(carrier)
    assert len(carrier.requests) == 1


async def test_a_refused_connection_is_tried_again() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = Carrier(f"http://127.0.0.1:{unused.getsockname()[1]}", [])
        assert isinstance(await send_to(nobody), Retry)


async def test_a_connection_that_is_never_made_is_tried_again() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        with socket.create_connection(busy.getsockname()), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(busy.getsockname())  # fills the queue, so that a third gets no answer
            assert isinstance(await send_to(Carrier(f"http://127.0.0.1:{busy.getsockname()[1]}", [])), Retry)


async def test_a_name_that_does_not_resolve_is_tried_again() -> None:
    assert isinstance(await send_to(Carrier("http://twilio.invalid", [])), Retry)


async def test_a_text_that_cannot_be_encoded_is_rejected_before_anything_leaves() -> None:
    async with carrier_answering(reply(201, CREATED)) as carrier:
        end = await send_to(carrier, replace(MESSAGE, body="\ud83d"))
    assert isinstance(end, Rejected)
    assert end.code == "unsendable"
    assert carrier.requests == []


async def test_many_sends_at_once_each_come_to_their_own_end() -> None:
    answers = [reply(201, CREATED), reply(429, refusal(20429, 429), "Retry-After: 3\r\n"), reply(500, "")] * 5
    async with carrier_answering(*answers) as carrier:
        account = replace(ACCOUNT, api_base_url=carrier.base_url)
        async with open_twilio_channel(account) as channel:
            ends = await asyncio.gather(*(channel.send(MESSAGE) for _ in answers))
    assert [ends.count(end) for end in (Sent(SID), Unknown("Twilio answered HTTP 500."))] == [5, 5]
    assert [end.after_seconds for end in ends if isinstance(end, Retry)] == [3.0] * 5


def test_an_account_needs_one_sender_and_keeps_its_token_out_of_sight() -> None:
    with pytest.raises(ValueError, match="TWILIO_FROM"):
        replace(ACCOUNT, from_number=None)
    with pytest.raises(ValueError, match="TWILIO_FROM"):
        replace(ACCOUNT, messaging_service_sid=SERVICE_SID)
    assert "'token'" not in repr(ACCOUNT)


SINCE = datetime(2026, 11, 20, 10, 0, 0, 500_000, tzinfo=UTC)


def record(number: int, created: str | None, **changes: object) -> dict[str, object]:
    return {
        "sid": f"SM{number:032x}",
        "to": ANN,
        "from": OURS,
        "body": "Hi",
        "status": "sent",
        "direction": "outbound-api",
        "date_created": created and f"Fri, 20 Nov 2026 {created} +0000",
        "date_sent": None,
        "num_media": "0",
        "messaging_service_sid": None,
        **changes,
    }


def inbound(number: int, created: str | None, **changes: object) -> dict[str, object]:
    return record(number, created, **{"direction": "inbound", "to": OURS, "from": ANN, "status": "received", **changes})


def page(*records: dict[str, object], following: str | None = None) -> Answer:
    return reply(200, json.dumps({"messages": records, "next_page_uri": following, "page": 0}))


async def test_what_was_sent_to_somebody_is_listed_over_all_pages() -> None:
    first = page(
        record(1, "10:02:00", status="delivered"),
        inbound(2, "10:01:30"),
        following="/2010-04-01/Accounts/AC/Messages.json?Page=1&PageToken=next",
    )
    second = page(record(3, "10:00:00", status="accepted", body=None), record(4, "09:59:59"))
    async with carrier_answering(first, second) as carrier:
        account = replace(ACCOUNT, api_base_url=carrier.base_url)
        async with open_twilio_channel(account) as channel:
            records = await channel.list_sent(ANN, SINCE)
    assert records == [
        SentRecord(f"SM{1:032x}", ANN, "Hi", "delivered", datetime(2026, 11, 20, 10, 2, tzinfo=UTC)),
        SentRecord(f"SM{3:032x}", ANN, "", "queued", datetime(2026, 11, 20, 10, 0, tzinfo=UTC)),
    ]
    assert carrier.requests[0].query == {"To": [ANN], "PageSize": ["1000"]}
    assert carrier.requests[1].query == {"Page": ["1"], "PageToken": ["next"]}


async def test_a_record_without_a_date_is_not_lost() -> None:
    async with carrier_answering(page(record(1, None))) as carrier:
        account = replace(ACCOUNT, api_base_url=carrier.base_url)
        async with open_twilio_channel(account) as channel:
            assert [sent.created_at for sent in await channel.list_sent(ANN, SINCE)] == [SINCE]


async def test_what_was_received_is_listed_oldest_first() -> None:
    answer = page(
        inbound(1, "10:02:00", body="Yes"),
        inbound(2, "10:00:00", body="Great"),
        inbound(3, "09:59:59", num_media="1"),
        record(4, "10:01:00"),
    )
    async with carrier_answering(answer) as carrier:
        account = replace(ACCOUNT, api_base_url=carrier.base_url)
        async with open_twilio_channel(account) as channel:
            texts = await channel.list_inbound(SINCE)
    assert texts == [
        InboundText("sms", f"SM{2:032x}", ANN, OURS, "Great", datetime(2026, 11, 20, 10, 0, tzinfo=UTC)),
        InboundText("sms", f"SM{1:032x}", ANN, OURS, "Yes", datetime(2026, 11, 20, 10, 2, tzinfo=UTC)),
    ]
    # The filter is a day wide of the mark: Twilio's is on another date than ours.
    assert carrier.requests[0].query == {"To": [OURS], "DateSent>": ["2026-11-19T10:00:00Z"], "PageSize": ["1000"]}


def media_list(*content_types: str) -> Answer:
    media = [
        {"sid": f"ME{place}", "content_type": each, "uri": f"/2010-04-01/Accounts/AC/Messages/MM/Media/ME{place}.json"}
        for place, each in enumerate(content_types)
    ]
    return reply(200, json.dumps({"media_list": media, "next_page_uri": None}))


async def test_what_came_with_a_message_is_listed_with_where_to_fetch_it() -> None:
    answers = (page(inbound(1, "10:01:00", num_media="2")), media_list("image/jpeg", "audio/amr"))
    async with carrier_answering(*answers) as carrier:
        account = replace(ACCOUNT, api_base_url=carrier.base_url)
        async with open_twilio_channel(account) as channel:
            [text] = await channel.list_inbound(SINCE)
    address = f"{carrier.base_url}/2010-04-01/Accounts/AC/Messages/MM/Media/ME"
    assert text.attachments == (
        Attachment("photo", address + "0", "image/jpeg"),
        Attachment("audio", address + "1", "audio/amr"),
    )
    assert carrier.requests[1].path.endswith(f"/Messages/SM{1:032x}/Media.json")


async def test_what_twilio_has_deleted_since_does_not_hold_up_what_was_missed() -> None:
    answers = (page(inbound(1, "10:01:00", num_media="2", body="Look")), reply(404, refusal(20404, 404)))
    async with carrier_answering(*answers) as carrier:
        account = replace(ACCOUNT, api_base_url=carrier.base_url)
        async with open_twilio_channel(account) as channel:
            [text] = await channel.list_inbound(SINCE)
    assert (text.text, text.attachments) == ("Look", (Attachment("other", ""), Attachment("other", "")))


async def test_a_list_of_pictures_that_cannot_be_had_now_is_asked_for_again() -> None:
    answers = (page(inbound(1, "10:01:00", num_media="1")), reply(503, "{}"))
    async with carrier_answering(*answers) as carrier:
        account = replace(ACCOUNT, api_base_url=carrier.base_url)
        async with open_twilio_channel(account) as channel:
            with pytest.raises(ConnectionError):
                await channel.list_inbound(SINCE)


async def test_a_messaging_service_lists_what_came_to_any_of_its_numbers() -> None:
    account = replace(ACCOUNT, from_number=None, messaging_service_sid=SERVICE_SID)
    answer = page(
        inbound(1, "10:01:00", messaging_service_sid=SERVICE_SID),
        inbound(2, "10:02:00", to="+447700900001"),
        inbound(3, "10:03:00", messaging_service_sid="MG" + "f" * 32),
    )
    async with carrier_answering(answer) as carrier:
        account = replace(account, api_base_url=carrier.base_url)
        async with open_twilio_channel(account) as channel:
            texts = await channel.list_inbound(SINCE)
    assert [text.channel_message_id for text in texts] == [f"SM{1:032x}", f"SM{2:032x}"]
    assert "To" not in carrier.requests[0].query


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply(500, "{}"), id="a server error"),
        pytest.param(reply(429, refusal(20429, 429)), id="too many requests"),
        pytest.param(reply(200, "<html>"), id="not JSON"),
        pytest.param(reply(200, "{}"), id="no messages in it"),
        pytest.param(page(inbound(1, "10:01:00", num_media="many")), id="a count that is none"),
        pytest.param(raw(b""), id="no answer"),
    ],
)
async def test_a_list_that_cannot_be_had_is_a_connection_error_without_numbers(answer: Answer) -> None:
    async with carrier_answering(answer) as carrier:
        account = replace(ACCOUNT, api_base_url=carrier.base_url)
        async with open_twilio_channel(account) as channel:
            with pytest.raises(ConnectionError, match="Twilio could not be asked") as fault:
                await channel.list_inbound(SINCE)
    assert fault.value.__cause__ is None
