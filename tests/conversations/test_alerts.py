"""Alerts: raised once for every kind, and told at once to everybody on the rota, in ids alone."""

import pytest

from storage import inbox
from storage.models import Alert, OutboxMessage
from storage.models.outbox import RowClass
from tests.conversations.landlord import STRANGER, Landlord, system_text
from tests.rows import ANN

HAZARD = "yes but Joe Oakley next door says there is black mould in my bedroom"
ROTA = ("duty@derwent.example", "repairs@derwent.example")


@pytest.fixture
def mails(landlord: Landlord) -> list[OutboxMessage]:
    """The mails about a hazard that Ann mentions in her answer."""
    landlord.set_policy(alert_recipients=ROTA)
    landlord.survey_of(ANN)
    landlord.receive(ANN, HAZARD)
    return [row for row in landlord.rows(OutboxMessage) if row.channel == "mail"]


def test_everybody_on_the_rota_gets_one_mail(mails: list[OutboxMessage]) -> None:
    assert [(row.recipient, row.row_class) for row in mails] == [(address, RowClass.STAFF) for address in ROTA]


def test_an_alert_mail_holds_no_words_number_or_name_of_the_tenant(mails: list[OutboxMessage]) -> None:
    for mail in mails:
        written = f"{mail.subject}\n{mail.body}".lower()
        for personal in ("ann", "beech", "oakley", ANN, ANN[3:], "bedroom", "next door", "coffee morning"):
            assert personal.lower() not in written
        assert (mail.address_id, mail.conversation_id) == (None, None)


def test_an_alert_mail_says_where_to_read_and_how_to_take_it_on(mails: list[OutboxMessage]) -> None:
    assert "sowhat inbox show 1" in mails[0].body
    assert "sowhat inbox acknowledge 1" in mails[0].body
    assert "The tenant is being told by text" in mails[0].body


def test_the_tenant_is_answered_about_the_hazard_and_the_survey_goes_on(landlord: Landlord) -> None:
    landlord.survey_of(ANN)
    safety, question = landlord.talk(ANN, HAZARD)
    assert safety == system_text("damp_mould")
    assert question.startswith("What difference")


def test_one_message_raises_each_kind_once(landlord: Landlord) -> None:
    landlord.receive(STRANGER, "I can smell gas, gas everywhere, and there is black mould and damp")
    assert [row.kind for row in landlord.rows(Alert)] == ["damp_mould", "emergency_hazard"]


@pytest.mark.parametrize("moment", ["late", "completed", "queued"])
def test_a_hazard_is_found_whenever_it_comes(landlord: Landlord, moment: str) -> None:
    landlord.close("A1", [landlord.tenant(ANN)])
    landlord.launch()
    if moment != "queued":
        landlord.deliver()
    if moment == "completed":
        landlord.talk(ANN, "Yes", "A", "It was warm")
    if moment == "late":
        landlord.wait(days=8)
        landlord.tick()
    assert system_text("emergency_hazard") in landlord.talk(ANN, "I can smell gas")
    assert len(landlord.rows(Alert)) == 1


def mails_after(landlord: Landlord, *texts: str) -> int:
    """How many mails are queued in all once a stranger has sent these."""
    for text in texts:
        landlord.wait(seconds=1)
        landlord.receive(STRANGER, text)
    return len([row for row in landlord.rows(OutboxMessage) if row.channel == "mail"])


def test_who_reports_the_same_again_and_again_is_mailed_about_once_an_hour(landlord: Landlord) -> None:
    landlord.set_policy(alert_recipients=ROTA[:1])
    assert mails_after(landlord, *["I can smell gas"] * 20) == 1
    assert len(landlord.rows(Alert)) == 20
    landlord.wait(minutes=59)
    assert mails_after(landlord, "I can smell gas!") == 1
    landlord.wait(minutes=61)
    assert mails_after(landlord, "I can smell gas!!") == 2


def test_another_kind_another_sender_or_a_stop_is_mailed_about_at_once(landlord: Landlord) -> None:
    landlord.set_policy(alert_recipients=ROTA[:1])
    assert mails_after(landlord, "I can smell gas", "black mould on my wall", "STOP I can smell gas") == 3
    landlord.receive(ANN, "I can smell gas")
    assert mails_after(landlord) == 4


def test_once_somebody_has_taken_an_alert_on_the_next_is_mailed_about(landlord: Landlord) -> None:
    landlord.set_policy(alert_recipients=ROTA[:1])
    mails_after(landlord, "I can smell gas")
    with landlord.database.work() as work:
        [alert] = inbox.open_alerts(work)
        alert.acknowledged_at = landlord.now
    assert mails_after(landlord, "I can smell gas") == 2


def test_without_a_rota_the_alert_is_still_kept(landlord: Landlord) -> None:
    landlord.set_policy(alert_recipients=())
    landlord.receive(STRANGER, "I can smell gas")
    assert len(landlord.rows(Alert)) == 1
