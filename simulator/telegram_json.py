"""Telegram's JSON for what it tells and answers.

Source: Telegram's Bot API: "User", "Chat", "Message", "CallbackQuery", "ChatMemberUpdated", "File"
and "Making requests".
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from simulator.account import BotAccount
from simulator.chats import Chat
from simulator.media import Media, MediaKind
from simulator.records import Button

Json = dict[str, object]


def bot_json(bot: BotAccount) -> Json:
    """Return the bot as a User."""
    return {"id": bot.id, "is_bot": True, "first_name": bot.first_name, "username": bot.username}


def me_json(bot: BotAccount) -> Json:
    """Return the bot as getMe answers it."""
    return {
        **bot_json(bot),
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
    }


def person_json(chat: Chat) -> Json:
    """Return the person who talks in a chat as a User."""
    return {"id": chat.user_id, "is_bot": False, "first_name": chat.first_name}


def chat_json(chat: Chat) -> Json:
    """Return the chat."""
    name = "first_name" if chat.kind == "private" else "title"
    return {"id": chat.id, "type": chat.kind, name: chat.first_name}


def message_json(chat: Chat, number: int, sender: Json, time: datetime, **content: object) -> Json:
    """Return a Message with its content; its date is in whole seconds."""
    return {
        "message_id": number,
        "from": sender,
        "chat": chat_json(chat),
        "date": unix_time(time),
        **content,
    }


def keyboard_json(rows: Sequence[Sequence[Button]]) -> Json:
    """Return the buttons below a message as an InlineKeyboardMarkup."""
    return {
        "inline_keyboard": [[{"text": button.label, "callback_data": button.data} for button in row] for row in rows]
    }


def command_json(text: str) -> Json:
    """Return the content of a message that begins with a command, such as /start."""
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]}


def media_json(media: Media, caption: str) -> Json:
    """Return the content of a message that carries a medium."""
    captions: Json = {"caption": caption} if caption else {}
    if media.kind is MediaKind.PHOTO:
        small, large = files_of(media)
        sizes = [
            {**file_json(small), "width": 90, "height": 67},
            {**file_json(large), "width": 1280, "height": 960},
        ]
        return {"photo": sizes, **captions}
    if not media.is_file:
        return {media.kind.value: dict(_WITHOUT_FILE[media.kind])}
    typed: Json = {"mime_type": media.content_type} if media.kind is not MediaKind.STICKER else {}
    return {media.kind.value: {**file_json(media), **typed, **_MEASURES.get(media.kind, {})}, **captions}


_WITHOUT_FILE: Mapping[MediaKind, Json] = {
    MediaKind.LOCATION: {"latitude": 51.4816, "longitude": -3.1791},
    MediaKind.CONTACT: {"phone_number": "+447700900999", "first_name": "Gwen"},
}

_MEASURES: Mapping[MediaKind, Json] = {
    MediaKind.VOICE: {"duration": 4},
    MediaKind.AUDIO: {"duration": 180},
    MediaKind.VIDEO: {"duration": 12, "width": 640, "height": 480},
    MediaKind.STICKER: {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "👍",
    },
    MediaKind.DOCUMENT: {"file_name": "letter.pdf"},
}


def files_of(media: Media) -> tuple[Media, ...]:
    """Return the files that are kept of a medium; of a photo a small one comes first."""
    if not media.is_file:
        return ()
    if media.kind is MediaKind.PHOTO:
        return replace(media, content=b"small " + media.content), media
    return (media,)


def file_id(media: Media) -> str:
    """Return the id under which a file is fetched; the same file has the same one."""
    return f"{media.kind}-{hashlib.sha256(media.content).hexdigest()[:32]}"


def file_path(media: Media) -> str:
    """Return where a file is downloaded from."""
    return f"{media.kind}/{file_id(media)}"


def file_json(media: Media) -> Json:
    """Return what every message tells of its file."""
    return {"file_id": file_id(media), "file_unique_id": file_id(media)[-16:], "file_size": len(media.content)}


def callback_json(query_id: str, chat: Chat, message: Mapping[str, object], data: str) -> Json:
    """Return a tap as a CallbackQuery."""
    return {
        "id": query_id,
        "from": person_json(chat),
        "message": message,
        "chat_instance": str(chat.id),
        "data": data,
    }


def membership_json(bot: BotAccount, chat: Chat, time: datetime, old: str, new: str) -> Json:
    """Return a ChatMemberUpdated for the bot: a person has blocked it (member to kicked) or let it in again."""

    def member(status: str) -> Json:
        kicked: Json = {"until_date": 0} if status == "kicked" else {}
        return {"user": bot_json(bot), "status": status, **kicked}

    return {
        "chat": chat_json(chat),
        "from": person_json(chat),
        "date": unix_time(time),
        "old_chat_member": member(old),
        "new_chat_member": member(new),
    }


def error_json(code: int, description: str, parameters: Mapping[str, int]) -> Json:
    """Return the body of a refusal."""
    said: Json = {"parameters": dict(parameters)} if parameters else {}
    return {"ok": False, "error_code": code, "description": description, **said}


def unix_time(time: datetime) -> int:
    """Return a time in whole seconds, as Telegram tells it."""
    return int(time.timestamp())
