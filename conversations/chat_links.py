"""Tying a chat to a tenant: whoever opens the link from their landlord and presses Start is that tenant."""

from conversations.arrival import Arrival
from conversations.opting_out import opt_in
from conversations.outside import OutsideMessage
from conversations.recording import hand_to_person
from conversations.rules import ConversationRules
from storage import chat_links, people
from storage.database import Work
from storage.policy import current_policy

NOT_LINKED = "chat_not_linked"
"""Why a person must look: somebody opened a link that has run out, or that another chat has used."""

_START = "start"


def is_start_of_chat(work: Work, arrival: Arrival) -> bool:
    """Whether somebody has just opened the chat, with a link or by looking for the bot themselves."""
    if arrival.inbound.link_token is not None:
        return True
    is_bare_start = arrival.inbound.text.startswith("/") and arrival.words.casefold() == _START
    return is_bare_start and not people.people_at(work, arrival.address.id)


def start_chat(work: Work, arrival: Arrival, rules: ConversationRules) -> None:
    """Tie the chat to the tenant of its link, or say that this could not be done.

    The button that opens a chat says Start, so whoever presses it wants to be written to there: it counts as a START
    from this chat, and from no other address.
    """
    tenant_id = _use_link(work, arrival)
    if tenant_id is None:
        if arrival.inbound.link_token is not None:
            hand_to_person(work, arrival, NOT_LINKED)
        OutsideMessage(work, arrival, rules).say_once_a_day(NOT_LINKED)
        return
    people.move_to_chat(work, tenant_id, arrival.address)
    was_opted_out = opt_in(work, arrival)
    # Said once for a link, however often it is opened; but whoever had stopped hears that this is over.
    cause = f"chat_linked:{arrival.message_id}" if was_opted_out else f"chat_linked:{arrival.address.id}:{tenant_id}"
    OutsideMessage(work, arrival, rules).say("chat_linked", cause=cause, first_name=_first_name(work, tenant_id))


def _use_link(work: Work, arrival: Arrival) -> int | None:
    token = arrival.inbound.link_token
    if token is None or not current_policy(work).telegram:
        return None
    return chat_links.use(work, token, arrival.address.id, arrival.now)


def _first_name(work: Work, tenant_id: int) -> str:
    return people.tenant_by_id(work, tenant_id).first_name
