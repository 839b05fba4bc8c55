"""What Twilio posts: the signature, and the forms."""

import base64
import hashlib
import hmac
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.channel import Attachment, InboundText, Receipt
from sms.webhook import Form, MalformedWebhook, parse_inbound, parse_receipt, signature_is_valid

TOKEN = "a token that only Twilio shares"
BASE = "https://survey.derwent.example"
INBOUND = "/webhooks/twilio/inbound"
STATUS = "/webhooks/twilio/status"
SID = "SM" + "0123456789abcdef" * 2
RECEIVED = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)

REPLY: Form = {
    "MessageSid": [SID],
    "From": ["+447700900123"],
    "To": ["+447700900000"],
    "Body": ["Yes, it was lovely – Ann"],
    "NumMedia": ["0"],
}


def sign(address: str, form: Form, token: str = TOKEN) -> str:
    """Twilio's published algorithm, written out: HMAC-SHA1 of the address and the sorted fields."""
    fields = "".join(name + value for name in sorted(form) for value in sorted(set(form[name])))
    digest = hmac.new(token.encode(), (address + fields).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def test_what_twilio_signed_is_valid() -> None:
    assert signature_is_valid(TOKEN, BASE, INBOUND, "", REPLY, sign(BASE + INBOUND, REPLY))


def test_the_signature_covers_the_query_exactly_as_it_was_sent() -> None:
    query = "attempt=a%2Bb%20c&x="
    signature = sign(f"{BASE}{STATUS}?{query}", REPLY)
    assert signature_is_valid(TOKEN, BASE, STATUS, query, REPLY, signature)
    assert not signature_is_valid(TOKEN, BASE, STATUS, "attempt=a+b+c&x=", REPLY, signature)
    assert not signature_is_valid(TOKEN, BASE, STATUS, "", REPLY, signature)


def test_a_trailing_slash_of_the_public_address_does_not_matter() -> None:
    assert signature_is_valid(TOKEN, BASE + "/", INBOUND, "", REPLY, sign(BASE + INBOUND, REPLY))


def test_the_signature_covers_every_value_of_a_repeated_field() -> None:
    form = {**REPLY, "Tag": ["two", "one"]}
    signature = sign(BASE + INBOUND, form)
    assert signature_is_valid(TOKEN, BASE, INBOUND, "", form, signature)
    assert not signature_is_valid(TOKEN, BASE, INBOUND, "", {**form, "Tag": ["two"]}, signature)
    assert not signature_is_valid(TOKEN, BASE, INBOUND, "", {**form, "Tag": ["two", "one", "three"]}, signature)


@pytest.mark.parametrize("signature", [None, "", "forged", "ż", "=" * 28])
def test_a_missing_or_wrong_signature_is_invalid_and_not_an_error(signature: str | None) -> None:
    assert not signature_is_valid(TOKEN, BASE, INBOUND, "", REPLY, signature)


def test_another_accounts_signature_is_invalid() -> None:
    assert not signature_is_valid(TOKEN, BASE, INBOUND, "", REPLY, sign(BASE + INBOUND, REPLY, token="another"))


def test_a_changed_text_is_invalid() -> None:
    signature = sign(BASE + INBOUND, REPLY)
    assert not signature_is_valid(TOKEN, BASE, INBOUND, "", {**REPLY, "Body": ["No"]}, signature)


def test_a_body_hash_in_the_query_does_not_take_the_fields_out_of_the_signature() -> None:
    query = "bodySHA256=" + hashlib.sha256(b"").hexdigest()
    signature = sign(f"{BASE}{INBOUND}?{query}", {})
    assert not signature_is_valid(TOKEN, BASE, INBOUND, query, REPLY, signature)


def test_a_reply_becomes_an_inbound_text() -> None:
    assert parse_inbound(REPLY, RECEIVED) == InboundText(
        channel="sms",
        channel_message_id=SID,
        sender="+447700900123",
        recipient="+447700900000",
        text="Yes, it was lovely – Ann",
        received_at=RECEIVED,
    )


def test_the_text_is_kept_exactly_as_sent() -> None:
    assert parse_inbound({**REPLY, "Body": [" a\u0301\n\x00 "]}, RECEIVED).text == " a\u0301\n\x00 "


def test_pictures_and_twilios_own_opt_out_are_noted() -> None:
    form = {**REPLY, "Body": [""], "NumMedia": ["2"], "OptOutType": ["STOP"]}
    inbound = parse_inbound(form, RECEIVED)
    assert (inbound.text, len(inbound.attachments), inbound.opt_out_type) == ("", 2, "STOP")


MEDIA_URL = f"https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/{SID}/Media/ME"


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("image/jpeg", "photo"),
        ("IMAGE/PNG", "photo"),
        ("audio/amr", "audio"),
        ("video/3gpp", "video"),
        ("application/pdf", "document"),
        ("text/x-vcard", "document"),
    ],
)
def test_a_picture_is_known_by_its_content_type_and_kept_with_its_address(content_type: str, kind: str) -> None:
    form = {**REPLY, "NumMedia": ["1"], "MediaUrl0": [MEDIA_URL], "MediaContentType0": [content_type]}
    assert parse_inbound(form, RECEIVED).attachments == (Attachment(kind, MEDIA_URL, content_type.lower()),)


