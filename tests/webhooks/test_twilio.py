"""Twilio's webhooks over real HTTP: who may call, what is stored, and that a repeat changes nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from storage.models import Attachment, Attempt, InboundMessage, InboxItem, OptOut, OutboxMessage
from storage.models.consultations import Progress
from storage.models.messages import Placement
from storage.models.outbox import OutboxState
from tests.conversations.landlord import STRANGER, Landlord, system_text
from tests.given import AUTH_TOKEN
from tests.rows import ANN, JOE
from tests.webhooks.conftest import Online
from tests.webhooks.twilio_caller import INBOUND, STATUS, new_sid, sign, text_fields
from webhooks.twilio import EMPTY_TWIML


def test_a_signed_text_is_answered_with_nothing_to_send_and_stored(online: Online) -> None:
    online.landlord.survey_of(ANN)
    answer = online.twilio.text("Yes, it was lovely")
    assert (answer.status, answer.content_type, answer.text) == (200, "text/xml", EMPTY_TWIML)
    [message] = online.landlord.rows(InboundMessage)
    assert (message.text, message.placement) == ("Yes, it was lovely", Placement.REPLY)
    assert online.landlord.conversation_with(ANN).progress is Progress.PARTIAL


def test_a_text_wakes_the_worker(online: Online) -> None:
    online.application.wake.clear()
    online.twilio.text("Yes")
    assert online.application.wake.is_set()


SIGNED = text_fields("Yes")
FORGERIES: dict[str, Callable[[str], str | None]] = {
    "none": lambda path: None,
    "an empty one": lambda path: "",
    "not base64": lambda path: "forged",
    "padding alone": lambda path: "====",
    "the token itself": lambda path: AUTH_TOKEN,
    "by another account": lambda path: sign(path, SIGNED, auth_token="another-token"),
    "for another path": lambda path: sign(path + "/", SIGNED),
    "for another query": lambda path: sign(path, SIGNED, query="attempt=1"),
    "for another text": lambda path: sign(path, text_fields("No")),
    "for no form": lambda path: sign(path, []),
}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("path", [INBOUND, STATUS])
def test_without_twilios_signature_the_answer_is_403_and_nothing_is_stored(
    shut: Online, path: str, forgery: str
) -> None:
    before = shut.landlord.count_rows()
    answer = shut.twilio.post_raw(path, urlencode(SIGNED).encode(), FORGERIES[forgery](path))
    assert (answer.status, answer.text) == (403, "The signature is not Twilio's.\n")
    assert shut.landlord.count_rows() == before


@pytest.mark.parametrize("sent", ["", "attempt=another", "attempt=one&x=1", "attempt=%6Fne", "Attempt=one"])
def test_a_query_other_than_the_signed_one_is_403_and_nothing_is_stored(shut: Online, sent: str) -> None:
    before = shut.landlord.count_rows()
    fields = [("MessageSid", "SM" + "0" * 32), ("MessageStatus", "delivered")]
    signature = sign(STATUS, fields, query="attempt=one")
    answer = shut.twilio.post_raw(STATUS, urlencode(fields).encode(), signature, query=sent)
    assert answer.status == 403
    assert shut.landlord.count_rows() == before


@pytest.mark.parametrize("query", ["x=a+b", "x=a%20b", "x=%C3%A9", "x=;y&&", "x=a%2Bb&x=2", "x=%"])
def test_the_query_is_signed_as_it_was_sent_and_not_as_it_might_be_written(online: Online, query: str) -> None:
    assert online.twilio.post(INBOUND, text_fields("Yes"), query=query).status == 200


def test_fields_that_twilio_may_add_one_day_are_part_of_the_signature_and_do_no_harm(online: Online) -> None:
    fields = [*text_fields("Yes"), ("Tag", "two"), ("Tag", "one"), ("Empty", ""), ("Ärger", "ж")]
    assert online.twilio.post(INBOUND, fields).status == 200
    without_them = urlencode(fields[:6]).encode()
    assert online.twilio.post_raw(INBOUND, without_them, sign(INBOUND, fields)).status == 403


def test_a_repeat_is_200_and_changes_nothing(online: Online) -> None:
    online.landlord.survey_of(ANN)
    sid = new_sid()
    assert online.twilio.text("Yes", sid=sid).status == 200
    stored = online.landlord.count_rows()
    turn = online.landlord.conversation_with(ANN).turn
    assert [online.twilio.text(text, sid=sid).status for text in ("Yes", "No", "STOP")] == [200, 200, 200]
    assert online.landlord.count_rows() == stored
    assert online.landlord.conversation_with(ANN).turn == turn


def test_the_same_text_eight_times_at_once_is_taken_in_once(online: Online) -> None:
    online.landlord.survey_of(ANN)
    sid = new_sid()
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: online.twilio.text("Yes", sid=sid), range(8)))
    assert {answer.status for answer in answers} == {200}
    assert len(online.landlord.rows(InboundMessage)) == 1
    assert [row.text_id for row in online.landlord.texts_to(ANN)] == ["opening", "ask:difference"]


def test_two_replies_at_once_are_both_kept(online: Online) -> None:
    online.landlord.survey_of(ANN)
    with ThreadPoolExecutor(2) as callers:
        answers = list(callers.map(online.twilio.text, ["Yes", "yes it was"]))
    assert {answer.status for answer in answers} == {200}
    assert {row.text for row in online.landlord.rows(InboundMessage)} == {"Yes", "yes it was"}


@pytest.mark.parametrize(
    "text",
    [
        "Oedd, roedd yn hyfryd â chwmni da 🏴󠁧󠁢󠁷󠁬󠁳󠁿",
        "ہاں، بہت اچھا تھا",
        "值得",
        "e\u0301 and \u00e9 are not the same",
        "  spaces and\r\nlines\n\tkept ",
        "a+b & c=d; 100% %41 <script>alert(1)</script>",
        "\u202eright to left\u202c\u200b\ufeff",
        "\ud7ff\ue000\U0010ffff",
        "",
    ],
)
def test_a_text_is_stored_exactly_as_it_was_sent(online: Online, text: str) -> None:
    assert online.twilio.text(text).status == 200
    assert [row.text for row in online.landlord.rows(InboundMessage)] == [text]


def test_a_nul_is_stored_written_out_since_postgresql_takes_none(online: Online) -> None:
    assert online.twilio.text("yes\0no").status == 200
    assert [row.text for row in online.landlord.rows(InboundMessage)] == [r"yes\u0000no"]


def test_a_text_of_a_picture_alone_is_kept(online: Online) -> None:
    media = [("MediaUrl0", "https://example.org/a.jpg"), ("MediaContentType0", "image/jpeg")]
    assert online.twilio.post(INBOUND, [*text_fields("")[:-1], ("NumMedia", "2"), *media]).status == 200
    [message] = online.landlord.rows(InboundMessage)
    kept = [(row.message_id, row.kind, row.reference) for row in online.landlord.rows(Attachment)]
    assert kept == [(message.id, "photo", "https://example.org/a.jpg"), (message.id, "other", "")]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("MessageSid", None, "The field MessageSid is missing or empty."),
        ("MessageSid", "", "The field MessageSid is missing or empty."),
        (
            "MessageSid",
            "SM' OR 1=1 --",
            "The field MessageSid is not a message SID (SM or MM and 32 hexadecimal digits).",
        ),
        ("From", None, "The field From is missing or empty."),
        ("To", "", "The field To is missing or empty."),
        ("NumMedia", "many", "The field NumMedia is not a small whole number."),
    ],
)
def test_a_malformed_text_is_400_with_a_sentence_and_nothing_is_stored(
    shut: Online, field: str, value: str | None, sentence: str
) -> None:
    before = shut.landlord.count_rows()
    fields = [(name, given) for name, given in text_fields("Yes") if name != field]
    answer = shut.twilio.post(INBOUND, fields if value is None else [*fields, (field, value)])
    assert (answer.status, answer.content_type, answer.text) == (400, "text/plain", sentence + "\n")
    assert shut.landlord.count_rows() == before


@pytest.mark.parametrize("field", ["MessageSid", "From", "To", "Body", "NumMedia", "OptOutType"])
def test_a_field_that_comes_twice_is_400_and_nothing_is_stored(shut: Online, field: str) -> None:
    before = shut.landlord.count_rows()
    fields = text_fields("Yes")
    first = dict(fields).get(field, "STOP")
    second = "SM" + "f" * 32 if field == "MessageSid" else "7"
    answer = shut.twilio.post(INBOUND, [*(f for f in fields if f[0] != field), (field, first), (field, second)])
    assert (answer.status, answer.text) == (400, f"The field {field} came more than once.\n")
    assert shut.landlord.count_rows() == before


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ([], "The field MessageStatus is missing or empty."),
        ([("MessageStatus", "delivered")], "The field MessageSid is missing or empty."),
        (
            [("MessageSid", "SM" + "0" * 32), ("MessageStatus", "received")],
            "The field MessageStatus is not a status of an outgoing message.",
        ),
        ([("MessageStatus", "sent"), ("MessageStatus", "delivered")], "The field MessageStatus came more than once."),
    ],
)
def test_a_malformed_status_is_400_with_a_sentence_and_nothing_is_stored(
    shut: Online, fields: list[tuple[str, str]], sentence: str
) -> None:
    before = shut.landlord.count_rows()
    answer = shut.twilio.post(STATUS, fields, query="attempt=one")
    assert (answer.status, answer.text) == (400, sentence + "\n")
    assert shut.landlord.count_rows() == before


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data", "", "nonsense"])
@pytest.mark.parametrize("path", [INBOUND, STATUS])
def test_a_wrong_content_type_holds_no_form_and_stores_nothing(shut: Online, path: str, content_type: str) -> None:
    before = shut.landlord.count_rows()
    fields = [*text_fields("STOP"), ("MessageStatus", "sent")]
    body = urlencode(fields).encode()
    assert shut.twilio.post_raw(path, body, sign(path, fields), content_type=content_type).status == 403
    assert shut.twilio.post_raw(path, body, sign(path, []), content_type=content_type).status == 400
    assert shut.landlord.count_rows() == before


def test_somebody_we_do_not_know_is_kept_for_staff_and_answered_once(online: Online) -> None:
    online.twilio.text("Hello?", sender=STRANGER)
    online.twilio.text("Anybody there?", sender=STRANGER)
    assert [row.placement for row in online.landlord.rows(InboundMessage)] == [Placement.UNMATCHED] * 2
    assert [row.reason for row in online.landlord.rows(InboxItem)] == ["unmatched"] * 2
    assert [row.body for row in online.landlord.texts_to(STRANGER)] == [system_text("unmatched")]


def test_a_stop_is_in_force_when_the_webhook_has_answered(online: Online) -> None:
    online.landlord.survey_of(ANN)
    online.twilio.text("please stop texting me")
    assert len(online.landlord.rows(OptOut)) == 1
    assert online.landlord.conversation_with(ANN).progress is Progress.REFUSED


def test_a_status_callback_finds_its_message_by_our_own_token(online: Online) -> None:
    message, attempt = _sent_with_unknown_end(online.landlord)
    sid = new_sid()
    assert online.twilio.report(sid, "sent", attempt.token).status == 204
    assert _state(online, message) is OutboxState.SENT
    assert online.twilio.report(sid, "delivered", attempt.token).status == 204
    assert _state(online, message) is OutboxState.DELIVERED
    assert [row.provider_id for row in online.landlord.rows(Attempt)] == [sid]


def test_a_late_sent_does_not_overwrite_delivered(online: Online) -> None:
    message, attempt = _sent_with_unknown_end(online.landlord)
    sid = new_sid()
    for status in ("delivered", "sent", "queued", "undelivered", "delivered"):
        assert online.twilio.report(sid, status, attempt.token).status == 204
    assert _state(online, message) is OutboxState.DELIVERED


def test_a_status_callback_without_our_token_finds_its_message_by_twilios_id(online: Online) -> None:
    message, attempt = _sent_with_unknown_end(online.landlord)
    sid = new_sid()
    online.twilio.report(sid, "sent", attempt.token)
    online.twilio.report(sid, "undelivered", error_code="30003")
    assert _state(online, message) is OutboxState.UNDELIVERED
    assert online.landlord.conversation_with(ANN).progress is Progress.UNREACHABLE


@pytest.mark.parametrize("attempt", [None, "", "nobody's", "%00", "%FF", "a" * 5_000])
def test_a_status_callback_of_no_message_of_ours_is_taken_and_changes_nothing(
    online: Online, attempt: str | None
) -> None:
    _sent_with_unknown_end(online.landlord)
    before = online.landlord.count_rows(), _states(online)
    assert online.twilio.report(new_sid(), "delivered", attempt).status == 204
    assert (online.landlord.count_rows(), _states(online)) == before


def test_what_is_logged_names_nobody_and_repeats_no_words(online: Online, capfd: pytest.CaptureFixture[str]) -> None:
    online.landlord.survey_of(ANN, JOE)
    online.twilio.text("My name is Ann and it was lovely")
    online.twilio.text("Marek here", sender=JOE, sid="SM1")
    online.twilio.report(new_sid(), "delivered")
    online.twilio.post_raw(INBOUND, b"Body=Gwen", "forged")
    logged = "".join(capfd.readouterr())
    assert "inbound" in logged
    assert not any(word in logged for word in ("Ann", "lovely", "Marek", "Gwen", ANN, JOE, ANN[3:], AUTH_TOKEN))


def _sent_with_unknown_end(landlord: Landlord) -> tuple[OutboxMessage, Attempt]:
    """A first question to Ann whose send has broken off; nobody knows whether Twilio has it."""
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.launch()
    [message] = landlord.rows(OutboxMessage)
    with landlord.database.work() as work:
        work.session.get_one(OutboxMessage, message.id).state = OutboxState.UNKNOWN
        attempt = Attempt(
            token="our-own-token", message_id=message.id, started_at=landlord.now, lease_until=landlord.now
        )
        work.session.add(attempt)
    return message, attempt


def _state(online: Online, message: OutboxMessage) -> OutboxState:
    [state] = [row.state for row in online.landlord.rows(OutboxMessage) if row.id == message.id]
    return state


def _states(online: Online) -> list[OutboxState]:
    return [row.state for row in online.landlord.rows(OutboxMessage)]
