"""STOP, whoever brings it: the tenant's own text, or a carrier that refuses because it has been told."""

from datetime import datetime

from storage import conversations, opt_outs, outbox
from storage.database import Work
from storage.models import Address
from storage.models.consultations import Progress


def stop_texting(work: Work, address: Address, at: datetime, now: datetime) -> bool:
    """Keep a STOP sent at `at` (UTC): nothing queued goes out, and the person's conversations end as refused.

    Returns:
        Whether it is news; False when a STOP from there is in force already.
    """
    is_new = opt_outs.opt_out(work, address, at)
    outbox.cancel_queued(work, address.id, "opted out")
    for conversation in conversations.open_with_people_at(work, address.id):
        conversations.end(conversation, Progress.REFUSED, now)
    return is_new
