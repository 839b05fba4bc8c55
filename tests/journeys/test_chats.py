"""Tenants in chats, from the letter with the link to the digest, through real HTTP on both networks."""

from datetime import datetime

import pytest

from simulator import Block, Edit, Media, MediaKind, OptOutMode, Reply, Tap, Tenant
from storage.models import Answer, InboundMessage, InboxItem
from storage.models.consultations import Progress
from storage.models.outbox import OutboxState
from tests.conversations.landlord import system_text
from tests.journeys.conftest import OpenTown
from tests.journeys.town import Town, says, wait_until
from tests.rows import ANN, JOE

ANNS_CHAT, JOES_CHAT = "5000000001", "5000000002"
VOICE = Media(MediaKind.VOICE, "audio/ogg", b"OggS")


def answers(town: Town) -> dict[str, object]:
    return {row.question_id: row.value for row in town.landlord.rows(Answer) if row.replaced_at is None}


def begin(town: Town, **chats: str) -> None:
    """Let these tenants open their chats, and ask them about the coffee morning."""
    town.serve()
    town.work()
    town.let_telegram_post()
    refs = {name: town.landlord.tenant({"ann": ANN, "joe": JOE}[name]) for name in chats}
    for name, chat in chats.items():
        town.open_chat(refs[name], chat)
    town.settle()
    town.landlord.close("A1", list(refs.values()))
    town.landlord.launch()
    town.application.wake.set()
    town.settle()


def test_a_survey_in_a_chat_from_the_letter_to_the_thanks(town_of: OpenTown) -> None:
    script = (
        None,
        Tap("Yes", delay_seconds=0),
        Tap("I met people", delay_seconds=0),
        Tap("I had a say", delay_seconds=0),
        Tap("Done", delay_seconds=0),
        Reply("More of these please", delay_seconds=0),
    )
    town = town_of(Tenant(ANN, script, chat=ANNS_CHAT))
    begin(town, ann=ANNS_CHAT)

    assert answers(town) == {"worth": True, "difference": ["people", "say"], "words": "More of these please"}
    assert town.landlord.conversation_with(ANNS_CHAT).progress is Progress.COMPLETED
    assert town.phone(ANNS_CHAT)[0] == system_text("chat_linked")
    assert town.phone(ANN) == []
    assert (town.network.duplicates, town.network.untold, town.network.unanswered_taps) == ((), (), ())


def test_second_thoughts_in_reply_to_the_old_message(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN, (None, Reply("yes", delay_seconds=0)), chat=ANNS_CHAT))
    begin(town, ann=ANNS_CHAT)
    town.network.act(ANNS_CHAT, Reply("no", replies_back=1))
    town.settle()
    assert answers(town) == {"worth": False}
    assert town.phone(ANNS_CHAT)[-1] == system_text("amended")


def test_second_thoughts_by_an_old_button_and_by_an_edit(town_of: OpenTown) -> None:
    town = town_of(
        Tenant(
            ANN,
            (None, Tap("Yes", delay_seconds=0), Tap("No", delay_seconds=0, back=1)),
            chat=ANNS_CHAT,
        ),
        Tenant(JOE, (None, Reply("yes", delay_seconds=0), Edit("no", delay_seconds=0)), chat=JOES_CHAT),
    )
    begin(town, ann=ANNS_CHAT, joe=JOES_CHAT)
    in_force = [row for row in town.landlord.rows(Answer) if row.replaced_at is None]
    assert [(row.question_id, row.value) for row in in_force] == [("worth", False)] * 2
    for chat in (ANNS_CHAT, JOES_CHAT):
        assert town.phone(chat)[-1] == system_text("amended")
        assert town.landlord.conversation_with(chat).question_id == "difference"


def test_a_voice_note_is_answered_kindly_and_the_survey_goes_on(town_of: OpenTown) -> None:
    script = (None, Reply("", media=(VOICE,), delay_seconds=0), Tap("Yes", delay_seconds=0))
    town = town_of(Tenant(ANN, script, chat=ANNS_CHAT))
    begin(town, ann=ANNS_CHAT)
    assert system_text("media") in town.phone(ANNS_CHAT)
    assert answers(town) == {"worth": True}
    assert [row.reason for row in town.landlord.rows(InboxItem)] == ["media"]


def test_who_blocks_the_bot_before_the_survey_is_asked_by_sms(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN, (Block(delay_seconds=0), Reply("Yes", delay_seconds=0)), chat=ANNS_CHAT))
    begin(town, ann=ANNS_CHAT)
    assert len(town.phone(ANNS_CHAT)) == 1
    assert len(town.phone(ANN)) == 2
    assert answers(town) == {"worth": True}


def test_who_is_gone_when_the_survey_comes_is_asked_by_sms_instead(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN, says(None, "Yes"), chat=ANNS_CHAT))
    town.serve()
    town.work()
    town.let_telegram_post()
    ref = town.landlord.tenant(ANN)
    town.open_chat(ref, ANNS_CHAT)
    town.settle()
    town.go_down()
    town.network.act(ANNS_CHAT, Block(delay_seconds=0))  # Telegram can tell us only when we are back
    town.landlord.close("A1", [ref])
    town.landlord.launch()
    town.work()
    wait_until(lambda: town.landlord.texts_to(ANNS_CHAT)[-1].state is OutboxState.REJECTED, "Telegram did not refuse")
    town.serve()
    town.tick()
    town.settle()
    assert len(town.phone(ANN)) == 2
    assert answers(town) == {"worth": True}


def test_stop_in_a_chat_is_confirmed_once_and_holds_on_the_phone(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN, (None, Reply("/stop", stop=True, delay_seconds=0)), chat=ANNS_CHAT))
    begin(town, ann=ANNS_CHAT)
    assert town.phone(ANNS_CHAT)[-1] == system_text("stop_confirmation")
    town.landlord.close("A2", ["T001"], title="Garden day")
    [launched] = town.landlord.launch()
    assert dict(launched.left_out) == {"opted out": 1}
    town.settle()
    assert len(town.network.texts_after_stop) == 1, "the confirmation alone"


def test_what_was_said_in_a_chat_while_we_were_down_is_taken_in_at_the_time_it_was_said(town_of: OpenTown) -> None:
    town = town_of(Tenant(ANN, chat=ANNS_CHAT))
    begin(town, ann=ANNS_CHAT)
    town.go_down()
    said_at: datetime = town.landlord.now
    town.network.act(ANNS_CHAT, Reply("yes", delay_seconds=0))
    town.landlord.wait(minutes=50)
    town.serve()
    town.work()
    town.settle()
    assert answers(town) == {"worth": True}
    assert town.landlord.rows(InboundMessage)[-1].received_at == said_at.replace(microsecond=0)


@pytest.mark.parametrize("mode", OptOutMode)
def test_a_stop_in_a_chat_is_confirmed_by_us_whatever_twilio_answers_itself(
    town_of: OpenTown, mode: OptOutMode
) -> None:
    town = town_of(Tenant(ANN, (None, Reply("STOP", delay_seconds=0)), chat=ANNS_CHAT), mode=mode)
    begin(town, ann=ANNS_CHAT)
    assert [message.body for message in town.network.received(ANNS_CHAT)][-1] == system_text("stop_confirmation")
