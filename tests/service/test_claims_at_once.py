"""Workers that claim at the same moment spend the month's money once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from delivery.claim import Claim, claim
from storage.database import Database
from storage.models import OutboxMessage
from storage.models.outbox import OutboxState
from storage.policy import change_policy
from tests.clock import NOON
from tests.delivery.sending import rules
from tests.rows import add_address, add_text
from tests.service.fleet import EVERYBODY

pytestmark = pytest.mark.postgresql

WORKERS = 4


def test_four_workers_that_claim_at_once_stay_within_the_spending_cap(postgresql_database: Database) -> None:
    with postgresql_database.work() as work:
        change_policy(work, {"spending_cap_pence": 4 * 60, "quiet_weekdays": ()}, "Gwen Pugh", NOON)
        for phone in EVERYBODY[:200]:
            add_text(work, add_address(work, phone))
    start = Barrier(WORKERS)

    def compete(_: int) -> Sequence[Claim]:
        start.wait()
        return claim(postgresql_database, NOON, 50, rules())

    with ThreadPoolExecutor(WORKERS) as workers:
        claims = [each for claimed in workers.map(compete, range(WORKERS)) for each in claimed]
    assert len(claims) == 60
    assert len({each.message.to for each in claims}) == 60
    with postgresql_database.reading() as work:
        states = [row.state for row in work.session.query(OutboxMessage)]
    assert states.count(OutboxState.SENDING) == 60
