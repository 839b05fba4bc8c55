from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storage import consultations
from storage.database import Database, Work
from storage.models import Consultation, Conversation, ConversationPerson, FlowVersion
from storage.models.consultations import Progress
from tests.clock import NOON
from tests.rows import ANN, JOE, add_address, add_consultation, add_tenant


def launch(work: Work, cause: str) -> Consultation | None:
    version = consultations.pin_flow(work, "so-what", "1", "flow: so-what\n", NOON)
    return consultations.start(
        work,
        Consultation(cause=cause, flow_version_id=version.id, launched_at=NOON, closes_at=NOON + timedelta(days=7)),
    )


def conversation(consultation_id: int, address_id: int, progress: Progress = Progress.WAITING) -> Conversation:
    return Conversation(
        consultation_id=consultation_id,
        address_id=address_id,
        language="en",
        facts={"first_name": "Ann & Joe"},
        progress=progress,
        created_at=NOON,
    )


def test_a_flow_version_keeps_the_text_it_was_first_pinned_with(database: Database) -> None:
    with database.work() as work:
        first = consultations.pin_flow(work, "so-what", "1", "the text at launch", NOON)
        again = consultations.pin_flow(work, "so-what", "1", "another text", NOON + timedelta(days=1))
        other = consultations.pin_flow(work, "so-what", "2", "another text", NOON)
        assert again is first
        assert (first.source, first.stored_at) == ("the text at launch", NOON)
        assert other.id != first.id
        assert work.session.scalar(select(func.count(FlowVersion.id))) == 2


def test_one_cause_starts_one_consultation(database: Database) -> None:
    with database.work() as work:
        assert launch(work, "activity:DER-01:so-what") is not None
        assert launch(work, "activity:DER-01:so-what") is None
        assert launch(work, "activity:DER-02:so-what") is not None


def test_an_address_is_asked_once_on_behalf_of_everybody_who_shares_it(database: Database) -> None:
    with database.work() as work:
        shared, consultation = add_address(work), add_consultation(work)
        people = [add_tenant(work, shared).id, add_tenant(work, shared, "Joe", "Oakley").id]
        invited = consultations.invite(work, conversation(consultation.id, shared.id), people)
        assert invited is not None
        assert (invited.facts, invited.asked, invited.turn) == ({"first_name": "Ann & Joe"}, 0, 0)
        assert [person.tenant_id for person in invited.people] == people
        assert consultations.invite(work, conversation(consultation.id, shared.id), people) is None
        assert work.session.scalar(select(func.count()).select_from(ConversationPerson)) == 2


def test_an_invited_conversation_can_be_moved_on_at_once(database: Database) -> None:
    with database.work() as work:
        invited = consultations.invite(work, conversation(add_consultation(work).id, add_address(work).id), [])
        assert invited is not None
        invited.progress = Progress.INVITED
    with database.reading() as work:
        assert work.session.scalar(select(Conversation.progress)) is Progress.INVITED


@pytest.mark.parametrize("count", [0, 3])
def test_consultations_are_listed_with_the_newest_first(database: Database, count: int) -> None:
    with database.work() as work:
        made = [add_consultation(work).id for _ in range(count)]
        assert [each.id for each in consultations.all_consultations(work)] == made[::-1]


def test_launches_at_two_addresses_do_not_meet(database: Database) -> None:
    with database.work() as work:
        consultation = add_consultation(work)
        for phone in (ANN, JOE):
            assert (
                consultations.invite(work, conversation(consultation.id, add_address(work, phone).id), []) is not None
            )
