"""In a chat: links that tie it to a tenant, ready answers to tap, edits, and pictures."""

from datetime import timedelta

import pytest

from conversations.chat_links import NOT_LINKED
from conversations.chats import close_chat, move_chat
from conversations.inbound import MEDIA
from delivery.channel import Attachment, ChatClosed, ChatMoved
from flows.conversation import Reason
from storage import messages, outbox
from storage.models import Answer, InboundMessage, InboxItem
from storage.models.consultations import Progress
from storage.models.messages import Placement
from storage.models.outbox import OutboxState
from storage.models.people import AddressState
from tests.conversations.landlord import Landlord, flow_file, system_text
from tests.flows.flow_source import GOOD_FLOW
from tests.rows import ANN, JOE

CHAT, OTHER_CHAT = "7001", "7002"
VOICE = Attachment("voice", "file-1", "audio/ogg")


@pytest.fixture
def asked(landlord: Landlord) -> Landlord:
    """Ann has linked her chat, and the first question has arrived there."""
    landlord.set_policy(telegram=True)
    ann = landlord.tenant(ANN)
    landlord.link_chat(ann, CHAT)
    landlord.deliver()
    landlord.close("A1", [ann])
    landlord.launch()
    landlord.deliver()
    return landlord


def answers(landlord: Landlord) -> dict[str, object]:
    return {row.question_id: row.value for row in landlord.rows(Answer) if row.replaced_at is None}


def reasons(landlord: Landlord) -> list[str]:
    return [row.reason for row in landlord.rows(InboxItem)]


def test_whoever_opens_their_link_is_written_to_in_the_chat_and_not_by_sms(asked: Landlord) -> None:
    welcome, opening = asked.texts_to(CHAT)
    assert welcome.body == system_text("chat_linked")
    assert (opening.text_id, opening.state, opening.segments) == ("opening", OutboxState.DELIVERED, 0)
    assert asked.texts_to(ANN) == []


def test_nothing_is_said_of_what_replies_cost_where_they_cost_nothing(asked: Landlord) -> None:
    assert "text rate" not in asked.texts_to(CHAT)[-1].body
    assert "Reply STOP to opt out" in asked.texts_to(CHAT)[-1].body


def test_a_whole_survey_by_tapping_and_typing(asked: Landlord) -> None:
    [second] = asked.tap(CHAT, "Yes")
    assert "\nA " in second
    [noted] = asked.tap(CHAT, "I met people")
    assert noted == "Noted: I met people. Tap another, or Done."
    [third] = asked.tap(CHAT, "Done")
    assert asked.conversation_with(CHAT).question_id not in (None, "worth", "difference"), third
    [thanks] = asked.chat(CHAT, "It was lovely")
    assert asked.conversation_with(CHAT).progress is Progress.COMPLETED, thanks
    assert answers(asked)["worth"] is True
    assert answers(asked)["difference"] == ["people"]


def test_a_typed_answer_works_as_well_as_a_tap(asked: Landlord) -> None:
    asked.chat(CHAT, "y")
    asked.chat(CHAT, "a and b")
    assert answers(asked)["worth"] is True
    assert len(answers(asked)["difference"]) == 2  # type: ignore[arg-type]  # a list of options


def test_a_tap_on_an_old_button_changes_the_answer_to_its_own_question(asked: Landlord) -> None:
    no = asked.button(CHAT, "No")
    asked.tap(CHAT, "Yes")
    assert asked.tap(CHAT, "No", no) == [system_text("amended")]
    assert answers(asked) == {"worth": False}
    assert asked.conversation_with(CHAT).question_id == "difference"


def test_a_tap_on_the_same_old_button_changes_and_says_nothing(asked: Landlord) -> None:
    yes = asked.button(CHAT, "Yes")
    asked.tap(CHAT, "Yes")
    assert asked.tap(CHAT, "Yes", yes) == []
    assert answers(asked) == {"worth": True}


def test_a_repeated_tap_callback_changes_nothing(asked: Landlord) -> None:
    details = {"tapped": asked.button(CHAT, "Yes"), "channel_message_id": "callback:9"}
    assert asked.receive_in_chat(CHAT, "Yes", **details).placement is Placement.REPLY
    before = asked.count_rows()
    assert asked.receive_in_chat(CHAT, "Yes", **details).message_id is None
    assert asked.count_rows() == before


