"""What holds texts back: trial mode, quiet hours and the spending cap; and what nothing may hold back."""

from datetime import UTC, datetime, timedelta

from simulator import OptOutMode, Tenant
from storage.models import OptOut
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from tests.conversations.landlord import system_text
from tests.journeys.conftest import OpenTown
from tests.journeys.town import says
from tests.rows import ANN, FARAH, JOE, MAREK

FRIDAY_EVENING = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
SATURDAY_AT_NINE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_trial_mode_texts_team_numbers_and_nobody_else_whatever_they_say(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN, says("Yes", "A", "friends")), Tenant(JOE), Tenant(FARAH), trial_mode=True)
    town.landlord.set_policy(team_numbers=(ANN,))
    town.serve()
    town.work()
    town.ask(ANN, JOE, FARAH)
    town.settle()
    town.network.text_from(JOE, "please stop texting me")
    town.network.text_from(FARAH, "my flat is full of black mould")
    town.network.text_from(MAREK, "hello")
    town.settle()
    assert len(town.phone(ANN)) == 4
    assert {message.recipient for message in town.network.messages} == {ANN}
    assert town.landlord.conversation_with(JOE).progress is Progress.UNREACHABLE
    assert len(town.landlord.rows(OptOut)) == 1
    assert [mail["To"] for mail in town.office.mails()] == ["duty@derwent.example"]


def test_in_quiet_hours_no_survey_begins_but_a_reply_is_answered(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN), Tenant(JOE, says("Yes")))
    town.serve()
    town.work()
    town.ask(ANN)
    town.settle()
    town.landlord.clock.now = FRIDAY_EVENING
    town.landlord.close("A2", [town.landlord.tenant(JOE)], title="Garden day")
    town.tick()
    town.network.text_from(ANN, "Yes")
    town.settle()
    assert len(town.phone(ANN)) == 2
    assert town.phone(JOE) == []
    assert [(row.held_reason, row.due_at) for row in town.landlord.texts_to(JOE)] == [("quiet hours", SATURDAY_AT_NINE)]

    town.landlord.clock.now = SATURDAY_AT_NINE - timedelta(seconds=1)
    town.tick()
    town.settle()
    assert town.phone(JOE) == []
    town.landlord.clock.now = SATURDAY_AT_NINE
    town.tick()
    town.settle()
    assert len(town.phone(JOE)) == 2


def test_the_spending_cap_holds_everything_but_a_stop_confirmation_until_it_is_raised(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN, says("Yes")), Tenant(JOE), Tenant(FARAH), mode=OptOutMode.DISABLED)
    town.ask(ANN, JOE, FARAH)
    segments = {row.segments for row in town.texts_in(OutboxState.QUEUED)}
    assert len(segments) == 1
    town.landlord.set_policy(spending_cap_pence=2 * segments.pop() * 4)
    town.serve()
    town.work()
    town.settle()
    assert sorted(len(town.phone(mobile)) for mobile in (ANN, JOE, FARAH)) == [0, 1, 1]
    assert {row.held_reason for row in town.texts_in(OutboxState.QUEUED)} == {"spending cap reached"}

    town.network.text_from(JOE, "please stop texting me")
    town.settle()
    assert town.phone(JOE)[-1] == system_text("stop_confirmation")

    town.landlord.set_policy(spending_cap_pence=5_000)
    town.landlord.wait(minutes=20)
    town.tick()
    town.settle()
    assert (len(town.phone(ANN)), len(town.phone(FARAH))) == (2, 1)


def test_a_second_survey_waits_until_the_first_has_ended(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN))
    town.serve()
    town.work()
    town.ask(ANN)
    town.landlord.close("A2", [town.landlord.tenant(ANN)], title="Garden day")
    town.tick()
    town.settle()
    assert len(town.phone(ANN)) == 1
    for reply in ("Yes", "A", "friends"):
        town.landlord.wait(minutes=1)
        town.network.text_from(ANN, reply)
        town.settle()
    town.tick()
    town.settle()
    assert len(town.phone(ANN)) == 5
    assert "Garden day" in town.phone(ANN)[-1]


def test_a_survey_that_has_closed_keeps_a_late_reply_and_says_so_once(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN))
    town.serve()
    town.work()
    town.ask(ANN)
    town.settle()
    town.landlord.wait(days=8)
    town.tick()
    town.settle()
    before = len(town.phone(ANN))
    for reply in ("Yes", "it was lovely"):
        town.network.text_from(ANN, reply)
        town.settle()
    assert town.phone(ANN)[before:] == [system_text("late")]
    assert town.landlord.count_rows()["answer"] == 0
    assert town.landlord.conversation_with(ANN).progress is Progress.EXPIRED
