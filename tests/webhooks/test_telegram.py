"""Telegram's webhook over real HTTP: who may call, what is stored, and that a repeat changes nothing."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from service.wiring import web_application
from storage.models import Address, Attachment, InboundMessage
from storage.models.messages import Placement
from storage.models.people import AddressState
from tests.away import away
from tests.bot.telegram_says import CHAT, TITLED, edited, membership, message, question, said, tapped, update
from tests.clock import Clock
from tests.given import WEBHOOK_SECRET, application_in
from tests.rows import ANN
from tests.webhooks.conftest import Online
from tests.webhooks.telegram_caller import UPDATE

WORDS = "Yes, it was lovely"


def test_a_message_is_answered_with_nothing_and_stored(online: Online) -> None:
    answer = online.telegram.post(said(WORDS, message_id=12))
    assert (answer.status, answer.text) == (200, "")
    [stored] = online.landlord.rows(InboundMessage)
    assert (stored.channel, stored.channel_message_id, stored.text) == ("telegram", "7001:12", WORDS)


def test_a_message_wakes_the_worker(online: Online) -> None:
    online.application.wake.clear()
    online.telegram.post(said(WORDS))
    assert online.application.wake.is_set()


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="an empty one"),
        pytest.param("guessed", id="a guessed one"),
        pytest.param(WEBHOOK_SECRET[:-1], id="one without its end"),
        pytest.param(WEBHOOK_SECRET + "s", id="one too long"),
        pytest.param(WEBHOOK_SECRET.upper(), id="in capitals"),
        pytest.param(b"\xe9\xff", id="not ASCII"),
    ],
)
def test_without_our_secret_the_answer_is_403_and_nothing_is_stored(
    shut: Online, secret: str | bytes | None, capfd: pytest.CaptureFixture[str]
) -> None:
    before = shut.landlord.count_rows()
    answer = shut.telegram.post_raw(json.dumps(said(WORDS)).encode(), secret)
    assert (answer.status, answer.text) == (403, "The secret is not Telegram's.\n")
    assert shut.landlord.count_rows() == before
    logged = "".join(capfd.readouterr())
    assert "bad_secret" in logged
    assert "guessed" not in logged


def test_a_repeat_is_200_and_changes_nothing_whatever_the_update_id(online: Online) -> None:
    first = said(WORDS, message_id=12)
    online.telegram.post(first)
    stored = online.landlord.count_rows()
    for update_id in (first["update_id"], 1, 2**40):
        assert online.telegram.post({**first, "update_id": update_id}).status == 200
    assert online.landlord.count_rows() == stored


def test_a_tap_is_acknowledged_in_the_answer_each_time_it_comes(online: Online) -> None:
    tap = tapped("q:1:yes", below=question({"Yes": "q:1:yes"}), id="4401")
    for _ in range(2):
        answer = online.telegram.post(tap)
        assert (answer.status, answer.content_type) == (200, "application/json")
        assert json.loads(answer.text) == {"method": "answerCallbackQuery", "callback_query_id": "4401"}
    assert [row.channel_message_id for row in online.landlord.rows(InboundMessage)] == ["callback:4401"]


def test_an_edit_is_kept_beside_what_it_replaces(online: Online) -> None:
    online.telegram.post(said("No", message_id=12))
    online.telegram.post(edited("Yes", message_id=12, edit_date=online.landlord.now))
    assert [row.text for row in online.landlord.rows(InboundMessage)] == ["No", "Yes"]


def test_what_came_with_a_message_is_kept_with_where_to_fetch_it(online: Online) -> None:
    voice = {"file_id": "AwAC-1", "file_unique_id": "u", "duration": 3, "mime_type": "audio/ogg"}
    assert online.telegram.post(said(voice=voice)).status == 200
    [attachment] = online.landlord.rows(Attachment)
    assert (attachment.kind, attachment.reference, attachment.content_type) == ("voice", "AwAC-1", "audio/ogg")


def test_words_with_nul_and_half_characters_are_kept(online: Online) -> None:
    assert online.telegram.post(said("Yes\0\ud83d")).status == 200
    [stored] = online.landlord.rows(InboundMessage)
    assert stored.text.startswith("Yes")


def test_a_message_at_telegrams_limits_in_answer_to_another_is_taken(online: Online) -> None:
    words = "🏠" * 4096
    marks = [{"type": "custom_emoji", "offset": n, "length": 2, "custom_emoji_id": "5" * 19} for n in range(100)]
    longest = said(words, entities=marks, reply_to_message=message(words, entities=marks))
    assert len(json.dumps(longest)) > 65_536
    assert online.telegram.post(longest).status == 200
    assert [row.text for row in online.landlord.rows(InboundMessage)] == [words]


def test_somebody_who_blocks_the_bot_is_not_written_to_there_until_they_write_again(online: Online) -> None:
    online.telegram.post(said("Hello?"))
    online.telegram.post(membership("kicked", at=online.landlord.now))
    assert [row.state for row in _chats(online)] == [AddressState.UNREACHABLE]
    online.landlord.clock.advance(timedelta(minutes=1))
    online.telegram.post(said("I am back", date=int(online.landlord.now.timestamp())))
    assert [row.state for row in _chats(online)] == [AddressState.USABLE]


def test_a_chat_that_moves_keeps_its_address(online: Online) -> None:
    online.telegram.post(said("Hello?"))
    [before] = _chats(online)
    moved = said(migrate_from_chat_id=CHAT, chat={"id": -1007001, "type": "supergroup", "title": "T"})
    assert online.telegram.post(moved).status == 200
    assert [(row.id, row.value) for row in _chats(online)] == [(before.id, "-1007001")]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(b"<p>", id="not JSON"),
        pytest.param(b"[" * 200_000, id="brackets without end"),
        pytest.param(b"9" * 10_000, id="a number without end"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(json.dumps(said("Anwen", date="noon")).encode(), id="a date in words"),
    ],
)
def test_what_cannot_be_read_is_200_so_that_it_does_not_come_again(
    shut: Online, body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    before = shut.landlord.count_rows()
    assert shut.telegram.post_raw(body).status == 200
    assert shut.landlord.count_rows() == before
    logged = "".join(capfd.readouterr())
    assert "malformed_update" in logged
    assert "Anwen" not in logged


@pytest.mark.parametrize("nothing", [said(WORDS, chat=TITLED), membership("member"), update(poll_answer={})])
def test_what_is_nothing_to_us_is_200_and_stores_nothing(shut: Online, nothing: object) -> None:
    before = shut.landlord.count_rows()
    assert shut.telegram.post(nothing).status == 200
    assert shut.landlord.count_rows() == before


def test_while_the_database_is_away_telegram_is_asked_to_try_again(online: Online) -> None:
    update = said(WORDS)
    with away(online.landlord.database):
        answer = online.telegram.post(update)
        assert (answer.status, answer.content_type, answer.text) == (503, "text/plain", "Try again later.\n")
        assert online.telegram.post(membership("kicked")).status == 503
    assert online.telegram.post(update).status == 200
    assert [row.text for row in online.landlord.rows(InboundMessage)] == [WORDS]


@pytest.mark.parametrize("missing", ["telegram_bot_token", "telegram_webhook_secret"])
def test_where_telegram_is_not_to_post_to_us_there_is_no_endpoint(
    tmp_path: Path, migrated_file: Path, missing: str
) -> None:
    application = application_in(tmp_path, migrated_file, Clock(), **{missing: None})
    client = web_application(application).test_client()
    headers = {"X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET}
    assert client.post(UPDATE, json=said(WORDS), headers=headers).status_code == 404


def test_what_is_logged_names_nobody_and_repeats_no_words(online: Online, capfd: pytest.CaptureFixture[str]) -> None:
    online.telegram.post(said("My name is Ann and it was lovely"))
    online.telegram.post(tapped("q:1:yes", below=question({"Yes": "q:1:yes"})))
    online.telegram.post(membership("kicked"))
    online.telegram.post_raw(b'{"Gwen": 7001}')
    logged = "".join(capfd.readouterr())
    assert "inbound" in logged
    assert not any(word in logged for word in ("Ann", "lovely", "Gwen", str(CHAT), ANN, WEBHOOK_SECRET, "q:1:yes"))


def test_a_text_that_was_not_asked_for_waits_for_staff(online: Online) -> None:
    online.telegram.post(said("Hello?"))
    assert [row.placement for row in online.landlord.rows(InboundMessage)] == [Placement.UNMATCHED]


def _chats(online: Online) -> list[Address]:
    return [row for row in online.landlord.rows(Address) if row.channel == "telegram"]
