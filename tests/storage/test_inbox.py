from storage import inbox
from storage.database import Database, Work
from storage.models import Alert, InboxItem
from tests.clock import NOON
from tests.rows import add_address, add_inbound


def messages_waiting(work: Work) -> tuple[list[str], list[str]]:
    reasons = [item.reason for item in inbox.open_inbox(work)]
    return reasons, [alert.kind for alert in inbox.open_alerts(work)]


def test_an_alert_and_a_task_for_a_person_are_kept_once_each_until_they_are_dealt_with(database: Database) -> None:
    with database.work() as work:
        message_id = add_inbound(work, add_address(work)).id

        def alert() -> Alert:
            return Alert(message_id=message_id, kind="safeguarding", raised_at=NOON)

        def item(reason: str) -> InboxItem:
            return InboxItem(message_id=message_id, reason=reason, raised_at=NOON)

        assert inbox.raise_alert(work, alert()) is not None
        assert inbox.raise_alert(work, alert()) is None
        for reason in ("unclear", "unclear", "call_me"):
            inbox.hand_to_person(work, item(reason))
        assert messages_waiting(work) == (["unclear", "call_me"], ["safeguarding"])
        inbox.open_inbox(work)[0].settled_at = NOON
        inbox.open_alerts(work)[0].acknowledged_at = NOON
        assert messages_waiting(work) == (["call_me"], [])
