"""What can come with a message in a chat, as the port knows it.

Source: Telegram's "Bot API", "Message" and the types of its fields.
"""

import re
from collections.abc import Mapping
from typing import Any

from telegram import (
    Animation,
    Audio,
    Contact,
    Document,
    LivePhoto,
    Location,
    Message,
    PhotoSize,
    Sticker,
    Venue,
    Video,
    VideoNote,
    Voice,
)

from delivery.channel import Attachment

_FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,500}")
_CONTENT_TYPE = re.compile(r"[A-Za-z0-9.+-]{1,60}/[A-Za-z0-9.+-]{1,90}")

_KINDS_OF_FILES: Mapping[type, str] = {
    Animation: "video",
    Audio: "audio",
    Document: "document",
    LivePhoto: "video",
    PhotoSize: "photo",
    Sticker: "sticker",
    Video: "video",
    VideoNote: "video",
    Voice: "voice",
}
_KINDS_WITHOUT_FILE: Mapping[type, str] = {Contact: "contact", Location: "location", Venue: "location"}


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """What came with a message: nothing with plain words, else one thing (Telegram sends an album one by one)."""
    content = message.effective_attachment
    if content is None:
        return () if message.text else (Attachment("other", ""),)
    if isinstance(content, tuple):
        content = max(content, key=lambda size: size.width * size.height)
    kind = _KINDS_OF_FILES.get(type(content))
    if kind is None:
        return (Attachment(_KINDS_WITHOUT_FILE.get(type(content), "other"), ""),)
    return (Attachment(kind, _in_form(_FILE_ID, _said_of(content, "file_id")) or "", _content_type(content)),)


def _content_type(file: object) -> str | None:
    """What a file holds. Telegram writes it down only where it differs from one file to the next."""
    if isinstance(file, PhotoSize):
        return "image/jpeg"
    if isinstance(file, VideoNote):
        return "video/mp4"
    if isinstance(file, Sticker):
        return "video/webm" if file.is_video else "application/x-tgsticker" if file.is_animated else "image/webp"
    # As the sender's program says, so it may be anything.
    return _in_form(_CONTENT_TYPE, _said_of(file, "mime_type"))


def _said_of(file: object, name: str) -> Any:
    return getattr(file, name, None)


def _in_form(form: re.Pattern[str], value: Any) -> str | None:
    return value if isinstance(value, str) and form.fullmatch(value) else None
