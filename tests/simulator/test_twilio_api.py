from datetime import UTC, date, datetime, timedelta

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twilio.base.exceptions import TwilioRestException

from simulator import PhoneNetwork, Tenant
from tests.clock import NOON, Clock
from tests.simulator.conftest import ACCOUNT, SERVICE_ACCOUNT, StartNetwork, client_of, send, settle

ANN, JOE, DEAD = "+447700900001", "+447700900002", "+447700900003"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT.sid}/Messages"


def test_the_official_client_sends_and_fetches_a_text(start_network: StartNetwork) -> None:
    network = start_network()
    created = client_of(network).messages.create(to=ANN, from_=ACCOUNT.number, body="Helô £5")
    assert (created.status, created.direction, created.num_segments) == ("queued", "outbound-api", "1")
    assert (created.price, created.price_unit, created.date_sent) == (None, "GBP", None)
    settle(network)
    fetched = client_of(network).messages(created.sid or "").fetch()
    assert (fetched.status, fetched.body, fetched.from_, fetched.to) == (
        "delivered",
        "Helô £5",
        ACCOUNT.number,
        ANN,
    )
    assert (fetched.price, fetched.date_sent, fetched.error_code) == ("-0.04000", NOON, None)


def test_the_price_is_that_of_all_segments(start_network: StartNetwork) -> None:
    network = start_network()
    sid = send(network, ANN, "ŵ" * 135)
    settle(network)
    fetched = client_of(network).messages(sid).fetch()
    assert (fetched.num_segments, fetched.price) == ("3", "-0.12000")


def test_a_messaging_service_chooses_the_sender_later(start_network: StartNetwork) -> None:
    network = start_network(SERVICE_ACCOUNT)
    created = client_of(network).messages.create(
        to=ANN, messaging_service_sid=SERVICE_ACCOUNT.messaging_service_sid or "", body="Hello"
    )
    assert (created.status, created.from_, created.num_segments) == ("accepted", None, "0")
    settle(network)
    fetched = client_of(network).messages(created.sid or "").fetch()
    assert (fetched.from_, fetched.num_segments) == (ACCOUNT.number, "1")
    assert fetched.messaging_service_sid == SERVICE_ACCOUNT.messaging_service_sid


REFUSALS = [
    ({"To": ""}, 21604),
    ({"From": ""}, 21603),
    ({"From": "+447700900999"}, 21606),
    ({"Body": ""}, 21602),
    ({"Body": "a" * 1601}, 21617),
    ({"To": "07700900001"}, 21211),
    ({"To": "+44 7700 900001"}, 21211),
    ({"To": "nobody"}, 21211),
    ({"To": DEAD}, 21211),
    ({"To": ACCOUNT.number}, 21266),
    ({"From": "", "MessagingServiceSid": "MG" + "1" * 32}, 21701),
    ({"StatusCallback": "not a url"}, 21609),
    ({"StatusCallback": "http://[oops/"}, 21609),
    ({"To": JOE}, 21610),
]


@pytest.mark.parametrize(("changes", "code"), REFUSALS)
def test_a_wrong_form_is_refused_with_twilios_code(
    start_network: StartNetwork, changes: dict[str, str], code: int
) -> None:
    network = start_network(tenants=[Tenant(DEAD, failure=21211), Tenant(JOE, failure=21610)])
    form = {"To": ANN, "From": ACCOUNT.number, "Body": "Hello", **changes}
    answer = _request(network, "POST", f"{MESSAGES}.json", data=form)
    assert answer.status_code == 400
    body = answer.json()
    assert body.keys() == {"code", "message", "more_info", "status"}
    assert (body["code"], body["status"]) == (code, 400)
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert network.messages == ()


def test_the_official_client_reads_a_refusal(start_network: StartNetwork) -> None:
    network = start_network()
    with pytest.raises(TwilioRestException) as refusal:
        send(network, "nobody", "Hello")
    assert (refusal.value.status, refusal.value.code) == (400, 21211)


