"""Every chat with the bot as its people see it: how it stands, what was said, and which buttons are shown."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from simulator.records import Button
from simulator.tenants import ChatState

_SUPERGROUPS_BELOW = -1_000_000_000_000


class Shown(NamedTuple):
    """A message of the bot's with buttons: its number in the chat, and its JSON as Telegram tells it."""

    number: int
    buttons: tuple[Button, ...]
    json: dict[str, object]


class Said(NamedTuple):
    """A text of a person's own: its number in the chat, and when it was sent."""

    number: int
    time: datetime


@dataclass
class Chat:
    """One chat; `id` is negative for a group, and below -1,000,000,000,000 for a supergroup.

    `moved_to` is the id of the supergroup that the group has become.
    """

    id: int
    state: ChatState
    first_name: str
    moved_to: int | None = None
    shown: list[Shown] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    _numbers: int = 0

    @property
    def kind(self) -> str:
        """What Telegram calls this type of chat."""
        if self.id > 0:
            return "private"
        return "supergroup" if self.id < _SUPERGROUPS_BELOW else "group"

    @property
    def user_id(self) -> int:
        """The id of the person who talks in this chat; in a private one that of the chat."""
        return abs(self.id)

    def next_number(self) -> int:
        """Return the number of the next message; they count up within the chat."""
        self._numbers += 1
        return self._numbers

    def find_button(self, label: str, index: int | None, back: int, up_to: int | None) -> tuple[Shown, Button] | None:
        """Return a button by its place, or without one by its label, and the message that shows it.

        `back` passes over so many messages with buttons, counting from the newest, or from the one numbered `up_to`.
        """
        shown = [message for message in self.shown if up_to is None or message.number <= up_to]
        if back >= len(shown):
            return None
        message = shown[-1 - back]
        for place, button in enumerate(message.buttons):
            if place == index if index is not None else button.label == label:
                return message, button
        return None

    def become(self, new_id: int) -> "Chat":
        """Return the supergroup that is to take this group's place."""
        return replace(self, id=new_id, shown=[], said=[], _numbers=0)