def test_of_several_options_a_thumb_that_taps_twice_takes_nothing_back(asked: Landlord) -> None:
    asked.tap(CHAT, "Yes")
    people = asked.button(CHAT, "I met people")
    asked.tap(CHAT, "I met people", people)
    assert asked.tap(CHAT, "I met people", people) == []
    assert answers(asked)["difference"] == ["people"]


def test_done_before_anything_was_picked_puts_the_question_again(asked: Landlord) -> None:
    asked.tap(CHAT, "Yes")
    [again] = asked.tap(CHAT, "Done")
    assert "I met people" in again
    assert asked.conversation_with(CHAT).question_id == "difference"


def test_a_tap_after_the_survey_was_finished_still_corrects_its_answer(asked: Landlord) -> None:
    no = asked.button(CHAT, "No")
    asked.tap(CHAT, "Yes")
    asked.chat(CHAT, "A")
    asked.chat(CHAT, "It was lovely")
    assert asked.tap(CHAT, "No", no) == [system_text("amended")]
    assert answers(asked)["worth"] is False
    assert asked.conversation_with(CHAT).progress is Progress.COMPLETED


def test_a_finished_survey_that_has_closed_is_corrected_no_more(asked: Landlord) -> None:
    no = asked.button(CHAT, "No")
    for reply in ("yes", "A", "It was lovely"):
        asked.chat(CHAT, reply, channel_message_id=f"7001:{reply}")
    asked.wait(days=60)
    assert asked.tap(CHAT, "No", no) == []
    assert asked.chat(CHAT, "no", channel_message_id="7001:yes:edit:1", edits="7001:yes") == []
    assert answers(asked)["worth"] is True


def test_a_tap_after_the_survey_has_closed_is_late_and_no_answer(asked: Landlord) -> None:
    yes = asked.button(CHAT, "Yes")
    asked.wait(days=8)
    asked.tick()
    assert asked.tap(CHAT, "Yes", yes) == [system_text("late")]
    assert answers(asked) == {}
    assert asked.rows(InboundMessage)[-1].placement is Placement.LATE


def test_a_tap_on_a_button_of_an_old_survey_never_answers_the_one_that_runs_now(asked: Landlord) -> None:
    old = asked.button(CHAT, "Yes")
    asked.wait(days=8)
    asked.tick()
    asked.close("A2", [asked.tenant(ANN, tenant_ref="T001")], title="Garden day")
    asked.launch()
    asked.deliver()
    asked.tap(CHAT, "Yes", old)
    assert answers(asked) == {}
    assert asked.conversation_with(CHAT).question_id == "worth"


@pytest.mark.parametrize(
    "data",
    ["", "1", "1:0", "1:0:0:0", "x:y:z", "1:9:0", "1:0:7", "1:0:-1", "1:-1:0", "999:0:0", "1:0:99999999999999999999"],
)
def test_what_no_button_of_ours_brings_back_answers_nothing(asked: Landlord, data: str) -> None:
    taken = asked.receive_in_chat(CHAT, "Yes", tapped=data)
    assert taken.placement is Placement.UNMATCHED
    assert answers(asked) == {}


def test_a_made_up_tap_on_a_question_that_was_not_put_answers_nothing(asked: Landlord) -> None:
    conversation = asked.conversation_with(CHAT).id
    assert asked.receive_in_chat(CHAT, "", tapped=f"{conversation}:1:0").placement is Placement.UNMATCHED
    assert answers(asked) == {}


def test_a_button_of_somebody_elses_conversation_answers_nothing(asked: Landlord) -> None:
    asked.receive_in_chat(OTHER_CHAT, "Yes", tapped=asked.button(CHAT, "Yes"))
    assert answers(asked) == {}


def test_a_button_tapped_in_an_old_message_is_kept_with_the_label_it_had(asked: Landlord) -> None:
    asked.receive_in_chat(CHAT, "", tapped=asked.button(CHAT, "Yes"))
    assert asked.rows(InboundMessage)[-1].text == "Yes"
    assert answers(asked) == {"worth": True}