@pytest.mark.parametrize("token", ["wrong", ""])
def test_a_wrong_token_is_refused(start_network: StartNetwork, token: str) -> None:
    network = start_network()
    answer = requests.get(network.base_url + f"{MESSAGES}.json", auth=(ACCOUNT.sid, token), timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic !"}])
def test_a_request_without_proper_credentials_is_refused(start_network: StartNetwork, header: dict[str, str]) -> None:
    answer = requests.get(start_network().base_url + f"{MESSAGES}.json", headers=header, timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@pytest.mark.parametrize(
    "path", [f"{MESSAGES}/SM{'0' * 32}.json", MESSAGES.replace("5", "6") + ".json", "/2010-04-01/Nothing"]
)
def test_what_is_not_there_is_not_found(start_network: StartNetwork, path: str) -> None:
    answer = _request(start_network(), "GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_another_method_is_not_allowed(start_network: StartNetwork) -> None:
    answer = _request(start_network(), "PUT", f"{MESSAGES}.json")
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)


def test_the_list_is_newest_first_and_filtered_by_either_number(start_network: StartNetwork) -> None:
    network = start_network()
    first, second = send(network, ANN, "one"), send(network, JOE, "two")
    settle(network)
    third = network.text_from(ANN, "three")
    messages = client_of(network).messages
    assert [m.sid for m in messages.list()] == [third, second, first]
    assert [m.sid for m in messages.list(to=JOE)] == [second]
    assert [m.sid for m in messages.list(from_=ANN)] == [third]
    assert [m.sid for m in messages.list(to=ACCOUNT.number, from_=ANN)] == [third]


def test_the_official_client_walks_every_page_once_though_texts_keep_coming(
    start_network: StartNetwork,
) -> None:
    network = start_network()
    sids = [send(network, ANN, f"text {number}") for number in range(7)]
    settle(network)
    stream = client_of(network).messages.stream(to=ANN, page_size=3)
    walked = [next(stream).sid]
    send(network, ANN, "one more")
    walked += [message.sid for message in stream]
    assert walked == sids[::-1]


def test_a_page_links_to_its_neighbours(start_network: StartNetwork) -> None:
    network = start_network()
    for number in range(5):
        send(network, ANN, f"text {number}")
    first = _request(network, "GET", f"{MESSAGES}.json?PageSize=2&To=%2B447700900001").json()
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 2, 0, 1)
    assert first["previous_page_uri"] is None
    second = _request(network, "GET", first["next_page_uri"]).json()
    assert (second["page"], second["start"], second["end"]) == (1, 2, 3)
    assert _request(network, "GET", second["previous_page_uri"]).json()["messages"] == first["messages"]
    last = _request(network, "GET", second["next_page_uri"]).json()
    assert (len(last["messages"]), last["next_page_uri"]) == (1, None)
    assert _request(network, "GET", f"{MESSAGES}.json?PageSize=5").json()["next_page_uri"] is None


DATES: list[tuple[dict[str, date | datetime], list[str]]] = [
    ({"date_sent": date(2026, 11, 20)}, ["day one"]),
    ({"date_sent_after": date(2026, 11, 21)}, ["day three", "day two"]),
    ({"date_sent": datetime(2026, 11, 21, 15, 0, tzinfo=UTC)}, ["day two"]),
    ({"date_sent_before": date(2026, 11, 21)}, ["day one"]),
    ({"date_sent_after": datetime(2026, 11, 21, 12, 0, 1, tzinfo=UTC)}, ["day three"]),
    ({"date_sent_after": datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)}, ["day three", "day two"]),
    ({"date_sent_before": datetime(2026, 11, 21, 11, 59, 59, tzinfo=UTC)}, ["day one"]),
]


@pytest.mark.parametrize(("filters", "bodies"), DATES)
def test_the_list_is_filtered_by_the_date_sent(
    start_network: StartNetwork, filters: dict[str, date | datetime], bodies: list[str]
) -> None:
    clock = Clock()
    network = start_network(now=clock)
    for day in ("one", "two", "three"):
        send(network, ANN, f"day {day}")
        settle(network)
        clock.advance(timedelta(days=1))
    assert [m.body for m in client_of(network).messages.list(**filters)] == bodies


def test_a_bare_day_reaches_to_its_end(start_network: StartNetwork) -> None:
    network = start_network()
    send(network, ANN, "at noon")
    settle(network)
    for query, found in (("%3C=2026-11-20", 1), ("%3C=2026-11-19", 0), ("%3E=2026-11-20", 1)):
        page = _request(network, "GET", f"{MESSAGES}.json?DateSent{query}").json()
        assert len(page["messages"]) == found


def test_a_text_not_sent_yet_is_missed_by_a_filter_by_date(start_network: StartNetwork) -> None:
    network = start_network(pace=1000)
    send(network, ANN, "still queued")
    messages = client_of(network).messages
    assert messages.list(date_sent_after=date(2026, 11, 1)) == []
    assert [m.status for m in messages.list(to=ANN)] == ["queued"]


@pytest.mark.parametrize(
    "query", ["Page=x", "PageSize=0", "PageToken=PAnone", "DateSent=soon", "DateSent%3C=9999-12-31", "Page=-1"]
)
def test_a_list_that_cannot_be_read_is_refused(start_network: StartNetwork, query: str) -> None:
    answer = _request(start_network(), "GET", f"{MESSAGES}.json?{query}")
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


FIELDS = st.sampled_from(["To", "From", "Body", "StatusCallback", "MessagingServiceSid", "Else"])


def test_any_form_gets_an_answer_in_twilios_shape(start_network: StartNetwork) -> None:
    network = start_network()

    @given(form=st.dictionaries(FIELDS, st.text(st.characters(codec="utf-8")) | st.just(ANN)))
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def check(form: dict[str, str]) -> None:
        answer = _request(network, "POST", f"{MESSAGES}.json", data=form)
        assert answer.status_code in (201, 400)
        assert ("sid" in answer.json()) == (answer.status_code == 201)

    check()


def test_the_token_is_not_shown_where_an_account_is_printed() -> None:
    assert ACCOUNT.auth_token not in repr(ACCOUNT)


def _request(network: PhoneNetwork, method: str, path: str, data: dict[str, str] | None = None) -> requests.Response:
    credentials = (ACCOUNT.sid, ACCOUNT.auth_token)
    return requests.request(method, network.base_url + path, data=data, auth=credentials, timeout=5)
