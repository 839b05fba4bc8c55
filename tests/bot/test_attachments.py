"""What comes with a message in a chat: every kind, and where to fetch it."""

from datetime import UTC, datetime

import pytest

from bot.updates import parse_update
from delivery.channel import Attachment, InboundText
from tests.bot.telegram_says import Json, said

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def text_of(data: Json) -> InboundText:
    read = parse_update(data, NOW)
    assert isinstance(read, InboundText)
    return read


FILE: Json = {"file_id": "AgAC-1_a", "file_unique_id": "u", "file_size": 1000}
SMALL: Json = {**FILE, "file_id": "small", "width": 90, "height": 67}
LARGE: Json = {**FILE, "file_id": "large", "width": 1280, "height": 960}
PLACE: Json = {"latitude": 53.1, "longitude": -1.5}
STICKER: Json = {**FILE, "type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}


@pytest.mark.parametrize(
    ("fields", "attachment"),
    [
        pytest.param({"photo": [SMALL, LARGE]}, Attachment("photo", "large", "image/jpeg"), id="a photo"),
        pytest.param({"photo": [LARGE, SMALL]}, Attachment("photo", "large", "image/jpeg"), id="the largest size"),
        pytest.param(
            {"voice": {**FILE, "duration": 3, "mime_type": "audio/ogg"}},
            Attachment("voice", "AgAC-1_a", "audio/ogg"),
            id="a voice note",
        ),
        pytest.param(
            {"audio": {**FILE, "duration": 3, "mime_type": "audio/mpeg"}},
            Attachment("audio", "AgAC-1_a", "audio/mpeg"),
            id="a song",
        ),
        pytest.param(
            {"video": {**FILE, "duration": 3, "width": 1, "height": 1, "mime_type": "video/mp4"}},
            Attachment("video", "AgAC-1_a", "video/mp4"),
            id="a video",
        ),
        pytest.param(
            {"video_note": {**FILE, "duration": 3, "length": 240}},
            Attachment("video", "AgAC-1_a", "video/mp4"),
            id="a round video",
        ),
        pytest.param(
            {
                "animation": {**FILE, "duration": 3, "width": 1, "height": 1, "mime_type": "video/mp4"},
                "document": {**FILE, "mime_type": "video/mp4"},
            },
            Attachment("video", "AgAC-1_a", "video/mp4"),
            id="an animation, which is a document for old programs, too",
        ),
        pytest.param(
            {"document": {**FILE, "mime_type": "application/pdf"}},
            Attachment("document", "AgAC-1_a", "application/pdf"),
            id="a document",
        ),
        pytest.param({"document": FILE}, Attachment("document", "AgAC-1_a", None), id="a document of no known kind"),
        pytest.param({"sticker": STICKER}, Attachment("sticker", "AgAC-1_a", "image/webp"), id="a sticker"),
        pytest.param(
            {"sticker": {**STICKER, "is_video": True}},
            Attachment("sticker", "AgAC-1_a", "video/webm"),
            id="a sticker that moves",
        ),
        pytest.param(
            {"sticker": {**STICKER, "is_animated": True}},
            Attachment("sticker", "AgAC-1_a", "application/x-tgsticker"),
            id="a sticker that is drawn",
        ),
        pytest.param({"location": PLACE}, Attachment("location", ""), id="a place"),
        pytest.param(
            {"location": PLACE, "venue": {"location": PLACE, "title": "Hall", "address": "1 High St"}},
            Attachment("location", ""),
            id="a place with a name",
        ),
        pytest.param(
            {"contact": {"phone_number": "+447700900123", "first_name": "Joe"}},
            Attachment("contact", ""),
            id="somebody's number",
        ),
        pytest.param({"dice": {"emoji": "🎲", "value": 3}}, Attachment("other", ""), id="dice"),
        pytest.param(
            {
                "poll": {
                    "id": "1",
                    "question": "Tea?",
                    "options": [],
                    "total_voter_count": 0,
                    "is_closed": False,
                    "is_anonymous": True,
                    "type": "regular",
                    "allows_multiple_answers": False,
                    "allows_revoting": False,
                    "members_only": False,
                }
            },
            Attachment("other", ""),
            id="a poll",
        ),
        pytest.param({"hologram": {"id": 1}}, Attachment("other", ""), id="what Telegram thinks of next"),
    ],
)
def test_what_comes_without_words_is_an_attachment(fields: Json, attachment: Attachment) -> None:
    sent = text_of(said(**fields))
    assert (sent.text, tuple(sent.attachments)) == ("", (attachment,))


def test_a_caption_is_the_words_of_a_picture() -> None:
    sent = text_of(said(photo=[LARGE], caption="the ceiling is coming down"))
    assert sent.text == "the ceiling is coming down"
    assert [each.kind for each in sent.attachments] == ["photo"]


@pytest.mark.parametrize(
    ("stated", "kept"),
    [("application/vnd.ms-excel", "application/vnd.ms-excel"), ("text/html\0", None), ("a/b; x=<", None), ("", None)],
)
def test_a_content_type_that_is_none_is_not_believed(stated: str, kept: str | None) -> None:
    [attachment] = text_of(said(document={**FILE, "mime_type": stated})).attachments
    assert attachment == Attachment("document", "AgAC-1_a", kept)


def test_a_file_that_cannot_be_asked_for_is_still_an_attachment() -> None:
    [attachment] = text_of(said(document={**FILE, "file_id": "../../etc\0"})).attachments
    assert attachment == Attachment("document", "", None)
