"""What people do in their chats, and what Telegram tells the bot of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from simulator.account import BotAccount
from simulator.chats import Chat, Said
from simulator.ledger import Ledger
from simulator.records import Channel, Direction, Kind, Message, Status
from simulator.script import Block, Edit, Reply, Start, Tap
from simulator.telegram_json import (
    Json,
    callback_json,
    command_json,
    media_json,
    membership_json,
    message_json,
    person_json,
    unix_time,
)
from simulator.telegram_updates import Waiting
from simulator.tenants import ChatState

_TAP = "callback:"
_FIRST_QUERY = 4_000_000_000

Tell = Callable[[Waiting], None]
Naming = Callable[[int, datetime], str]


class ChatActs:
    """Does what people do; the caller sees to it that one is done at a time."""

    def __init__(self, bot: BotAccount, ledger: Ledger, tell: Tell) -> None:
        self._bot = bot
        self._ledger = ledger
        self._tell = tell

    def type(self, chat: Chat, reply: Reply) -> Message:
        """Send words, or a photo, voice note …

        Raises ValueError for nothing at all, and for more than one medium; IndexError where no message has buttons.
        """
        if len(reply.media) > 1 or not (reply.text or reply.media):
            raise ValueError("A chat takes words, or one photo, voice note or the like at a time.")
        chat.state = ChatState.OPEN
        number = chat.next_number()
        message = self._note(chat, Kind.TEXT, reply, lambda order, time: f"{chat.id}:{number}")
        content = media_json(reply.media[0], reply.text) if reply.media else _text_json(reply.text)
        marked = chat.shown[::-1][reply.replies_back] if reply.replies_back is not None else None
        replied_to: Json = {} if marked is None else {"reply_to_message": marked.json}
        told = message_json(chat, number, person_json(chat), message.created, **content, **replied_to)
        if not reply.media:
            chat.said.append(Said(number, message.created))
        self._tell_of(chat, "message", told, message)
        return message

    def tap(self, chat: Chat, tap: Tap, up_to: int | None) -> Message:
        """Tap a button of a message up to the one numbered `up_to`; type its label where there is none."""
        found = chat.find_button(tap.text, tap.index, tap.back, up_to)
        if found is None:
            return self.type(chat, tap)
        shown, button = found
        labelled = replace(tap, text=button.label)
        message = self._note(chat, Kind.TAP, labelled, lambda order, time: f"{_TAP}{_FIRST_QUERY + order}")
        told = callback_json(query_id(message), chat, shown.json, button.data)
        self._tell(Waiting("callback_query", told, f"taps {chat.user_id}", message.created, message))
        return message

    def edit(self, chat: Chat, edit: Edit) -> Message:
        """Change the words of a text sent before; type them where there is none."""
        if edit.back >= len(chat.said):
            return self.type(chat, edit)
        said = chat.said[-1 - edit.back]
        named = f"{chat.id}:{said.number}:edit:"
        message = self._note(chat, Kind.EDIT, edit, lambda order, time: f"{named}{unix_time(time)}")
        content = {**_text_json(edit.text), "edit_date": unix_time(message.created)}
        told = message_json(chat, said.number, person_json(chat), said.time, **content)
        self._tell_of(chat, "edited_message", told, message)
        return message

    def start(self, chat: Chat, start: Start) -> Message:
        """Press Start, which lets a blocked bot in again."""
        if chat.state is ChatState.BLOCKED:
            self._change_membership(chat, Kind.UNBLOCK, "kicked", "member")
        chat.state = ChatState.OPEN
        number = chat.next_number()
        text = f"/start {start.payload}".strip()
        message = self._note(chat, Kind.START, Reply(text), lambda order, time: f"{chat.id}:{number}")
        told = message_json(chat, number, person_json(chat), message.created, **_text_json(text))
        self._tell_of(chat, "message", told, message)
        return message

    def block(self, chat: Chat, _block: Block) -> Message:
        """Block the bot."""
        chat.state = ChatState.BLOCKED
        return self._change_membership(chat, Kind.BLOCK, "member", "kicked")

    def move(self, old: Chat, new: Chat) -> Message:
        """Tell in a group, and in the supergroup that takes its place, of the other."""
        leaving = self._serve(old, migrate_to_chat_id=new.id)
        self._serve(new, migrate_from_chat_id=old.id)
        return leaving

    def _serve(self, chat: Chat, **content: object) -> Message:
        number = chat.next_number()
        message = self._note(chat, Kind.MOVE, Reply(""), lambda order, time: f"{chat.id}:{number}")
        told = message_json(chat, number, person_json(chat), message.created, **content)
        self._tell_of(chat, "message", told, message)
        return message

    def _change_membership(self, chat: Chat, kind: Kind, old: str, new: str) -> Message:
        message = self._note(chat, kind, Reply(""), lambda order, time: f"{chat.id}:{kind}:{order}")
        told = membership_json(self._bot, chat, message.created, old, new)
        self._tell(Waiting("my_chat_member", told, f"membership {chat.id}", message.created, message))
        return message

    def _tell_of(self, chat: Chat, kind: str, told: Json, message: Message) -> None:
        self._tell(Waiting(kind, told, f"chat {chat.id}", message.created, message))

    def _note(self, chat: Chat, kind: Kind, reply: Reply, name: Naming) -> Message:
        def make(order: int, time: datetime) -> Message:
            return Message(
                sid=name(order, time),
                order=order,
                direction=Direction.INBOUND,
                sender=str(chat.id),
                recipient=str(self._bot.id),
                body=reply.text,
                segments=0,
                status=Status.RECEIVED,
                created=time,
                updated=time,
                sent=time,
                channel=Channel.TELEGRAM,
                kind=kind,
                media=reply.media,
                meaning=reply.meaning,
                stop=reply.stop,
            )

        return self._ledger.add(make)


def query_id(tap: Message) -> str:
    """Return the id by which Telegram knows a tap."""
    return tap.sid.removeprefix(_TAP)


def _text_json(text: str) -> Json:
    return command_json(text) if text.startswith("/") else {"text": text}
