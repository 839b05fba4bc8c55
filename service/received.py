"""What is done with all that a carrier hands over, whether it posts it to us or we ask for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event

import structlog

from bot.updates import Told
from conversations.chats import close_chat, move_chat
from conversations.inbound import Taken, take_in
from conversations.rules import ConversationRules
from delivery.channel import ChatClosed, ChatMoved, InboundText, Receipt
from delivery.receipts import take_receipt
from storage.database import Database

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Received:
    """When a method returns, everything that follows from what it was given is stored. `wake` is set for the worker.

    Each method raises DatabaseUnavailableError, and then nothing is stored.
    """

    database: Database
    rules: ConversationRules
    now: Callable[[], datetime]
    wake: Event

    def take_in(self, text: InboundText) -> Taken:
        """Take in a message, and wake the worker to answer it."""
        taken = take_in(self.database, text, self.rules, self.now())
        self.wake.set()
        return taken

    def take_receipt(self, receipt: Receipt) -> bool:
        """Note the fate of a message; whether it was one of ours."""
        return self.database.retrying(lambda work: take_receipt(work, receipt, self.now()))

    def take_from_chat(self, told: Told) -> None:
        """Do what one update from a chat network asks for."""
        match told:
            case InboundText():
                taken = self.take_in(told)
                logger.info("inbound", message_id=taken.message_id, placement=taken.placement)
            case ChatMoved():
                move_chat(self.database, told)
            case ChatClosed():
                close_chat(self.database, told)
