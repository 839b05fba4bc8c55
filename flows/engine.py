"""The engine: a flow, where a conversation stands and a reply, in; the new state and what happened, out.

It does nothing itself: no message leaves, nothing is stored, no clock is read. The same arguments always give the
same result, so whole conversations can be replayed.
"""

from dataclasses import replace
from datetime import datetime

from flows.conversation import ConversationState, Event, Reply
from flows.flow import Flow
from flows.replies import take_reply
from flows.system_texts import SystemTexts
from flows.translations import languages_fit_to_send
from flows.turn import Turn

Step = tuple[ConversationState, tuple[Event, ...]]


def start(flow: Flow, texts: SystemTexts, state: ConversationState) -> Step:
    """Begin a conversation: the opening and the first question in one message.

    Args:
        flow: the flow, in the version this conversation is pinned to.
        texts: the system texts.
        state: a fresh state; its language must be one of the flow's (see `flows.translations.language_for`).

    Raises:
        KeyError: the flow has no text in the state's language, or a fact is missing.
    """
    turn = Turn(flow, texts, state)
    turn.say_opening()
    return turn.finish()


def remind(flow: Flow, texts: SystemTexts, state: ConversationState) -> Step:
    """Remind the tenant: a reminder and the open question in one message; nothing when no question is open."""
    turn = Turn(flow, texts, state)
    question = turn.open_question()
    if question is not None:
        turn.say("reminder")
        turn.repeat(question)
        turn.state = replace(turn.state, asked=max(turn.state.asked, 1))
    return turn.finish()


def advance(
    flow: Flow, texts: SystemTexts, state: ConversationState, reply: Reply, now: datetime, live: bool = True
) -> Step:
    """Take in one reply: alerts first, then STOP, other commands, and the answer.

    A reply after the end changes no answer unless it says that it corrects the last one; it is screened for alerts
    and commands, and else goes to a person.

    Args:
        flow: the flow, in the version this conversation is pinned to.
        texts: the system texts.
        state: where the conversation stands.
        reply: what the tenant wrote and when it was received.
        now: the time of this step, UTC. A reply said to come from the future is read as of now, so that a network's
            clock running ahead cannot turn a tenant's "today" into tomorrow.
        live: whether tenants get the messages; a draft translation is then never switched to.

    Returns:
        The new state, and the events in order: alerts, what was recorded, what is said (at most one message besides
        safety ones), and the end.

    Raises:
        KeyError: the state does not belong to this flow, or a fact is missing.
    """
    turn = Turn(flow, texts, state)
    take_reply(turn, replace(reply, received=min(reply.received, now)), languages_fit_to_send(flow, texts, live))
    return turn.finish()
