"""STOP, START and "wrong number": what holds for an address, and ends every conversation there."""

from conversations.arrival import Arrival
from delivery.stopping import stop_texting
from storage import conversations, opt_outs, outbox
from storage.database import Work
from storage.models.consultations import Progress
from storage.models.people import AddressState


def opt_out(work: Work, arrival: Arrival) -> bool:
    """Act on a STOP.

    Returns whether we should confirm it: not when it was in force already, nor when the carrier has confirmed it.
    """
    is_new = stop_texting(work, arrival.address, arrival.inbound.received_at, arrival.now)
    return is_new and not arrival.answered_by_carrier


def opt_in(work: Work, arrival: Arrival) -> bool:
    """Act on a START: this address may be written to again. Returns whether it could not be before."""
    was_opted_out = opt_outs.is_opted_out(work, arrival.address)
    opt_outs.opt_in(work, arrival.address, arrival.inbound.received_at)
    return was_opted_out


def quarantine(work: Work, arrival: Arrival) -> None:
    """Act on "wrong number": we start nothing more with whoever holds it now, until staff have looked."""
    arrival.address.state = AddressState.QUARANTINED
    outbox.cancel_queued(work, arrival.address.id, "wrong person")
    for conversation in conversations.open_at(work, arrival.address.id):
        conversations.end(conversation, Progress.UNREACHABLE, arrival.now)
