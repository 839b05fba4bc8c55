"""What a network has seen of its customer and of the people behind it, on SMS and Telegram together, in one order."""

from simulator.findings import asks_to_stop, find_duplicates, find_texts_after_stop, from_customer
from simulator.ledger import Ledger
from simulator.records import Direction, Duplicate, Kind, Message, Refusal, ReplySent, Status
from simulator.tenants import Tenants

_REPLIES = (Kind.TEXT, Kind.TAP, Kind.EDIT)


class Record:
    """Everything that can be asked afterwards. An address is a phone number or a chat id."""

    def __init__(self, ledger: Ledger, tenants: Tenants) -> None:
        self._ledger = ledger
        self._tenants = tenants

    @property
    def messages(self) -> tuple[Message, ...]:
        """Every message accepted for an address, in order; `carrier` marks Twilio's own (STOP, START, HELP)."""
        return tuple(m for m in self._ledger.everything() if m.direction is Direction.OUTBOUND)

    @property
    def inbound(self) -> tuple[Message, ...]:
        """Everything that people sent or did, in order, pressing Start and blocking included."""
        return tuple(m for m in self._ledger.everything() if m.direction is Direction.INBOUND)

    def received(self, address: str) -> tuple[Message, ...]:
        """What has reached `address`, in the order it came, the carrier's own texts included and marked."""
        return self._ledger.received(address)

    def conversation(self, address: str) -> tuple[Message, ...]:
        """What passed to and from `address`, in the order in which it entered the network."""
        return tuple(m for m in self._ledger.everything() if address in (m.sender, m.recipient))

    @property
    def replies_sent(self) -> tuple[ReplySent, ...]:
        """Every text, tap and edit that a person sent, in order, with what their script says was meant."""
        return tuple(
            ReplySent(m.sender or "", m.body, m.meaning, m.sid, m.created, m.channel, m.kind)
            for m in self.inbound
            if m.kind in _REPLIES
        )

    def addresses_of(self, address: str) -> frozenset[str]:
        """Every address of the people who are reached at this one, itself included."""
        return self._tenants.addresses_of(address)

    @property
    def stops(self) -> tuple[Message, ...]:
        """What asked to be left alone, in order: `created` is when it was sent, `told` when the customer took it."""
        return tuple(message for message in self.inbound if asks_to_stop(message))

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Every message that was refused at once and so never entered the network, in order."""
        return self._ledger.refusals()

    @property
    def untold(self) -> tuple[Message, ...]:
        """What people sent or did that the customer has neither taken by webhook nor fetched: lost, so far.

        `dropped` marks what Telegram will not tell any more, having waited too long or not being wanted.
        """
        return tuple(message for message in self.inbound if message.told_order is None)

    @property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Words that the customer had accepted more than once for the same address."""
        return find_duplicates(self._ledger.everything())

    @property
    def texts_after_stop(self) -> tuple[Message, ...]:
        """The customer's messages accepted after it knew that the person had asked to stop, until START or UNSTOP.

        A stop holds for every address of the person. A customer may confirm a stop once, so up to one message for it
        here is no fault.
        """
        return find_texts_after_stop(self._ledger.everything(), self._tenants.addresses_of)

    @property
    def segments_out(self) -> int:
        """Segments of the customer's texts; one that failed before it was sent counts nothing."""
        sent = (m for m in from_customer(self._ledger.everything()) if m.status is not Status.FAILED)
        return sum(message.segments for message in sent)

    @property
    def segments_in(self) -> int:
        """Segments of the texts that phones sent."""
        return sum(message.segments for message in self.inbound)
