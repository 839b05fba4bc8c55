"""What Telegram tells of, one update at a time, turned into what the port knows. No I/O.

Source: Telegram's "Bot API", "Update" and the types of its fields.
"""

import re
from datetime import datetime

from telegram import CallbackQuery, Chat, ChatMemberUpdated, InlineKeyboardMarkup, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.attachments import attachments_of
from bot.telegram_channel import TelegramChannel
from bot.update_fields import LARGEST_ID, what_we_read
from delivery.channel import ChatClosed, ChatMoved, InboundText

CHANNEL = TelegramChannel.name

_TAP = "callback:"
_DEEP_LINK = re.compile(r"(/start)(?:@[A-Za-z0-9_]+)? ([A-Za-z0-9_-]{1,64})(\s.*)?", re.DOTALL)
_CALLBACK_QUERY_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")

# What the library and we raise over an update that Telegram would not send.
_STUMBLES = (TypeError, AttributeError, ValueError, LookupError, ArithmeticError, OSError, RecursionError)

Told = InboundText | ChatMoved | ChatClosed


class MalformedUpdate(ValueError):  # noqa: N818 - the fault is the sender's, not an error of the program
    """An update that Telegram would not send. Its text names the kind of fault and repeats nothing of the update."""


def parse_update(data: object, now: datetime) -> Told | None:
    """What one update tells us; None when it is nothing to us, such as all that is said in groups.

    `data` is the update as Telegram's JSON has it. `now` (UTC) is when a tap was received: Telegram does not say.
    Raises MalformedUpdate.
    """
    try:
        return _told(Update.de_json(what_we_read(data), None), now)
    except _STUMBLES as fault:
        raise MalformedUpdate(f"the update cannot be read ({type(fault).__name__})") from None


def callback_query_id(told: Told | None) -> str | None:
    """The id by which Telegram wants to hear that a tap has been seen; None for what is no tap."""
    if isinstance(told, InboundText) and told.tapped is not None:
        return told.channel_message_id.removeprefix(_TAP)
    return None


def _told(update: Update, now: datetime) -> Told | None:
    if update.message is not None:
        return _moved(update.message) or _said(update.message)
    if update.edited_message is not None:
        return _edited(update.edited_message)
    if update.callback_query is not None:
        return _tapped(update.callback_query, now)
    if update.my_chat_member is not None:
        return _closed(update.my_chat_member)
    return None


def _moved(message: Message) -> ChatMoved | None:
    """A group has become a supergroup. Telegram tells this in the old chat and in the new one."""
    if message.migrate_to_chat_id is not None:
        return ChatMoved(CHANNEL, old=_id(message.chat.id), new=_id(message.migrate_to_chat_id))
    if message.migrate_from_chat_id is not None:
        return ChatMoved(CHANNEL, old=_id(message.migrate_from_chat_id), new=_id(message.chat.id))
    return None


def _said(message: Message) -> InboundText | None:
    if not _is_with_a_person(message.chat, message.from_user):
        return None
    text, link_token = _words(message)
    return InboundText(
        channel=CHANNEL,
        channel_message_id=_message_id(message),
        sender=_id(message.chat.id),
        recipient="",
        text=text,
        received_at=_moment(message.date),
        attachments=attachments_of(message),
        link_token=link_token,
        replies_to=_replied_to(message),
    )


def _edited(message: Message) -> InboundText | None:
    """New words in place of earlier ones. Somebody's position, shared live, is edited every few seconds: no words."""
    if not _is_with_a_person(message.chat, message.from_user) or message.location is not None:
        return None
    edited_at = _moment(message.edit_date or message.date)
    return InboundText(
        channel=CHANNEL,
        channel_message_id=f"{_message_id(message)}:edit:{int(edited_at.timestamp())}",
        sender=_id(message.chat.id),
        recipient="",
        text=_words(message)[0],
        received_at=edited_at,
        attachments=attachments_of(message),
        edits=_message_id(message),
    )


def _tapped(query: CallbackQuery, now: datetime) -> InboundText | None:
    """A button below one of our messages. Telegram keeps the keyboard from us when the message is old or deleted."""
    if query.message is None or query.data is None or not _is_with_a_person(query.message.chat, query.from_user):
        return None
    if not _CALLBACK_QUERY_ID.fullmatch(query.id):
        raise ValueError
    keyboard = query.message.reply_markup if isinstance(query.message, Message) else None
    return InboundText(
        channel=CHANNEL,
        channel_message_id=_TAP + query.id,
        sender=_id(query.message.chat.id),
        recipient="",
        text=_label(keyboard, _text(query.data)),
        received_at=now,
        tapped=query.data,
    )


def _closed(change: ChatMemberUpdated) -> ChatClosed | None:
    if change.chat.type != ChatType.PRIVATE or change.new_chat_member.status != ChatMemberStatus.BANNED:
        return None
    return ChatClosed(CHANNEL, _id(change.chat.id), _moment(change.date))


def _is_with_a_person(chat: Chat, sender: User | None) -> bool:
    """Only what is said in private is a conversation; in a group it would be read by all."""
    return chat.type == ChatType.PRIVATE and sender is not None and not sender.is_bot


def _words(message: Message) -> tuple[str, str | None]:
    """What was said, as it was said, and the token of a deep link, which is a secret and not kept with the words."""
    text = _text(message.text or message.caption or "")
    link = _DEEP_LINK.fullmatch(text)
    return (text, None) if link is None else (link[1] + (link[3] or ""), link[2])


def _label(keyboard: InlineKeyboardMarkup | None, data: str) -> str:
    rows = () if keyboard is None else keyboard.inline_keyboard
    return next((_text(button.text) for row in rows for button in row if button.callback_data == data), "")


def _message_id(message: Message) -> str:
    return f"{_id(message.chat.id)}:{_id(message.message_id)}"


def _replied_to(message: Message) -> str | None:
    """The message that was swiped to reply to it, if one was."""
    return None if message.reply_to_message is None else _message_id(message.reply_to_message)


def _id(number: object) -> str:
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) >= LARGEST_ID:
        raise TypeError
    return str(number)


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