def test_an_edit_of_a_reply_changes_the_answer_to_the_question_it_replied_to(asked: Landlord) -> None:
    asked.chat(CHAT, "yes", channel_message_id="7001:50")
    edit = {"channel_message_id": "7001:50:edit:1", "edits": "7001:50"}
    assert asked.chat(CHAT, "no", **edit) == [system_text("amended")]
    assert answers(asked) == {"worth": False}
    first, edited = asked.rows(InboundMessage)[-2:]
    assert (edited.edits_id, edited.question_id, edited.placement) == (first.id, "worth", Placement.REPLY)
    assert first.text == "yes"


def test_an_edit_of_an_unclear_reply_answers_the_question_that_still_waits(asked: Landlord) -> None:
    asked.chat(CHAT, "maybe", channel_message_id="7001:50")
    asked.chat(CHAT, "yes", channel_message_id="7001:50:edit:1", edits="7001:50")
    assert answers(asked) == {"worth": True}
    assert asked.conversation_with(CHAT).question_id == "difference"


def test_an_edit_that_is_not_clear_goes_to_a_person_and_changes_nothing(asked: Landlord) -> None:
    asked.chat(CHAT, "yes", channel_message_id="7001:50")
    assert asked.chat(CHAT, "maybe", channel_message_id="7001:50:edit:1", edits="7001:50") == []
    assert answers(asked) == {"worth": True}
    assert reasons(asked) == [Reason.AMEND]


@pytest.mark.parametrize(
    ("edited", "worth", "waits"),
    [
        ("no, please call me", False, "difference"),
        ("sorry I meant no", False, "difference"),
        ("skip", None, "difference"),
        ("back", True, "difference"),
        ("help", True, "difference"),
    ],
)
def test_a_command_in_an_edit_is_about_the_question_that_was_replied_to(
    asked: Landlord, edited: str, worth: bool | None, waits: str
) -> None:
    asked.chat(CHAT, "yes", channel_message_id="7001:50")
    asked.chat(CHAT, edited, channel_message_id="7001:50:edit:1", edits="7001:50")
    assert answers(asked) == {"worth": worth}
    assert asked.conversation_with(CHAT).question_id == waits


def test_an_edit_into_stop_is_a_stop(asked: Landlord) -> None:
    asked.chat(CHAT, "yes", channel_message_id="7001:50")
    edit = {"channel_message_id": "7001:50:edit:1", "edits": "7001:50"}
    assert asked.chat(CHAT, "stop", **edit) == [system_text("stop_confirmation")]
    assert asked.conversation_with(CHAT).progress is Progress.REFUSED


def test_words_in_reply_to_an_old_message_answer_the_question_in_it(asked: Landlord) -> None:
    asked.chat(CHAT, "yes")
    assert asked.chat(CHAT, "no", replies_to=asked.id_of(CHAT, "opening")) == [system_text("amended")]
    assert answers(asked) == {"worth": False}
    assert asked.conversation_with(CHAT).question_id == "difference"
    assert asked.rows(InboundMessage)[-1].question_id == "worth"


def test_words_in_reply_to_the_question_that_waits_are_like_any_words(asked: Landlord) -> None:
    asked.chat(CHAT, "yes", replies_to=asked.id_of(CHAT, "opening"))
    assert answers(asked) == {"worth": True}
    assert asked.conversation_with(CHAT).question_id == "difference"
    [again] = asked.chat(CHAT, "purple", replies_to=asked.id_of(CHAT, "ask:difference"))
    assert "I met people" in again


def test_words_in_reply_to_the_last_question_correct_its_answer_after_the_end_too(asked: Landlord) -> None:
    for reply in ("yes", "A", "It was lovely"):
        asked.chat(CHAT, reply)
    assert asked.chat(CHAT, "It was too long", replies_to=asked.id_of(CHAT, "ask:words")) == [system_text("amended")]
    assert answers(asked)["words"] == "It was too long"
    assert asked.conversation_with(CHAT).progress is Progress.COMPLETED


def test_unclear_words_in_reply_to_an_old_message_go_to_a_person(asked: Landlord) -> None:
    asked.chat(CHAT, "yes")
    assert asked.chat(CHAT, "hmm", replies_to=asked.id_of(CHAT, "opening")) == []
    assert answers(asked) == {"worth": True}
    assert reasons(asked) == [Reason.AMEND]


