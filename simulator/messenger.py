"""What becomes of a message that the bot sends, and of what people do in their chats."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from simulator.account import BotAccount
from simulator.chat_acts import ChatActs, Tell, query_id
from simulator.chats import Chat, Shown
from simulator.conditions import Conditions
from simulator.ledger import Ledger
from simulator.media import Media
from simulator.records import Channel, Direction, Kind, Message, Status
from simulator.script import Block, Edit, Line, Move, Start, Tap
from simulator.telegram_json import Json, bot_json, file_id, files_of, keyboard_json, message_json
from simulator.telegram_requests import MessageRequest, TelegramError
from simulator.tenants import ChatState, Tenant, Tenants
from simulator.work import Work

_TAP_LASTS = timedelta(seconds=150)

_FORBIDDEN = {
    (ChatState.NOT_STARTED, "private"): "Forbidden: bot can't initiate conversation with a user",
    (ChatState.BLOCKED, "private"): "Forbidden: bot was blocked by the user",
    (ChatState.DEACTIVATED, "private"): "Forbidden: user is deactivated",
    (ChatState.NOT_STARTED, "group"): "Forbidden: bot is not a member of the group chat",
    (ChatState.BLOCKED, "group"): "Forbidden: bot was kicked from the group chat",
    (ChatState.DEACTIVATED, "group"): "Forbidden: the group chat was deleted",
    (ChatState.NOT_STARTED, "supergroup"): "Forbidden: bot is not a member of the supergroup chat",
    (ChatState.BLOCKED, "supergroup"): "Forbidden: bot was kicked from the supergroup chat",
    (ChatState.DEACTIVATED, "supergroup"): "Forbidden: the group chat was deleted",
}


class Messenger:
    """Carries messages between the bot and its chats; may be used from any thread.

    `tell` is given what the bot is to be told. `now` gives the time as an aware UTC datetime.
    """

    def __init__(
        self,
        bot: BotAccount,
        ledger: Ledger,
        tenants: Tenants,
        tell: Tell,
        work: Work,
        conditions: Conditions,
        now: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._ledger = ledger
        self._tenants = tenants
        self._work = work
        self._conditions = conditions
        self._now = now
        self._acts = ChatActs(bot, ledger, tell)
        self._lock = threading.RLock()
        self._chats: dict[int, Chat] = {}
        self._taps: dict[str, Message] = {}
        self._answered: set[str] = set()
        self._files: dict[str, Media] = {}

    def add_tenants(self, tenants: Iterable[Tenant]) -> None:
        """Open people's chats as they stand."""
        with self._lock:
            for tenant in tenants:
                if tenant.chat:
                    chat = Chat(int(tenant.chat), tenant.chat_state, tenant.first_name)
                    self._chats.setdefault(chat.id, chat)

    def accept(self, asked: MessageRequest) -> Json:
        """Take a message from the bot, and return it as Telegram answers it.

        Raises TelegramError for a chat that does not take it.
        """
        with self._lock:
            chat = self._find_open(asked.chat)
            number = chat.next_number()
            message = self._ledger.add(lambda order, time: self._outbound(f"{chat.id}:{number}", order, time, asked))
            self._ledger.mark_received(message)
            markup: Json = {"reply_markup": keyboard_json(asked.rows)} if asked.rows else {}
            told = message_json(chat, number, bot_json(self._bot), message.created, text=asked.text, **markup)
            if asked.rows:
                chat.shown.append(Shown(number, asked.buttons, told))
        line = self._tenants.next_line(str(chat.id))
        if line is not None:
            self._work.start(self._answer(chat, line, number))
        return told

    def act(self, address: str, line: Line) -> Message:
        """Have the person in this chat do something at once; somebody unknown finds the bot by themselves.

        Raises ValueError for what cannot be done: anything but Start where the bot is blocked, anything by an account
        that is gone, moving what is no group.
        """
        with self._lock:
            number = int(address)
            chat = self._chats.setdefault(number, Chat(number, ChatState.NOT_STARTED, "Pat"))
            return self._act(chat, line, None)

    def answer_tap(self, asked: str) -> None:
        """Note that the bot has answered a tap.

        Telegram does not say for how long it takes answers; here it does for as long as it tries to tell of the tap.
        Raises TelegramError for one that is unknown or too old.
        """
        with self._lock:
            tap = self._taps.get(asked)
            if tap is None or self._now() - tap.created > _TAP_LASTS:
                raise TelegramError(
                    400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
                )
            self._answered.add(asked)

    def unanswered_taps(self) -> tuple[Message, ...]:
        """Return the taps that the bot has not answered, so that the button still looks pressed."""
        with self._lock:
            return tuple(tap for query, tap in self._taps.items() if query not in self._answered)

    def find_file(self, asked: str) -> Media | None:
        """Return the file with this id that somebody has sent."""
        with self._lock:
            return self._files.get(asked)

    def _find_open(self, asked: str) -> Chat:
        try:
            chat = self._chats.get(int(asked))
        except ValueError:
            chat = None
        if chat is None:
            raise self._refuse(asked, TelegramError(400, "Bad Request: chat not found"))
        if chat.moved_to is not None:
            sentence = "Bad Request: group chat was upgraded to a supergroup chat"
            raise self._refuse(asked, TelegramError(400, sentence, migrate_to_chat_id=chat.moved_to))
        if chat.state is not ChatState.OPEN:
            raise self._refuse(asked, TelegramError(403, _FORBIDDEN[chat.state, chat.kind]))
        return chat

    def _refuse(self, asked: str, error: TelegramError) -> TelegramError:
        self._ledger.note_refusal(asked, error.code)
        return error

    async def _answer(self, chat: Chat, line: Line, number: int) -> None:
        await self._conditions.take(line.delay_seconds or 0.0)
        with self._lock:
            while chat.moved_to is not None:
                chat, number = self._chats[chat.moved_to], 0
            if chat.state is ChatState.OPEN:
                self._act(chat, line, number or None)

    def _act(self, chat: Chat, line: Line, answering: int | None) -> Message:
        if chat.moved_to is not None or chat.state is ChatState.DEACTIVATED:
            raise ValueError("Nobody is in this chat any more.")
        if isinstance(line, Start):
            return self._acts.start(chat, line)
        if chat.state is ChatState.BLOCKED:
            raise ValueError("Whoever has blocked the bot must press Start before anything else.")
        if isinstance(line, Block):
            return self._acts.block(chat, line)
        if isinstance(line, Move):
            return self._move(chat, int(line.to))
        if isinstance(line, Edit):
            return self._acts.edit(chat, line)
        if isinstance(line, Tap):
            tap = self._acts.tap(chat, line, answering)
            if tap.kind is Kind.TAP:
                self._taps[query_id(tap)] = tap
            return tap
        self._files.update({file_id(file): file for media in line.media for file in files_of(media)})
        return self._acts.type(chat, line)

    def _move(self, chat: Chat, new_id: int) -> Message:
        new = chat.become(new_id)
        if chat.kind != "group" or new.kind != "supergroup":
            raise ValueError("Telegram moves groups only (-7001), and to a supergroup (-1000000007001).")
        chat.moved_to = new_id
        self._chats[new_id] = new
        self._tenants.move(str(chat.id), str(new_id))
        return self._acts.move(chat, new)

    def _outbound(self, sid: str, order: int, time: datetime, asked: MessageRequest) -> Message:
        return Message(
            sid=sid,
            order=order,
            direction=Direction.OUTBOUND,
            sender=str(self._bot.id),
            recipient=asked.chat,
            body=asked.text,
            segments=0,
            status=Status.DELIVERED,
            created=time,
            updated=time,
            sent=time,
            channel=Channel.TELEGRAM,
            buttons=asked.buttons,
        )
