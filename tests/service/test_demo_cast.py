"""The pretend tenants: what they text is read as they mean it, or the demo would blame the program for its script."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from flows.load import LIBRARY, load_flow
from flows.understanding import Status, Understanding, understand
from service.demo.cast import Cast, make_cast
from service.demo.clock import LeapingClock, last_tuesday_morning
from service.demo.manners import ANYTHING, Meaning
from simulator import Block, Edit, Reply, Tap

FLOW = load_flow(LIBRARY / "so-what.yaml")


def scripted(cast: Cast) -> Iterator[tuple[str, str, Meaning]]:
    """Every text of every script, with the language of the first person on its phone; a tap needs no reading."""
    languages = {person.mobile: person.language for person in reversed(cast.people)}
    for phone in cast.phones:
        for reply in phone.script:
            if isinstance(reply, Reply) and not isinstance(reply, Tap):
                assert isinstance(reply.meaning, Meaning)
                yield languages[phone.phone], reply.text, reply.meaning


def read(question: str, language: str, text: str) -> Understanding:
    return understand(FLOW.question(question).answer, (language, "en"), text)


@pytest.fixture(scope="module")
def cast() -> Cast:
    return make_cast(tenants=600, seed=5)


def test_every_scripted_answer_is_understood_as_it_is_meant(cast: Cast) -> None:
    for language, text, meaning in scripted(cast):
        if meaning.question is not None:
            reading = read(meaning.question, language, text)
            assert reading.status is Status.UNDERSTOOD, (language, text)
            assert meaning.value in (reading.value, ANYTHING), (language, text)
            assert list(reading.alerts) == ([meaning.alert] if meaning.alert else []), (language, text)


def test_every_scripted_stop_is_a_stop_and_every_unclear_reply_unclear(cast: Cast) -> None:
    for language, text, meaning in scripted(cast):
        if meaning.stop:
            assert read("words", language, text).command == "opt_out", (language, text)
        if meaning.unclear:
            assert read("worth", language, text).status in (Status.UNCLEAR, Status.NOT_UNDERSTOOD), (language, text)


def test_a_small_cast_has_every_kind_of_tenant() -> None:
    cast = make_cast(tenants=60, seed=1)
    meanings = [meaning for _, _, meaning in scripted(cast)]
    assert len({person.language for person in cast.people}) == 9
    assert any(meaning.stop for meaning in meanings)
    assert any(meaning.unclear for meaning in meanings)
    assert {"damp_mould", "safeguarding"} <= {meaning.alert for meaning in meanings}
    assert any(phone.failure for phone in cast.phones)
    assert any(not phone.script for phone in cast.phones)
    assert len(cast.phones) < len(cast.people)


def test_a_fifth_of_the_cast_is_in_chats_and_does_all_that_one_can_do_there() -> None:
    cast = make_cast(tenants=60, seed=1)
    chats = [phone for phone in cast.phones if phone.chat]
    assert len(chats) == 12
    lines = [line for chat in chats for line in chat.script]
    assert all(any(isinstance(line, kind) for line in lines) for kind in (Tap, Edit, Block))
    assert any(isinstance(line, Reply) and line.media for line in lines)
    assert sorted(person.chat for person in cast.people if person.chat) == sorted(chat.chat for chat in chats)


def test_the_same_seed_draws_the_same_cast_and_another_a_different_one() -> None:
    assert make_cast(50, seed=3) == make_cast(50, seed=3)
    assert make_cast(50, seed=3) != make_cast(50, seed=4)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), datetime(2026, 11, 17, 10, tzinfo=UTC)),
        (datetime(2026, 11, 17, 9, tzinfo=UTC), datetime(2026, 11, 10, 10, tzinfo=UTC)),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 6, 30, 9, tzinfo=UTC)),
        (datetime(2026, 10, 27, 0, 30, tzinfo=UTC), datetime(2026, 10, 20, 9, tzinfo=UTC)),
    ],
)
def test_the_demo_starts_on_a_past_tuesday_at_ten_in_london(now: datetime, morning: datetime) -> None:
    assert last_tuesday_morning(now, "Europe/London") == morning


def test_the_demos_clock_leaps_ahead_and_never_back() -> None:
    start = datetime(2026, 11, 17, 10, tzinfo=UTC)
    clock = LeapingClock(start)
    clock.leap_to(datetime(2026, 11, 19, 10, tzinfo=UTC))
    clock.leap_to(start)
    assert clock() >= datetime(2026, 11, 19, 10, tzinfo=UTC)