def test_stop_in_reply_to_any_message_is_a_stop(asked: Landlord) -> None:
    opening = asked.id_of(CHAT, "opening")
    asked.chat(CHAT, "yes")
    assert asked.chat(CHAT, "stop", replies_to=opening) == [system_text("stop_confirmation")]
    assert asked.conversation_with(CHAT).progress is Progress.REFUSED
    asked.chat(CHAT, "no", replies_to=opening)
    assert answers(asked) == {"worth": True}


def test_words_in_reply_to_what_put_no_question_are_about_the_one_that_waits(asked: Landlord) -> None:
    for replies_to in (asked.id_of(CHAT, "chat_linked"), "7001:1", "made up"):
        asked.receive_in_chat(CHAT, "help", replies_to=replies_to)
    asked.chat(CHAT, "yes", replies_to="7001:1")
    assert answers(asked) == {"worth": True}


def test_words_in_reply_to_somebody_elses_message_are_about_ones_own_question(asked: Landlord) -> None:
    asked.receive_in_chat(OTHER_CHAT, "yes", replies_to=asked.id_of(CHAT, "opening"))
    assert answers(asked) == {}


def test_an_edit_of_words_that_answered_nothing_answers_nothing(asked: Landlord) -> None:
    asked.receive_in_chat(CHAT, "hello", channel_message_id="7001:40", received_at=asked.now - timedelta(days=1))
    asked.chat(CHAT, "yes", channel_message_id="7001:40:edit:1", edits="7001:40")
    assert answers(asked) == {}


@pytest.mark.parametrize("text", ["stop", "/stop", "/STOP", "Stop all", "/stop@DerwentBot"])
def test_stop_in_a_chat_holds_on_the_phone_too_and_is_confirmed_once(asked: Landlord, text: str) -> None:
    assert asked.chat(CHAT, text) == [system_text("stop_confirmation")]
    assert asked.chat(CHAT, text) == []
    asked.close("A2", ["T001"], title="Garden day")
    [launched] = asked.launch()
    assert (launched.invited, dict(launched.left_out)) == (0, {"opted out": 1})


def test_stop_by_sms_ends_the_conversation_in_the_chat(asked: Landlord) -> None:
    assert asked.talk(ANN, "STOP") == [system_text("stop_confirmation")]
    assert asked.conversation_with(CHAT).progress is Progress.REFUSED
    assert asked.tap(CHAT, "Yes") == []
    assert answers(asked) == {}


def test_a_conversation_stays_on_the_channel_it_started_on(asked: Landlord) -> None:
    taken = asked.receive(ANN, "Yes")
    assert taken.placement is Placement.UNMATCHED
    asked.tap(CHAT, "Yes")
    assert answers(asked) == {"worth": True}
    assert {row.recipient for row in asked.texts_to(CHAT)} == {CHAT}


@pytest.mark.parametrize("caption", ["", "yes"])
def test_a_voice_note_is_kept_and_answered_kindly_and_breaks_nothing(asked: Landlord, caption: str) -> None:
    said = asked.chat(CHAT, caption, attachments=(VOICE,))
    assert reasons(asked) == [MEDIA]
    with asked.database.reading() as work:
        [kept] = messages.attachments_of(work, asked.rows(InboundMessage)[-1].id)
    assert (kept.kind, kept.reference, kept.content_type) == ("voice", "file-1", "audio/ogg")
    if caption:
        assert answers(asked) == {"worth": True}
    else:
        assert said == [system_text("media")]
        assert asked.chat(CHAT, "", attachments=(VOICE,)) == [], "a second one the same day is only kept"
        assert asked.conversation_with(CHAT).question_id == "worth"
        asked.tap(CHAT, "Yes")
        assert answers(asked) == {"worth": True}


def test_a_picture_by_sms_is_answered_kindly_too(landlord: Landlord) -> None:
    landlord.survey_of(JOE)
    landlord.receive(JOE, "", attachments=(Attachment("photo", "https://example.org/1", "image/jpeg"),))
    assert [body for _, body in landlord.deliver()] == [system_text("media")]
    assert landlord.talk(JOE, "Yes") != []


def test_a_link_works_once_and_for_one_chat(asked: Landlord) -> None:
    assert asked.chat(CHAT, "/start", link_token="a-token-from-a-letter") == []
    said = asked.chat(OTHER_CHAT, "/start", link_token="a-token-from-a-letter")
    assert said == [system_text(NOT_LINKED)]
    assert reasons(asked) == [NOT_LINKED]


