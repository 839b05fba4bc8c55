"""Whatever is posted to the webhooks, signed or not: never a fault of ours, and nothing stored that should not be."""

from urllib.parse import urlencode

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storage.column_types import escape_unstorable
from storage.models import InboundMessage
from tests.bot.telegram_says import CHAT, message, update
from tests.rows import ANN
from tests.webhooks.caller import Answer
from tests.webhooks.conftest import Online
from tests.webhooks.twilio_caller import FORM_TYPE, INBOUND, STATUS, Fields, new_sid, text_fields

ONE_SERVER_FOR_ALL = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

PATHS = st.sampled_from([INBOUND, STATUS])
CHARACTERS = st.characters(codec="utf-8")
"""Every character but surrogates, which UTF-8 cannot carry."""
TEXTS = st.text(CHARACTERS, max_size=200)
NAMES = st.sampled_from(
    ["MessageSid", "From", "To", "Body", "NumMedia", "OptOutType", "MessageStatus", "ErrorCode"]
) | st.text(CHARACTERS, max_size=20)
VALUES = st.sampled_from(["SM" + "0" * 32, ANN, "STOP", "delivered", "30003", "1", ""]) | TEXTS
FORMS = st.lists(st.tuples(NAMES, VALUES), max_size=12)
CONTENT_TYPES = st.sampled_from(
    [
        FORM_TYPE,
        "multipart/form-data; boundary=b",
        "multipart/form-data",
        "application/json",
        "text/xml; charset=zz",
        "",
    ]
)
QUERIES = st.lists(st.tuples(st.sampled_from(["attempt", "a"]), TEXTS), max_size=2).map(urlencode)


def _is_in_order(answer: Answer) -> bool:
    return answer.status < 500 and "Traceback" not in answer.text and "Error" not in answer.text


@ONE_SERVER_FOR_ALL
@given(path=PATHS, fields=FORMS, query=QUERIES)
def test_any_signed_form_is_taken_or_refused(online: Online, path: str, fields: Fields, query: str) -> None:
    before = online.landlord.count_rows()
    answer = online.twilio.post(path, fields, query)
    assert answer.status in (200, 204, 400)
    assert _is_in_order(answer)
    if answer.status == 400:
        assert online.landlord.count_rows() == before


@ONE_SERVER_FOR_ALL
@given(
    path=PATHS, body=st.binary(max_size=500), signature=st.none() | st.text("aA0+/=", max_size=40), kind=CONTENT_TYPES
)
@example(path=INBOUND, body=b"a=%ff%fe&\x80=\xff", signature="", kind=FORM_TYPE)
@example(
    path=INBOUND,
    body=b"--b\r\nContent-Disposition: form-data\r\n\r\n",
    signature="=",
    kind="multipart/form-data; boundary=b",
)
def test_any_bytes_without_the_signature_are_403_and_nothing_is_stored(
    online: Online, path: str, body: bytes, signature: str | None, kind: str
) -> None:
    before = online.landlord.count_rows()
    answer = online.twilio.post_raw(path, body, signature, content_type=kind)
    assert answer.status == 403
    assert _is_in_order(answer)
    assert online.landlord.count_rows() == before


@ONE_SERVER_FOR_ALL
@given(text=TEXTS, sender=st.sampled_from([ANN, "DERWENT", "60123"]) | st.text(CHARACTERS, min_size=1, max_size=40))
@example(text="\0", sender="\0")
@example(text="STOP\0", sender=ANN)
def test_any_text_from_anybody_is_kept_as_it_was_sent(online: Online, text: str, sender: str) -> None:
    sid = new_sid()
    answer = online.twilio.post(INBOUND, text_fields(text, sender, sid))
    assert (answer.status, _is_in_order(answer)) == (200, True)
    [kept] = [row.text for row in online.landlord.rows(InboundMessage) if row.channel_message_id == sid]
    assert kept == escape_unstorable(text)


@ONE_SERVER_FOR_ALL
@given(text=TEXTS)
def test_any_reply_in_a_survey_is_kept_as_it_was_sent(online: Online, text: str) -> None:
    if not online.landlord.texts_to(ANN):
        online.landlord.survey_of(ANN)
    sid = new_sid()
    assert online.twilio.post(INBOUND, text_fields(text, ANN, sid)).status == 200
    [kept] = [row.text for row in online.landlord.rows(InboundMessage) if row.channel_message_id == sid]
    assert kept == escape_unstorable(text)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.dictionaries(
    st.sampled_from(["message_id", "date", "chat", "from", "text", "caption", "photo", "sticker", "reply_to_message"]),
    ANY_JSON,
    max_size=3,
)


@ONE_SERVER_FOR_ALL
@given(posted=ANY_JSON | FIELDS.map(lambda fields: update(message=message("Yes") | fields)))
def test_any_update_is_taken_so_that_it_does_not_come_again(online: Online, posted: object) -> None:
    answer = online.telegram.post(posted)
    assert (answer.status, _is_in_order(answer)) == (200, True)


@ONE_SERVER_FOR_ALL
@given(body=st.binary(max_size=500), secret=st.none() | st.text("aA0_-", max_size=40))
def test_any_bytes_without_our_secret_are_403_and_nothing_is_stored(
    online: Online, body: bytes, secret: str | None
) -> None:
    before = online.landlord.count_rows()
    answer = online.telegram.post_raw(body, secret)
    assert (answer.status, _is_in_order(answer)) == (403, True)
    assert online.landlord.count_rows() == before


@ONE_SERVER_FOR_ALL
@given(text=st.text(min_size=1, max_size=200).filter(lambda text: not text.startswith("/start ")))
@example(text="\0")
@example(text="\ud83d")
@example(text="STOP\0")
def test_any_words_in_a_chat_are_kept_as_they_were_sent(online: Online, text: str) -> None:
    words = message(text)
    answer = online.telegram.post(update(message=words))
    assert (answer.status, _is_in_order(answer)) == (200, True)
    own_id = f"{CHAT}:{words['message_id']}"
    [kept] = [row.text for row in online.landlord.rows(InboundMessage) if row.channel_message_id == own_id]
    assert kept == escape_unstorable(text)
