"""Updates as Telegram's JSON has them, of which each test changes what it is about.

Source: Telegram's "Bot API", "Update".
"""

from datetime import UTC, datetime
from itertools import count
from typing import Any

Json = dict[str, Any]

SENT_AT = datetime(2026, 11, 20, 11, 59, tzinfo=UTC)
CHAT = 7001
GROUP = -7001

_numbers = count(1)

ANN: Json = {"id": CHAT, "is_bot": False, "first_name": "Ann", "language_code": "en"}
BOT: Json = {"id": 7000001, "is_bot": True, "first_name": "Derwent Living", "username": "DerwentBot"}
PRIVATE: Json = {"id": CHAT, "type": "private", "first_name": "Ann"}
TITLED: Json = {"id": GROUP, "type": "group", "title": "Hafan Deg residents"}


def update(**content: Any) -> Json:
    """An update of one kind, with an id of its own."""
    return {"update_id": next(_numbers), **content}


def message(text: str | None = None, **fields: Any) -> Json:
    """A message from Ann in her chat with the bot, with an id of its own unless one is given."""
    said: Json = {
        "message_id": next(_numbers),
        "from": ANN,
        "chat": PRIVATE,
        "date": int(SENT_AT.timestamp()),
        **fields,
    }
    return said if text is None else said | {"text": text}


def said(text: str | None = None, **fields: Any) -> Json:
    """The update about a new message."""
    return update(message=message(text, **fields))


def edited(text: str | None = None, *, message_id: int, edit_date: datetime, **fields: Any) -> Json:
    """The update about new words in place of earlier ones."""
    changed = message(text, message_id=message_id, edit_date=int(edit_date.timestamp()), **fields)
    return update(edited_message=changed)


def question(labels: dict[str, str], **fields: Any) -> Json:
    """A message of the bot's with a button for each label and the data that it brings back, one a row."""
    rows = [[{"text": label, "callback_data": data}] for label, data in labels.items()]
    return message("Was it worth coming?", **{"from": BOT, "reply_markup": {"inline_keyboard": rows}, **fields})


def tapped(data: str, below: Json | None = None, **fields: Any) -> Json:
    """The update about a tap on a button below a message; without one, Telegram has lost sight of it."""
    lost = {"message_id": next(_numbers), "date": 0, "chat": PRIVATE}
    query = {"id": str(next(_numbers)), "from": ANN, "chat_instance": "1", "data": data, "message": below or lost}
    return update(callback_query=query | fields)


def membership(status: str, at: datetime = SENT_AT, **fields: Any) -> Json:
    """The update about what the bot is in a chat from now on."""
    until = {"until_date": 0} if status == "kicked" else {}
    change = {
        "chat": PRIVATE,
        "from": ANN,
        "date": int(at.timestamp()),
        "old_chat_member": {"status": "member", "user": BOT},
        "new_chat_member": {"status": status, "user": BOT, **until},
    }
    return update(my_chat_member=change | fields)
