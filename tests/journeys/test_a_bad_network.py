"""Whatever goes wrong between us and Twilio: nobody is texted twice, and nothing is lost."""

from functools import partial

import pytest

from simulator import Faults, Tenant
from sms.twilio_channel import open_twilio_channel
from storage.models import Attempt, InboundMessage
from storage.models import Tenant as TenantRow
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from tests.journeys.conftest import OpenTown
from tests.journeys.town import Town, says
from tests.rows import ANN, FARAH, GWEN, JOE, MAREK

TALKATIVE = tuple(Tenant(phone, says("Yes", "A and B", "friends")) for phone in (ANN, JOE, FARAH))
CROWD = tuple(Tenant(f"+447700900{number}", says("Yes", "A", "friends")) for number in range(101, 111))


@pytest.mark.parametrize(
    "faults",
    [
        Faults(drop_after_accepting=1.0),
        Faults(server_error_after_accepting=1.0),
        Faults(duplicate_callback=1.0, duplicate_webhook=1.0),
        Faults(reordered_callback=1.0),
        Faults(late_callback=1.0, late_seconds=0.1),
        Faults(drop_after_accepting=1.0, duplicate_callback=1.0, reordered_callback=1.0, duplicate_webhook=1.0),
    ],
    ids=["dropped", "500", "callbacks and webhooks twice", "callbacks reordered", "callbacks late", "all of it"],
)
def test_every_survey_is_finished_although_this_happens_to_every_text(town_of: OpenTown, faults: Faults) -> None:
    town = _asked(town_of, faults, *TALKATIVE)
    town.come_to_rest()
    _everybody_has_finished(town)


