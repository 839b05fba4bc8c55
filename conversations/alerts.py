"""Raising an alert: kept once, and told at once to the people on the rota."""

from conversations.arrival import Arrival
from flows.alerts import Alert as AlertKind
from storage import inbox, outbox
from storage.database import Work
from storage.models import Alert, OutboxMessage
from storage.models.outbox import RowClass
from storage.policy import current_policy

_SUBJECTS = {
    AlertKind.EMERGENCY_HAZARD: "possible emergency hazard in a tenant's home",
    AlertKind.DAMP_MOULD: "possible damp or mould in a tenant's home",
    AlertKind.SAFEGUARDING: "possible safeguarding concern",
}

_ANSWERED = "The tenant is being told by text that a person will be in touch, or whom to ring in an emergency."
_NOT_ANSWERED = "The tenant has been told nothing, since the same text asks us to stop texting. Please ring them."


def raise_alert(work: Work, arrival: Arrival, kind: AlertKind, *, answered: bool) -> None:
    """Keep the alert and queue a mail to everybody on the rota. The mail names ids only, nobody's words.

    Every alert is kept and shown. Of those of one kind from one address, the first of each hour on the clock is mailed,
    or the next once that is acknowledged; and any of which the tenant is told nothing.
    `answered` is whether the tenant is told what to do; whoever says STOP in the same text is not.
    """
    this_hour = arrival.now.replace(minute=0, second=0, microsecond=0)
    is_known = inbox.has_open_alert(work, arrival.address.id, kind, this_hour)
    alert = Alert(message_id=arrival.message_id, kind=kind, raised_at=arrival.now)
    alert_id = inbox.raise_alert(work, alert)
    if alert_id is None or (is_known and answered):
        return
    for recipient in current_policy(work).alert_recipients:
        outbox.enqueue(
            work,
            OutboxMessage(
                dedupe_key=f"alert:{alert_id}:{recipient}",
                row_class=RowClass.STAFF,
                channel="mail",
                recipient=recipient,
                text_id="alert",
                subject=f"Alert {alert_id}: {_SUBJECTS[kind]}",
                body=_mail_text(alert_id, kind, arrival.message_id, _ANSWERED if answered else _NOT_ANSWERED),
                created_at=arrival.now,
                due_at=arrival.now,
            ),
        )


def _mail_text(alert_id: int, kind: AlertKind, message_id: int, told: str) -> str:
    return (
        f"A text from a tenant reads like a {_SUBJECTS[kind]}.\n\n"
        f"Read it now: sowhat inbox show {message_id}\n"
        f"When somebody has taken it on: sowhat inbox acknowledge {alert_id}\n\n"
        f"{told}\n"
    )
