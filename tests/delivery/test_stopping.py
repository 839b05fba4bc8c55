"""STOP, whoever brings it."""

from datetime import timedelta

from delivery.stopping import stop_texting
from storage import opt_outs, outbox
from storage.database import Database
from storage.models import TenantAddress
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from tests.clock import NOON
from tests.rows import ANN, FARAH, JOE, add_address, add_conversation, add_tenant, outgoing_text


def test_a_stop_from_somebodys_old_number_ends_what_goes_on_with_the_new_one(database: Database) -> None:
    with database.work() as work:
        old, new, joes = add_address(work, ANN), add_address(work, FARAH), add_address(work, JOE)
        ann = add_tenant(work, old)
        work.session.add(TenantAddress(tenant_id=ann.id, address_id=new.id, current=True))
        hers, his = add_conversation(work, new), add_conversation(work, joes)
        assert stop_texting(work, old, NOON, NOON)
        assert (hers.progress, hers.ended_at) == (Progress.REFUSED, NOON)
        assert his.progress is Progress.INVITED
        assert opt_outs.is_opted_out(work, new)
        assert not opt_outs.is_opted_out(work, joes)


def test_what_is_queued_for_the_number_is_cancelled_and_a_second_stop_is_no_news(database: Database) -> None:
    with database.work() as work:
        ann = add_address(work, ANN)
        outbox.enqueue(work, outgoing_text(ann))
        assert stop_texting(work, ann, NOON, NOON)
        assert not stop_texting(work, ann, NOON + timedelta(minutes=1), NOON + timedelta(minutes=1))
        assert [(state, reason) for state, reason, _ in outbox.counts_by_state(work)] == [
            (OutboxState.CANCELLED, "opted out")
        ]