def test_every_survey_is_finished_although_twilio_takes_every_text_and_never_answers(
    town_of: OpenTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = partial(open_twilio_channel, send_timeout_seconds=0.2)
    monkeypatch.setattr("service.wiring.open_twilio_channel", impatient)
    town = _asked(town_of, Faults(hang_after_accepting=1.0, hang_seconds=1.0), *TALKATIVE)
    town.come_to_rest()
    _everybody_has_finished(town)


def _everybody_has_finished(town: Town) -> None:
    for tenant in TALKATIVE:
        assert len(town.phone(tenant.phone)) == 4
        assert town.landlord.conversation_with(tenant.phone).progress is Progress.COMPLETED
    assert {row.state for row in town.texts_in(*OutboxState)} == {OutboxState.DELIVERED}
    assert len(town.landlord.rows(InboundMessage)) == 9
    _nobody_was_texted_twice_and_nothing_is_lost(town)


@pytest.mark.parametrize(
    "faults",
    [
        Faults(too_many_requests=0.5),
        Faults(server_error=0.25),
        Faults(drop_before_accepting=0.25),
        Faults(
            too_many_requests=0.1,
            server_error=0.05,
            drop_before_accepting=0.05,
            server_error_after_accepting=0.1,
            drop_after_accepting=0.1,
            late_callback=0.1,
            duplicate_callback=0.1,
            reordered_callback=0.1,
            duplicate_webhook=0.1,
            late_seconds=0.05,
        ),
    ],
    ids=["429", "500", "dropped connections", "a bit of everything"],
)
def test_every_text_arrives_once_or_waits_for_a_person(town_of: OpenTown, faults: Faults) -> None:
    town = _asked(town_of, faults, *CROWD)
    town.come_to_rest()
    assert {row.state for row in town.texts_in(*OutboxState)} <= {OutboxState.DELIVERED, OutboxState.PARKED}
    finished = [t for t in CROWD if town.landlord.conversation_with(t.phone).progress is Progress.COMPLETED]
    assert len(finished) > len(CROWD) / 2
    assert all(town.landlord.texts_to(t.phone, OutboxState.PARKED) for t in CROWD if t not in finished)
    _nobody_was_texted_twice_and_nothing_is_lost(town)


def test_broken_off_sends_are_found_on_twilios_list_when_no_receipt_can_reach_us(town_of: OpenTown) -> None:
    town = town_of(*TALKATIVE, faults=Faults(drop_after_accepting=1.0))
    town.work()
    town.ask(ANN, JOE, FARAH)
    town.settle()
    assert {row.state for row in town.texts_in(*OutboxState)} == {OutboxState.UNKNOWN}
    town.landlord.wait(minutes=1)
    town.tick()
    town.settle()
    assert {town.landlord.conversation_with(tenant.phone).progress for tenant in TALKATIVE} == {Progress.PARTIAL}
    for _ in range(3):
        town.landlord.wait(minutes=1)
        town.tick()
        town.settle()
    _everybody_has_finished(town)
    _nobody_was_texted_twice_and_nothing_is_lost(town)


def test_what_twilio_never_had_is_sent_again_once_a_quarter_of_an_hour_later(town_of: OpenTown) -> None:
    town = _asked(town_of, Faults(drop_before_accepting=1.0), Tenant(ANN))
    town.landlord.wait(minutes=14)
    town.tick()
    town.settle()
    assert len(town.landlord.rows(Attempt)) == 1
    town.network.conditions.faults = Faults()
    town.landlord.wait(minutes=2)
    town.tick()
    town.settle()
    assert len(town.phone(ANN)) == 1
    assert [row.state for row in town.landlord.texts_to(ANN)] == [OutboxState.DELIVERED]


def test_what_breaks_off_twice_waits_for_a_person(town_of: OpenTown) -> None:
    town = _asked(town_of, Faults(drop_before_accepting=1.0), Tenant(ANN))
    town.come_to_rest()
    assert [row.state for row in town.landlord.texts_to(ANN)] == [OutboxState.PARKED]
    assert len(town.landlord.rows(Attempt)) == 2
    assert town.phone(ANN) == []


@pytest.mark.parametrize(("code", "next_survey_goes_out"), [(30003, True), (30005, False), (21211, False)])
def test_a_number_that_fails_ends_its_survey_and_a_dead_one_is_not_tried_again(
    town_of: OpenTown, code: int, next_survey_goes_out: bool
) -> None:
    town = _asked(town_of, Faults(), Tenant(ANN, failure=code), Tenant(JOE))
    assert town.landlord.conversation_with(ANN).progress is Progress.UNREACHABLE
    [first] = town.landlord.texts_to(ANN)
    assert first.state is (OutboxState.REJECTED if code == 21211 else OutboxState.UNDELIVERED)
    assert str(code) in (first.ended_reason or "")
    assert town.landlord.conversation_with(JOE).progress is Progress.DELIVERED

    [ann] = [row.tenant_ref for row in town.landlord.rows(TenantRow) if row.first_name == "Ann"]
    town.landlord.close("A2", [ann, town.landlord.tenant(MAREK)], title="Garden day")
    town.landlord.wait(days=1)
    town.tick()
    town.settle()
    assert len(town.landlord.texts_to(ANN)) == 1 + next_survey_goes_out
    assert town.phone(ANN) == []
    assert len(town.phone(MAREK)) == 1


def test_people_who_share_a_phone_get_one_text_between_them(town_of: OpenTown) -> None:
    town = town_of(Tenant(GWEN))
    town.serve()
    town.work()
    refs = [town.landlord.tenant(GWEN, first_name=name) for name in ("Gwen", "Marek")]
    town.landlord.close("A1", refs)
    town.tick()
    town.settle()
    [text] = town.phone(GWEN)
    assert text.startswith("Hi Gwen & Marek,")


def _asked(town_of: OpenTown, faults: Faults, *tenants: Tenant) -> Town:
    """A town on a bad network that has been asked about a coffee morning."""
    town = town_of(*tenants, faults=faults)
    town.serve()
    town.work()
    town.ask(*(tenant.phone for tenant in tenants))
    town.settle()
    return town


def _nobody_was_texted_twice_and_nothing_is_lost(town: Town) -> None:
    assert town.network.duplicates == ()
    assert town.network.untold == ()
    assert len(town.landlord.rows(InboundMessage)) == len(town.network.replies_sent)
