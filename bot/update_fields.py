"""Which updates we ask Telegram for, and what of each we have a use for.

The rest is taken away before the library reads an update: that saves time, and what we do not need cannot keep a STOP
from us because the library stumbles over it.
Source: Telegram's "Bot API", "Update" and "Message".
"""

from collections.abc import Collection, Mapping
from typing import Any

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates we ask Telegram for."""

# What stands around the words of a message.
_CONTEXT_OF_MESSAGE = frozenset(
    {"reply_to_message", "external_reply", "quote", "forward_origin", "entities", "caption_entities"}
)
_NOTED_BY_TELEGRAM = frozenset(
    {
        "chat_background_set",
        "connected_website",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "message_auto_delete_timer_changed",
        "pinned_message",
        "write_access_allowed",
    }
)
"""What marks a message in a private chat that nobody has said."""

LARGEST_ID = 2**63
"""Ids are below this, on either side of nought."""

_READ_OF_TAPPED_MESSAGE = frozenset({"message_id", "date", "chat", "reply_markup"})


def what_we_read(data: object) -> dict[str, Any]:
    """The update with nothing but what we have a use for. Raises TypeError for what has not the form of one."""
    update = _only({"update_id", *ALLOWED_UPDATES}, data)
    for name in {"message", "edited_message"} & update.keys():
        message = update.pop(name)
        if not _NOTED_BY_TELEGRAM & _object(message).keys():
            update[name] = _message(message)
    if "callback_query" in update:
        query = dict(_object(update["callback_query"]))
        if "message" in query:
            query["message"] = _only(_READ_OF_TAPPED_MESSAGE, query["message"])
        update["callback_query"] = query
    return update


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message; of the one it replies to, which is in the same chat, only the number, where that is one."""
    read = _only(message.keys() - _CONTEXT_OF_MESSAGE, message)
    replied_to = message.get("reply_to_message")
    number = replied_to.get("message_id") if isinstance(replied_to, Mapping) else None
    if type(number) is int and 0 < number < LARGEST_ID:
        read["reply_to_message"] = {"message_id": number, "date": read.get("date"), "chat": read.get("chat")}
    return read


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError
    return value


def _only(names: Collection[str], value: object) -> dict[str, Any]:
    return {name: field for name, field in _object(value).items() if name in names}
