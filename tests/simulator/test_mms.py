"""Pictures that come to Twilio by MMS, and how staff fetch them."""

from email.utils import parsedate_to_datetime

import pytest
import requests

from simulator import Media, MediaKind, PhoneNetwork, Reply, Tenant
from tests.clock import NOON
from tests.simulator.conftest import ACCOUNT, StartNetwork, client_of, send, settle
from tests.simulator.contract import needs_contract, validate_message
from tests.simulator.customer import Customer

ANN, JOE = "+447700900001", "+447700900002"
PHOTO = Media(MediaKind.PHOTO, "image/jpeg", b"black mould above the window")
CLIP = Media(MediaKind.VIDEO, "video/mp4", b"a tap that drips")
KEY = (ACCOUNT.sid, ACCOUNT.auth_token)


@pytest.fixture
def network(start_network: StartNetwork, customer: Customer) -> PhoneNetwork:
    return start_network(inbound_url=f"{customer.url}/inbound")


def test_an_mms_is_posted_with_the_address_and_type_of_each_picture(network: PhoneNetwork, customer: Customer) -> None:
    sid = network.act(ANN, Reply("my window", media=(PHOTO, CLIP)))
    settle(network)
    [form] = customer.forms_at("/inbound")
    assert sid.startswith("MM")
    assert (form["MessageSid"], form["Body"], form["NumMedia"]) == (sid, "my window", "2")
    assert (form["MediaContentType0"], form["MediaContentType1"]) == ("image/jpeg", "video/mp4")
    for number, media in enumerate((PHOTO, CLIP)):
        fetched = requests.get(form[f"MediaUrl{number}"], auth=KEY, timeout=5)
        assert (fetched.content, fetched.headers["Content-Type"]) == (media.content, media.content_type)


def test_a_picture_needs_no_words(network: PhoneNetwork, customer: Customer) -> None:
    network.act(ANN, Reply("", media=(PHOTO,)))
    settle(network)
    [form] = customer.forms_at("/inbound")
    assert (form["Body"], form["NumMedia"]) == ("", "1")


def test_a_picture_opens_with_the_password_only_and_is_elsewhere(network: PhoneNetwork, customer: Customer) -> None:
    network.act(ANN, Reply("", media=(PHOTO,)))
    settle(network)
    address = customer.forms_at("/inbound")[0]["MediaUrl0"]
    assert address.startswith(f"{network.base_url}/2010-04-01/Accounts/{ACCOUNT.sid}/Messages/MM")
    assert requests.get(address, timeout=5).status_code == 401
    assert requests.get(address, auth=(ACCOUNT.sid, "wrong"), timeout=5).status_code == 401
    sent_on = requests.get(address, auth=KEY, allow_redirects=False, timeout=5)
    assert sent_on.status_code == 307
    assert requests.get(network.base_url + sent_on.headers["Location"], timeout=5).content == PHOTO.content


def test_the_official_client_lists_the_media_of_a_message(network: PhoneNetwork) -> None:
    sid = network.act(ANN, Reply("my window", media=(PHOTO, CLIP)))
    [message] = client_of(network).messages.list()
    assert (message.sid, message.num_media) == (sid, "2")
    media = client_of(network).messages(sid).media.list()
    assert [each.content_type for each in media] == ["image/jpeg", "video/mp4"]
    assert [each.parent_sid for each in media] == [sid, sid]
    assert len({each.sid for each in media}) == 2
    assert all(each.sid is not None and each.sid.startswith("ME") and len(each.sid) == 34 for each in media)
    assert media[0].date_created == NOON


def test_the_list_says_where_each_picture_is(network: PhoneNetwork) -> None:
    sid = network.act(ANN, Reply("", media=(PHOTO,)))
    path = f"/2010-04-01/Accounts/{ACCOUNT.sid}/Messages/{sid}/Media"
    page = requests.get(f"{network.base_url}{path}.json", auth=KEY, timeout=5).json()
    [listed] = page["media_list"]
    assert listed["uri"] == f"{path}/{listed['sid']}.json"
    assert parsedate_to_datetime(listed["date_created"]) == NOON
    fetched = requests.get(network.base_url + listed["uri"].removesuffix(".json"), auth=KEY, timeout=5)
    assert fetched.content == PHOTO.content


def test_a_text_has_no_media(network: PhoneNetwork) -> None:
    sid = send(network, ANN, "Was it worth it?")
    assert client_of(network).messages(sid).media.list() == []
    assert client_of(network).messages(sid).fetch().num_media == "0"


@pytest.mark.parametrize("path", ["Messages/MM0/Media.json", "Messages/{sid}/Media/ME0", "Messages/MM0/Media/ME0"])
def test_media_that_are_not_there_are_not_found(network: PhoneNetwork, path: str) -> None:
    sid = network.act(ANN, Reply("", media=(PHOTO,)))
    address = f"{network.base_url}/2010-04-01/Accounts/{ACCOUNT.sid}/{path.format(sid=sid)}"
    assert requests.get(address, auth=KEY, timeout=5).status_code == 404
    assert requests.get(f"{network.base_url}/stored-media/{sid}/ME0", timeout=5).status_code == 404


def test_a_script_may_answer_with_a_picture(start_network: StartNetwork) -> None:
    network = start_network(tenants=[Tenant(JOE, (Reply("look", delay_seconds=0, media=(PHOTO,)),))])
    send(network, JOE, "Anything else?")
    settle(network)
    assert [message.media for message in network.inbound] == [(PHOTO,)]


@needs_contract
def test_an_mms_is_listed_as_described(network: PhoneNetwork) -> None:
    sid = network.act(ANN, Reply("", media=(PHOTO,)))
    address = f"{network.base_url}/2010-04-01/Accounts/{ACCOUNT.sid}/Messages/{sid}.json"
    validate_message(requests.get(address, auth=KEY, timeout=5).json())
