"""An inbound message on its way through: what the steps that handle it hand to each other."""

import re
from dataclasses import dataclass
from datetime import datetime

from conversations.placing import Place
from delivery.channel import InboundText
from flows.conversation import Reply
from storage.models import Address

_CHAT_COMMAND = re.compile(r"^/([A-Za-z]+)(@\w+)?")
"""A command to a bot: a word after a slash, and in some programs the bot's name (Telegram Bot API, "Commands")."""

CARRIER_STOP = "STOP"
"""What a carrier calls a message that it has taken for an opt-out itself, whatever word the person used."""


@dataclass(frozen=True)
class Arrival:
    """A message that has been stored as `message_id` and is now acted on, at `now` (UTC).

    `answered_by_carrier` is true when the carrier has answered STOP, START or HELP itself.
    """

    message_id: int
    inbound: InboundText
    place: Place
    address: Address
    answered_by_carrier: bool
    now: datetime

    @property
    def words(self) -> str:
        """What the person said. A keyword of the carrier's own that means STOP is read as that word, and so is a
        command of a chat's, as in "/stop".
        """
        if self.inbound.opt_out_type == CARRIER_STOP:
            return CARRIER_STOP
        return _CHAT_COMMAND.sub(r"\1", self.inbound.text or self.place.label)

    @property
    def reply(self) -> Reply:
        """The message as the engine takes it."""
        if not self.place.points:
            return Reply(self.words, self.inbound.received_at)
        return Reply(self.words, self.inbound.received_at, self.place.question_id, self.place.choice)