def test_a_link_that_has_run_out_does_not_work(landlord: Landlord) -> None:
    landlord.set_policy(telegram=True)
    ann = landlord.tenant(ANN)
    landlord.link_chat(ann, CHAT)
    landlord.deliver()
    landlord.wait(days=91)
    assert landlord.chat(OTHER_CHAT, "/start", link_token="a-token-from-a-letter") == [system_text(NOT_LINKED)]


@pytest.mark.parametrize("token", ["", "made-up", None])
def test_a_chat_opened_without_a_link_of_ours_is_told_whom_to_ring(landlord: Landlord, token: str | None) -> None:
    landlord.set_policy(telegram=True)
    assert landlord.chat(CHAT, "/start", link_token=token) == [system_text(NOT_LINKED)]
    assert landlord.chat(CHAT, "/start", link_token=token) == [], "not more than once a day"


def test_chat_is_off_until_staff_switch_it_on(landlord: Landlord) -> None:
    ann = landlord.tenant(ANN)
    landlord.link_chat(ann, CHAT)
    assert landlord.deliver() == []
    landlord.close("A1", [ann])
    landlord.launch()
    assert [to for to, _ in landlord.deliver()] == [ANN]


def test_what_waits_to_leave_in_a_chat_waits_while_chat_is_switched_off(asked: Landlord) -> None:
    asked.set_policy(telegram=False)
    assert asked.tap(CHAT, "Yes") == []
    asked.set_policy(telegram=True)
    asked.wait(minutes=15)
    assert [to for to, _ in asked.deliver()] == [CHAT]


def test_starting_the_chat_lifts_an_earlier_stop_there_and_only_there(landlord: Landlord) -> None:
    landlord.set_policy(telegram=True)
    ann = landlord.tenant(ANN)
    landlord.talk(ANN, "STOP")
    landlord.wait(days=31)
    landlord.link_chat(ann, CHAT)
    assert [to for to, _ in landlord.deliver()] == [CHAT]
    landlord.close("A1", [ann])
    landlord.launch()
    assert [to for to, _ in landlord.deliver()] == [CHAT]
    landlord.set_policy(telegram=False)
    landlord.close("A2", [ann], title="Garden day")
    [launched] = landlord.launch()
    assert dict(launched.left_out) == {"opted out": 1}


def test_who_shuts_us_out_of_their_chat_is_asked_by_sms_next_time(asked: Landlord) -> None:
    close_chat(asked.database, ChatClosed("telegram", CHAT, asked.now))
    assert asked.address_of(CHAT).state is AddressState.UNREACHABLE
    asked.wait(days=8)
    asked.tick()
    asked.close("A2", ["T001"], title="Garden day")
    asked.launch()
    assert [to for to, _ in asked.deliver()] == [ANN]


def test_who_writes_in_their_chat_again_can_be_reached_there(asked: Landlord) -> None:
    close_chat(asked.database, ChatClosed("telegram", CHAT, asked.now))
    asked.tap(CHAT, "Yes")
    assert asked.address_of(CHAT).state is AddressState.USABLE
    assert answers(asked) == {"worth": True}


def test_news_that_a_chat_was_shut_is_old_when_somebody_has_written_since(asked: Landlord) -> None:
    shut_at = asked.now
    asked.chat(CHAT, "hello")
    close_chat(asked.database, ChatClosed("telegram", CHAT, shut_at))
    assert asked.address_of(CHAT).state is AddressState.USABLE


def test_who_was_taken_for_somebody_else_in_a_chat_can_open_their_own_link(asked: Landlord) -> None:
    joe = asked.tenant(JOE)
    asked.chat(CHAT, "wrong person")
    asked.link_chat(joe, CHAT, token="joes-own")
    asked.close("A2", [joe, "T001"], title="Garden day")
    asked.launch()
    assert sorted(to for to, _ in asked.deliver()) == sorted([ANN, CHAT, CHAT])


def test_whoever_starts_the_chat_again_after_a_stop_is_told_so(asked: Landlord) -> None:
    asked.chat(CHAT, "stop")
    assert asked.chat(CHAT, "/start", link_token="a-token-from-a-letter") == [system_text("chat_linked")]


