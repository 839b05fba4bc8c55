"""Landlords who do the same thing twice at the same moment: two clocks, two members of staff."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import text

from consultations.chat_invitations import make_chat_invitations
from consultations.launch import launch_after_activity
from consultations.tenant_import import COLUMNS, ImportRules, import_tenants
from sms.phone_numbers import normalise_phone_number
from storage import activities
from storage.database import Database, Work
from storage.models import Consultation, InboxItem, TenantAddress
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from tests.at_once import at_once
from tests.clock import NOON, Clock
from tests.conversations.landlord import Landlord
from tests.journeys.town import wait_until
from tests.rows import ANN, FARAH, JOE

RULES = ImportRules(normalise_phone_number, ("en",), today=date(2026, 11, 20))
again_and_again = pytest.mark.parametrize("again", range(3))


@pytest.fixture
def landlord(database: Database) -> Landlord:
    return Landlord(database, Clock())


def csv_file(*tenants: tuple[str, str]) -> bytes:
    """A file with these tenants: reference and mobile."""
    rows = [(ref, "Ann", "Beech", mobile, "en", "consent", "2026-01-05", "form") for ref, mobile in tenants]
    return "\n".join(",".join(row) for row in [COLUMNS, *rows]).encode()


def import_at_once(database: Database, *files: bytes) -> None:
    at_once(*[lambda file=file: import_tenants(database, file, RULES, NOON) for file in files])


def current_numbers(landlord: Landlord) -> Sequence[tuple[int, int]]:
    return sorted((link.tenant_id, link.address_id) for link in landlord.rows(TenantAddress) if link.current)


@again_and_again
def test_two_clocks_launch_a_survey_once(landlord: Landlord, again: int) -> None:
    landlord.close("A1", [landlord.tenant(mobile) for mobile in (ANN, JOE, FARAH)])
    launched = at_once(*[landlord.launch] * 3)
    assert sorted(len(each) for each in launched) == [0, 0, 1]
    assert len(landlord.rows(Consultation)) == 1
    assert [len(landlord.texts_to(mobile)) for mobile in (ANN, JOE, FARAH)] == [1, 1, 1]


@again_and_again
def test_somebody_who_was_at_two_activities_is_asked_about_one_and_waits_for_the_other(
    landlord: Landlord, again: int
) -> None:
    refs = [landlord.tenant(mobile) for mobile in (ANN, JOE)]
    for activity in ("A1", "A2"):
        landlord.close(activity, refs)
    at_once(landlord.launch, landlord.launch)
    assert [len(landlord.texts_to(mobile)) for mobile in (ANN, JOE)] == [1, 1]
    stand = sorted(conversation.progress for conversation in landlord.conversations())
    assert stand == [Progress.INVITED, Progress.INVITED, Progress.WAITING, Progress.WAITING]


@pytest.mark.postgresql
def test_nobody_is_asked_twice_who_moves_to_a_chat_between_two_launches(postgresql_database: Database) -> None:
    landlord = Landlord(postgresql_database, Clock())
    landlord.set_policy(telegram=True)
    landlord.close("A0", [landlord.tenant(JOE)])
    landlord.launch()
    ann = landlord.tenant(ANN)
    for activity in ("A1", "A2"):
        landlord.close(activity, [ann])

    def launch(work: Work, ref: str) -> None:
        activity = activities.by_ref(work, ref)
        assert activity is not None
        launch_after_activity(work, landlord.survey, activity, landlord.rules, NOON)

    with ThreadPoolExecutor() as others:
        with postgresql_database.work() as work:
            launch(work, "A1")
            landlord.link_chat(ann, "7001")
            second = others.submit(postgresql_database.retrying, lambda work: launch(work, "A2"))
            wait_until(lambda: second.done() or _somebody_waits(postgresql_database), "nothing happens")
        second.result()
    assert [(row.address_id, row.progress) for row in landlord.conversations()][1:] == [
        (landlord.address_of(ANN).id, Progress.INVITED),
        (landlord.address_of("7001").id, Progress.WAITING),
    ]


def _somebody_waits(database: Database) -> bool:
    with database.reading() as work:
        return bool(work.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


@again_and_again
def test_two_clocks_invite_who_waited_and_remind_who_is_silent_once(landlord: Landlord, again: int) -> None:
    refs = [landlord.tenant(mobile) for mobile in (ANN, JOE)]
    landlord.close("A1", refs)
    landlord.launch()
    landlord.deliver()
    landlord.close("A2", refs)
    landlord.launch()
    landlord.talk(ANN, "Yes", "A", "friends")
    landlord.wait(days=4)
    at_once(*[landlord.tick] * 3)
    assert [row.text_id for row in landlord.texts_to(ANN, OutboxState.QUEUED)] == ["opening"]
    assert [row.text_id for row in landlord.texts_to(JOE, OutboxState.QUEUED)] == ["reminder"]


@again_and_again
def test_a_file_imported_twice_at_once_is_stored_once(landlord: Landlord, again: int) -> None:
    file = csv_file(*[(f"T{number}", f"07700 9{number:05}") for number in range(60)])
    import_at_once(landlord.database, file, file, file)
    assert landlord.count_rows()["tenant"] == landlord.count_rows()["address"] == 60
    assert len(current_numbers(landlord)) == 60


@again_and_again
def test_of_two_files_with_two_numbers_of_each_tenant_one_number_is_current(landlord: Landlord, again: int) -> None:
    before, one, other = (
        csv_file(*[(f"T{tenant}", f"07700 9{hundreds + tenant:05}") for tenant in range(60)])
        for hundreds in (100, 200, 300)
    )
    import_tenants(landlord.database, before, RULES, NOON)
    import_at_once(landlord.database, one, other)
    assert len(current_numbers(landlord)) == 60


@again_and_again
def test_a_file_with_the_number_of_somebody_who_writes_at_that_moment_is_stored(landlord: Landlord, again: int) -> None:
    number = "+447700900101"
    at_once(
        lambda: landlord.receive(number, "Hello"),
        lambda: import_tenants(landlord.database, csv_file(("T1", "07700 900101")), RULES, NOON),
    )
    assert landlord.count_rows()["address"] == landlord.count_rows()["tenant_address"] == 1
    [item] = landlord.rows(InboxItem)
    assert item.reason in ("unmatched", "outside_survey")


def test_links_made_twice_at_once_leave_each_tenant_one_that_works(landlord: Landlord) -> None:
    refs = [landlord.tenant(mobile) for mobile in (ANN, JOE, FARAH)]
    tokens = iter(f"token-{number}" for number in range(100))
    at_once(*[lambda: make_chat_invitations(landlord.database, refs, lambda: next(tokens), NOON)] * 3)
    assert landlord.count_rows()["chat_link"] == 3
