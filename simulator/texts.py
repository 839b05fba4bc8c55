"""How texts to and from phones are entered in the network's memory, with Twilio's ids and states."""

import hashlib
from dataclasses import replace
from datetime import datetime

from simulator.account import Account
from simulator.ledger import Ledger
from simulator.media import Media
from simulator.records import Direction, Message, Status
from simulator.script import Reply
from simulator.segments import count_segments


class Texts:
    """The texts of one account. `seed` goes into their ids, so that two networks give out different ones."""

    def __init__(self, account: Account, ledger: Ledger, seed: int) -> None:
        self._account = account
        self._ledger = ledger
        self._seed = seed

    def add_outbound(
        self,
        to: str,
        body: str,
        sender: str | None,
        messaging_service_sid: str | None = None,
        status_callback: str | None = None,
        carrier: bool = False,
    ) -> Message:
        """Keep a text to a phone: from the customer, or with `carrier` from the network itself.

        Without a `sender` the Messaging Service is to choose one; Twilio then says `accepted` and not `queued`.
        """

        def make(order: int, time: datetime) -> Message:
            return Message(
                sid=self._sid("SM", order),
                order=order,
                direction=Direction.OUTBOUND,
                sender=sender,
                recipient=to,
                body=body,
                segments=count_segments(body),
                status=Status.QUEUED if sender else Status.ACCEPTED,
                created=time,
                updated=time,
                messaging_service_sid=messaging_service_sid,
                status_callback=status_callback,
                carrier=carrier,
            )

        return self._ledger.add(make)

    def add_inbound(self, phone: str, reply: Reply) -> Message:
        """Keep a text, or an MMS, that `phone` sent to the account's number."""

        def make(order: int, time: datetime) -> Message:
            return Message(
                sid=self._sid("MM" if reply.media else "SM", order),
                order=order,
                direction=Direction.INBOUND,
                sender=phone,
                recipient=self._account.number,
                body=reply.text,
                segments=count_segments(reply.text),
                status=Status.RECEIVED,
                created=time,
                updated=time,
                sent=time,
                messaging_service_sid=self._account.messaging_service_sid,
                media=reply.media,
                meaning=reply.meaning,
                stop=reply.stop,
            )

        return self._ledger.add(make)

    def mark(self, message: Message, status: Status, error_code: int | None = None) -> Message:
        """Move a text to `status`; unless it failed before sending, it now has a sender and a time of sending."""

        def change(current: Message, time: datetime) -> Message:
            marked = replace(current, status=status, error_code=error_code, updated=time)
            if status is Status.FAILED:
                return marked
            return replace(marked, sent=marked.sent or time, sender=marked.sender or self._account.number)

        return self._ledger.change(message, change)

    def _sid(self, kind: str, order: int) -> str:
        return kind + hashlib.sha256(f"{self._seed} {order}".encode()).hexdigest()[:32]


def media_sid(message: Message, position: int) -> str:
    """Return Twilio's id of one of the media of an MMS, counted from 0."""
    return "ME" + hashlib.sha256(f"{message.sid} {position}".encode()).hexdigest()[:32]


def find_media(message: Message, sid: str) -> Media | None:
    """Return the medium of an MMS with this id."""
    return next((media for place, media in enumerate(message.media) if media_sid(message, place) == sid), None)
