"""A conversation about the garden day, for tests that walk it with a few replies."""

from datetime import UTC, datetime

from flows.conversation import ConversationState, Event, Reply, Say
from flows.engine import advance, start
from flows.load import read_flow
from flows.system_texts import load_system_texts
from tests.flows.flow_source import GOOD_FLOW

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
FLOW = read_flow(GOOD_FLOW, "garden-day")
TEXTS = load_system_texts()
FACTS = {
    "first_name": "Gwen",
    "activity": "the garden day",
    "landlord": "Derwent Living",
    "phone": "01632 960 100",
}
INVITED = ConversationState("en", FACTS)


def text(key: str, language: str = "en") -> str:
    return TEXTS.text(language, key, FACTS)


def begun() -> ConversationState:
    return start(FLOW, TEXTS, INVITED)[0]


def after(*replies: str) -> tuple[ConversationState, tuple[Event, ...]]:
    """The state after these replies, and the events of the last one."""
    state = begun()
    events: tuple[Event, ...] = ()
    for reply in replies:
        state, events = advance(FLOW, TEXTS, state, Reply(reply, NOW), NOW)
    return state, events


def said(events: tuple[Event, ...]) -> list[str]:
    return [event.text for event in events if isinstance(event, Say)]
