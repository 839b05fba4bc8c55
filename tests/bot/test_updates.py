"""What Telegram posts, turned into what the port knows."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.update_fields import ALLOWED_UPDATES
from bot.updates import MalformedUpdate, Told, callback_query_id, parse_update
from delivery.channel import ChatClosed, ChatMoved, InboundText
from tests.bot.telegram_says import (
    ANN,
    BOT,
    CHAT,
    GROUP,
    PRIVATE,
    SENT_AT,
    TITLED,
    Json,
    edited,
    membership,
    message,
    question,
    said,
    tapped,
    update,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LARGE: Json = {"file_id": "large", "file_unique_id": "u", "width": 1280, "height": 960}
PLACE: Json = {"latitude": 53.1, "longitude": -1.5}
YES_OR_NO = {"Yes": "q:1:yes", "No": "q:1:no"}


def told(data: object) -> Told | None:
    return parse_update(data, NOW)


def text_of(data: Json) -> InboundText:
    read = told(data)
    assert isinstance(read, InboundText)
    return read


def test_a_message_becomes_an_inbound_text() -> None:
    assert told(said("Yes, it was lovely – Ann", message_id=12)) == InboundText(
        channel="telegram",
        channel_message_id="7001:12",
        sender="7001",
        recipient="",
        text="Yes, it was lovely – Ann",
        received_at=SENT_AT,
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("  two\r\n\tlines  ", id="space"),
        pytest.param("\0", id="NUL"),
        pytest.param("\ud83d", id="half a surrogate pair"),
        pytest.param("e\u0301 ہاں 🏴󠁧󠁢󠁷󠁬󠁳󠁿", id="other scripts"),
        pytest.param("a" * 1_000_000, id="a million letters"),
        pytest.param("/stop", id="a command"),
        pytest.param("/stop@DerwentBot", id="a command with the bot's name"),
        pytest.param("/help me please", id="a command with words"),
        pytest.param("start ABC", id="a deep link's word without its slash"),
        pytest.param("/start Größe", id="a start with a word that no link can carry"),
        pytest.param("/started ABC", id="another command"),
        pytest.param("/start " + "a" * 65, id="a token longer than a link can carry"),
    ],
)
def test_the_words_are_kept_as_they_were_sent(text: str) -> None:
    sent = text_of(json.loads(json.dumps(said(text))))
    assert (sent.text, sent.link_token) == (text, None)


@pytest.mark.parametrize(
    ("text", "token"),
    [("/start AbC-1_2", "AbC-1_2"), ("/start@DerwentBot AbC", "AbC"), ("/start " + "a" * 64, "a" * 64)],
)
def test_a_deep_link_brings_its_token_which_is_not_kept_with_the_words(text: str, token: str) -> None:
    opened = text_of(said(text))
    assert (opened.text, opened.link_token) == ("/start", token)


def test_a_token_is_not_kept_with_the_words_that_follow_it_either() -> None:
    opened = text_of(said("/start ABC and hello"))
    assert (opened.text, opened.link_token) == ("/start and hello", "ABC")


def test_a_bare_start_has_no_token() -> None:
    assert (text_of(said("/start")).text, text_of(said("/start")).link_token) == ("/start", None)


def test_an_edit_names_the_message_it_replaces_and_has_an_id_of_its_own() -> None:
    at = SENT_AT + timedelta(minutes=3)
    assert told(edited("No, sorry", message_id=12, edit_date=at)) == InboundText(
        channel="telegram",
        channel_message_id=f"7001:12:edit:{int(at.timestamp())}",
        sender="7001",
        recipient="",
        text="No, sorry",
        received_at=at,
        edits="7001:12",
    )


def test_an_edited_caption_is_an_edit() -> None:
    changed = text_of(edited(message_id=12, edit_date=NOW, photo=[LARGE], caption="No"))
    assert (changed.text, changed.edits) == ("No", "7001:12")


def test_words_in_reply_to_a_message_name_it() -> None:
    assert text_of(said("No", reply_to_message=question(YES_OR_NO, message_id=9))).replies_to == "7001:9"


@pytest.mark.parametrize(
    "replied_to", [None, "9", [], {}, {"message_id": "9"}, {"message_id": True}, {"message_id": 0}]
)
def test_a_message_replied_to_that_cannot_be_read_keeps_no_words_from_us(replied_to: object) -> None:
    read = text_of(said("STOP", reply_to_message=replied_to))
    assert (read.text, read.replies_to) == ("STOP", None)


def test_a_shared_position_that_moves_is_no_new_words() -> None:
    assert told(said(location={**PLACE, "live_period": 900})) is not None
    assert told(edited(message_id=12, edit_date=NOW, location={**PLACE, "live_period": 900})) is None


def test_a_tap_brings_the_buttons_data_and_its_label() -> None:
    assert told(tapped("q:1:no", below=question(YES_OR_NO), id="4401")) == InboundText(
        channel="telegram",
        channel_message_id="callback:4401",
        sender="7001",
        recipient="",
        text="No",
        received_at=NOW,
        tapped="q:1:no",
    )


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(None, id="a message that Telegram no longer shows us"),
        pytest.param(question({"Maybe": "q:1:maybe"}), id="a keyboard without that button"),
        pytest.param(message("Hello", **{"from": BOT}), id="a message without a keyboard"),
    ],
)
def test_a_tap_whose_label_cannot_be_seen_has_no_words(below: Json | None) -> None:
    tap = text_of(tapped("q:1:no", below=below))
    assert (tap.sender, tap.tapped, tap.text) == ("7001", "q:1:no", "")


def test_only_a_tap_is_to_be_acknowledged() -> None:
    assert callback_query_id(told(tapped("q", id="4401"))) == "4401"
    assert callback_query_id(told(said("callback:4401"))) is None
    assert callback_query_id(None) is None


def test_a_person_who_blocks_the_bot_has_closed_the_chat() -> None:
    assert told(membership("kicked")) == ChatClosed("telegram", "7001", SENT_AT)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(said(migrate_to_chat_id=-1007001, chat=TITLED), id="told in the old chat"),
        pytest.param(
            said(migrate_from_chat_id=GROUP, chat={"id": -1007001, "type": "supergroup", "title": "Hafan Deg"}),
            id="told in the new chat",
        ),
    ],
)
def test_a_group_that_becomes_a_supergroup_has_moved(data: Json) -> None:
    assert told(data) == ChatMoved("telegram", "-7001", "-1007001")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(said("Yes", chat=TITLED), id="words in a group"),
        pytest.param(edited("Yes", message_id=1, edit_date=NOW, chat=TITLED), id="an edit in a group"),
        pytest.param(tapped("q", below=question(YES_OR_NO, chat=TITLED)), id="a tap in a group"),
        pytest.param(membership("kicked", chat=TITLED), id="the bot is thrown out of a group"),
        pytest.param(membership("member"), id="the bot is let in again"),
        pytest.param(said("Yes", **{"from": BOT}), id="another bot's words"),
        pytest.param(edited("Yes", message_id=1, edit_date=NOW, **{"from": BOT}), id="another bot's edit"),
        pytest.param(update(channel_post=message("News", chat={**TITLED, "type": "channel"})), id="a channel's post"),
        pytest.param(said(pinned_message=message("Hi")), id="something was pinned"),
        pytest.param(said(message_auto_delete_timer_changed={"message_auto_delete_time": 60}), id="a timer was set"),
        pytest.param(update(poll_answer={"poll_id": "1", "option_ids": []}), id="a kind we do not ask for"),
        pytest.param(update(hologram={"id": 1}), id="a kind that is new"),
    ],
)
def test_what_is_nothing_to_us_is_nothing(data: Json) -> None:
    assert told(data) is None


def test_a_tap_below_a_message_in_no_chat_of_ours_is_nothing() -> None:
    tap = {"id": "1", "from": ANN, "chat_instance": "1", "data": "q", "inline_message_id": "m"}
    assert told(update(callback_query=tap)) is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="a list"),
        pytest.param("update", id="a word"),
        pytest.param({}, id="no update_id"),
        pytest.param(update(message=None), id="a message that is null"),
        pytest.param(update(message={}), id="an empty message"),
        pytest.param(said(5), id="words that are a number"),  # type: ignore[arg-type]
        pytest.param(said("Yes", date=None), id="no date"),
        pytest.param(membership("kicked", date=None), id="a change at no time"),
        pytest.param(said("Yes", date="noon"), id="a date in words"),
        pytest.param(said("Yes", date=10**20), id="a date beyond the end of time"),
        pytest.param(said("Yes", chat={**PRIVATE, "id": "7001"}), id="a chat's id in quotes"),
        pytest.param(said("Yes", chat={**PRIVATE, "id": 10**30}), id="a chat's id beyond all ids"),
        pytest.param(said("Yes", message_id=True), id="a message's id that is true"),
        pytest.param(tapped("q", id="4401\n"), id="a tap's id with a line's end"),
        pytest.param(tapped(5), id="a tap with a number"),  # type: ignore[arg-type]
        pytest.param(update(callback_query={"id": "1"}), id="a tap by nobody"),
        pytest.param(update(my_chat_member={"chat": PRIVATE}), id="a change of nothing"),
    ],
)
def test_what_telegram_would_not_send_is_refused_and_not_repeated(data: object) -> None:
    with pytest.raises(MalformedUpdate) as fault:
        told(data)
    assert str(fault.value).startswith("the update cannot be read (")
    assert fault.value.__cause__ is None
    assert fault.value.__suppress_context__


@pytest.mark.parametrize("context", ["reply_to_message", "external_reply", "quote", "forward_origin", "entities"])
def test_a_stop_is_read_even_if_what_stands_around_it_cannot_be(context: str) -> None:
    assert text_of(said("STOP", **{context: 5})).text == "STOP"


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
KEYS = st.sampled_from(["update_id", *ALLOWED_UPDATES, "message_id", "date", "chat", "from", "id", "type", "text"])
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=5),
    max_leaves=20,
)


def _changed(draw: Any, value: Any) -> Any:
    """The value with something in it replaced by anything."""
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 4)) == 0:
        return draw(ANY_JSON)
    copy = value.copy()
    key = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
    copy[key] = _changed(draw, value[key])
    return copy


@st.composite
def spoilt_updates(draw: Any) -> Any:
    """Real updates, each with one thing in it spoilt."""
    whole = draw(
        st.sampled_from(
            [
                said("Yes"),
                said(photo=[LARGE], caption="Look"),
                edited("No", message_id=1, edit_date=NOW),
                tapped("q:1:no", below=question(YES_OR_NO)),
                membership("kicked"),
                said(migrate_to_chat_id=-1007001, chat=TITLED),
            ]
        )
    )
    return _changed(draw, whole)


@given(ANY_JSON | spoilt_updates())
def test_any_json_is_read_or_refused(data: object) -> None:
    try:
        read = told(data)
    except MalformedUpdate:
        return
    if isinstance(read, InboundText):
        assert isinstance(read.text, str)
        assert read.sender == str(int(read.sender))
        assert read.received_at.tzinfo is not None
    else:
        assert read is None or isinstance(read, ChatMoved | ChatClosed)


def test_the_chat_is_the_sender() -> None:
    assert text_of(said("Yes")).sender == str(CHAT)
