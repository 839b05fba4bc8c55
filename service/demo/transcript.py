"""One conversation of the demo as a page: what the tenant's phone showed, word for word."""

from collections import Counter
from pathlib import Path

from jinja2 import Environment, PackageLoader

from service.demo.cast import Cast
from service.demo.manners import Meaning
from simulator import PhoneNetwork
from simulator.records import Kind


def telling_phone(network: PhoneNetwork, cast: Cast) -> str:
    """The phone of an English speaker who was unclear once, and texted most; of any English speaker if nobody was."""
    english = {person.mobile for person in cast.people if person.language == "en"}
    replies = [reply for reply in network.replies_sent if reply.phone in english]
    texted = Counter(reply.phone for reply in replies)
    unclear = Counter(reply.phone for reply in replies if isinstance(reply.meaning, Meaning) and reply.meaning.unclear)
    return max(sorted(texted), key=lambda phone: (unclear[phone] == 1, texted[phone]))


def telling_chat(network: PhoneNetwork, cast: Cast) -> str | None:
    """The chat of an English speaker who tapped most; of whoever tapped most if no English speaker did."""
    english = {person.chat for person in cast.people if person.language == "en"}
    tapped = Counter(reply.phone for reply in network.replies_sent if reply.kind is Kind.TAP)
    return max(sorted(tapped), key=lambda chat: (chat in english, tapped[chat]), default=None)


def save_transcripts(network: PhoneNetwork, cast: Cast, landlord: str, folder: Path) -> None:
    """Write a telling conversation by SMS and one in a chat into `folder`, as pages that look like a phone."""
    _save(network, telling_phone(network, cast), landlord, folder / "conversation.html")
    chat = telling_chat(network, cast)
    if chat is not None:
        _save(network, chat, landlord, folder / "chat.html")


def _save(network: PhoneNetwork, address: str, landlord: str, path: Path) -> None:
    pages = Environment(loader=PackageLoader("service.demo"), autoescape=True)
    page = pages.get_template("conversation.html.jinja").render(
        messages=network.conversation(address), address=address, landlord=landlord
    )
    path.write_text(page, encoding="utf-8")
