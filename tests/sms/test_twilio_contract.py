"""Our requests against Twilio's own description of its API, and our sends over the pretend phone network."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from delivery.channel import OutgoingMessage, Rejected, Retry, Sent, Unknown
from simulator import Account, Faults, PhoneNetwork, Tenant
from sms.twilio_account import TwilioAccount
from sms.twilio_channel import open_twilio_channel
from tests.simulator.contract import needs_contract, validate_query, validate_request
from tests.sms.carrier import carrier_answering, reply

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ANN, JOE = "+447700900123", "+447700900124"
SERVICE_SID = "MG" + "7" * 32
PRETEND = Account(sid="AC" + "5" * 32, auth_token="pretend-token", number="+447700900000")
ACCOUNT = TwilioAccount(
    account_sid=PRETEND.sid,
    auth_token=PRETEND.auth_token,
    public_base_url="https://survey.derwent.example",
    from_number=PRETEND.number,
)
MESSAGE = OutgoingMessage(attempt="attempt-1", to=ANN, body="Hi Ann, was it worth coming? ŵ 👍")


@needs_contract
@pytest.mark.parametrize("account", [ACCOUNT, replace(ACCOUNT, from_number=None, messaging_service_sid=SERVICE_SID)])
async def test_every_request_we_make_is_one_that_twilio_describes(account: TwilioAccount) -> None:
    async with carrier_answering(reply(200, '{"messages": []}')) as carrier:
        account = replace(account, api_base_url=carrier.base_url)
        async with open_twilio_channel(account) as channel:
            await channel.send(MESSAGE)
            await channel.list_sent(ANN, NOON)
            await channel.list_inbound(NOON)
    sending, *listing = carrier.requests
    validate_request({name: value for name, [value] in sending.form.items()})
    for request in listing:
        validate_query({name: value for name, [value] in request.query.items()})


def network(faults: Faults | None = None) -> PhoneNetwork:
    return PhoneNetwork(PRETEND, now=lambda: NOON, seed=7, faults=faults or Faults(), tenants=[Tenant(JOE)])


def reached(running: PhoneNetwork) -> TwilioAccount:
    return replace(ACCOUNT, api_base_url=running.base_url)


async def test_what_was_sent_is_found_again_by_its_recipient() -> None:
    with network() as running:
        async with open_twilio_channel(reached(running)) as channel:
            sent = await channel.send(MESSAGE)
            await channel.send(replace(MESSAGE, to=JOE))
            [record] = await channel.list_sent(ANN, NOON)
        assert sent == Sent(record.provider_id)
        assert (record.to, record.body) == (ANN, MESSAGE.body)


async def test_a_list_longer_than_a_page_comes_whole() -> None:
    with network() as running:
        texts = [f"text {number}" for number in range(1005)]
        for text in texts:
            running.text_from(ANN, text)
        async with open_twilio_channel(reached(running)) as channel:
            inbound = await channel.list_inbound(NOON - timedelta(minutes=5))
    assert sorted(each.text for each in inbound) == sorted(texts)


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
async def test_an_unknown_send_is_settled_by_the_list(faults: Faults, end: type, accepted: int) -> None:
    with network(faults) as running:
        async with open_twilio_channel(reached(running), send_timeout_seconds=0.5) as channel:
            assert isinstance(await channel.send(MESSAGE), end)
            assert len(await channel.list_sent(ANN, NOON)) == accepted


@pytest.mark.parametrize("text", ["STOP", "quit"])
async def test_somebody_whom_twilio_has_opted_out_is_rejected_with_21610(text: str) -> None:
    with network() as running:
        running.text_from(ANN, text)
        async with open_twilio_channel(reached(running)) as channel:
            end = await channel.send(MESSAGE)
    assert isinstance(end, Rejected)
    assert end.code == "21610"