def test_each_of_several_pictures_has_its_own_address() -> None:
    form = {
        **REPLY,
        "NumMedia": ["3"],
        "MediaUrl0": [MEDIA_URL + "0"],
        "MediaContentType0": ["image/jpeg"],
        "MediaUrl2": [MEDIA_URL + "2"],
        "MediaContentType2": ["video/mp4"],
    }
    assert parse_inbound(form, RECEIVED).attachments == (
        Attachment("photo", MEDIA_URL + "0", "image/jpeg"),
        Attachment("other", "", None),
        Attachment("video", MEDIA_URL + "2", "video/mp4"),
    )


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "https://a b", "https://a/\0", "https://" + "a" * 600])
@pytest.mark.parametrize("content_type", ["", "picture", "image/jpeg\0", "image/" + "a" * 100])
def test_an_address_or_a_content_type_that_is_none_is_not_kept(address: str, content_type: str) -> None:
    form = {**REPLY, "NumMedia": ["1"], "MediaUrl0": [address], "MediaContentType0": [content_type]}
    assert parse_inbound(form, RECEIVED).attachments == (Attachment("other", "", None),)


def test_a_message_without_words_or_counts_is_still_a_message() -> None:
    form = {name: REPLY[name] for name in ("MessageSid", "From", "To")}
    inbound = parse_inbound(form, RECEIVED)
    assert (inbound.text, inbound.attachments, inbound.opt_out_type) == ("", (), None)


@pytest.mark.parametrize(
    ("field", "values", "sentence"),
    [
        ("MessageSid", [], "MessageSid is missing"),
        ("MessageSid", [""], "MessageSid is missing"),
        ("MessageSid", ["SM1"], "MessageSid is not a message SID"),
        ("MessageSid", [SID + "\n"], "MessageSid is not a message SID"),
        ("MessageSid", [SID, SID], "MessageSid came more than once"),
        ("From", [], "From is missing"),
        ("To", [], "To is missing"),
        ("Body", ["Yes", "No"], "Body came more than once"),
        ("MediaUrl0", [MEDIA_URL, MEDIA_URL], "MediaUrl0 came more than once"),
        ("NumMedia", ["many"], "NumMedia is not a small whole number"),
        ("NumMedia", ["-1"], "NumMedia is not a small whole number"),
        ("NumMedia", ["²"], "NumMedia is not a small whole number"),
        ("NumMedia", ["9" * 5000], "NumMedia is not a small whole number"),
    ],
)
def test_a_malformed_reply_is_refused_in_a_sentence(field: str, values: list[str], sentence: str) -> None:
    with pytest.raises(MalformedWebhook, match=sentence):
        parse_inbound({**REPLY, "NumMedia": ["1"], field: values}, RECEIVED)


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("accepted", "queued"),
        ("queued", "queued"),
        ("sending", "sending"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_a_status_becomes_a_receipt(status: str, meaning: str) -> None:
    form = {"MessageSid": [SID], "MessageStatus": [status]}
    assert parse_receipt(form, "attempt-1") == Receipt("attempt-1", SID, meaning)


def test_a_failure_carries_twilios_error_code() -> None:
    form = {"MessageSid": [SID], "MessageStatus": ["undelivered"], "ErrorCode": ["30003"]}
    assert parse_receipt(form, None) == Receipt(None, SID, "undelivered", "30003")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"MessageSid": [SID]},
        {"MessageStatus": ["sent"]},
        {"MessageSid": [SID], "MessageStatus": ["received"]},
        {"MessageSid": [SID], "MessageStatus": ["sent", "delivered"]},
        {"MessageSid": ["me"], "MessageStatus": ["sent"]},
    ],
)
def test_a_malformed_status_is_refused(form: Form) -> None:
    with pytest.raises(MalformedWebhook):
        parse_receipt(form, "attempt-1")


FIELDS = st.sampled_from(["MessageSid", "From", "To", "Body", "NumMedia", "OptOutType", "MessageStatus", "ErrorCode"])
FORMS = st.dictionaries(st.one_of(FIELDS, st.text()), st.lists(st.one_of(st.just(SID), st.text()), max_size=2))


@given(FORMS, st.one_of(st.none(), st.text()), st.text())
def test_no_form_has_a_valid_signature_by_chance(form: Form, signature: str | None, query: str) -> None:
    assert not signature_is_valid(TOKEN, BASE, INBOUND, query, form, signature)


@given(FORMS)
def test_any_form_is_either_read_or_refused(form: Form) -> None:
    with suppress(MalformedWebhook):
        assert parse_inbound(form, RECEIVED).channel_message_id == SID
    with suppress(MalformedWebhook):
        assert parse_receipt(form, None).provider_id == SID