def test_a_chat_that_moves_takes_its_conversation_and_what_waits_with_it(asked: Landlord) -> None:
    asked.wait(minutes=1)
    asked.receive_in_chat(CHAT, "yes")
    move_chat(asked.database, ChatMoved("telegram", CHAT, "-100500"))
    assert [to for to, _ in asked.deliver()] == ["-100500"]
    asked.chat("-100500", "A")
    assert set(answers(asked)) == {"worth", "difference"}


def test_a_stop_moves_with_the_chat(asked: Landlord) -> None:
    asked.chat(CHAT, "stop")
    move_chat(asked.database, ChatMoved("telegram", CHAT, "-100500"))
    asked.close("A2", ["T001"], title="Garden day")
    [launched] = asked.launch()
    assert dict(launched.left_out) == {"opted out": 1}


def test_a_stop_moves_with_the_chat_also_where_somebody_wrote_from_the_new_id_first(asked: Landlord) -> None:
    asked.chat(CHAT, "stop")
    asked.receive_in_chat("-100500", "hello?")
    move_chat(asked.database, ChatMoved("telegram", CHAT, "-100500"))
    move_chat(asked.database, ChatMoved("telegram", CHAT, "-100500"))
    asked.close("A2", ["T001"], title="Garden day")
    [launched] = asked.launch()
    assert dict(launched.left_out) == {"opted out": 1}


def test_a_move_of_a_chat_we_do_not_know_is_nothing_to_us(landlord: Landlord) -> None:
    before = landlord.count_rows()
    move_chat(landlord.database, ChatMoved("telegram", "1", "2"))
    close_chat(landlord.database, ChatClosed("telegram", "1", landlord.now))
    assert landlord.count_rows() == before


def test_who_is_silent_in_a_chat_is_reminded_there_once(asked: Landlord) -> None:
    asked.wait(days=4)  # past Sunday
    assert asked.tick() == (0, 1, 0)
    [(to, reminder)] = asked.deliver()
    assert (to, system_text("reminder") in reminder) == (CHAT, True)
    assert asked.texts_to(CHAT)[-1].buttons == asked.texts_to(CHAT)[-2].buttons


def test_a_hazard_in_a_chat_is_an_alert_like_any_other(asked: Landlord) -> None:
    asked.chat(CHAT, "I can smell gas")
    assert asked.conversation_with(CHAT).question_id == "worth"
    assert any(row.text_id == "emergency_hazard" for row in asked.texts_to(CHAT))


def test_one_of_several_options_and_the_steps_of_a_scale_are_tapped(landlord: Landlord) -> None:
    landlord.set_policy(telegram=True)
    landlord.survey = flow_file(GOOD_FLOW)
    ann = landlord.tenant(ANN)
    landlord.link_chat(ann, CHAT)
    landlord.close("A1", [ann])
    landlord.launch()
    landlord.deliver()
    landlord.tap(CHAT, "Yes")
    landlord.tap(CHAT, "New friends")
    assert landlord.tap(CHAT, "3 Good") == ["Thank you from Derwent Living."]
    assert answers(landlord) == {"worth": True, "gained": "people", "score": 3}


def test_what_no_longer_applies_after_an_earlier_answer_was_changed_is_not_asked(landlord: Landlord) -> None:
    landlord.set_policy(telegram=True)
    landlord.survey = flow_file(GOOD_FLOW)
    ann = landlord.tenant(ANN)
    landlord.link_chat(ann, CHAT)
    landlord.close("A1", [ann])
    landlord.launch()
    landlord.deliver()
    no = landlord.button(CHAT, "No")
    landlord.tap(CHAT, "Yes")
    [said] = landlord.tap(CHAT, "No", no)
    assert said.startswith(system_text("amended"))
    assert "How was it" in said
    assert landlord.conversation_with(CHAT).question_id == "score"


def test_a_tap_shows_that_a_message_of_which_nobody_knew_has_arrived(asked: Landlord) -> None:
    yes = asked.button(CHAT, "Yes")
    with asked.database.work() as work:
        opening = outbox.locked(work, asked.texts_to(CHAT)[-1].id)
        opening.state, opening.ended_reason = OutboxState.PARKED, "nobody can tell whether it was sent"
    asked.tap(CHAT, "Yes", yes)
    assert {row.state for row in asked.texts_to(CHAT)} == {OutboxState.DELIVERED}
    assert answers(asked) == {"worth": True}
