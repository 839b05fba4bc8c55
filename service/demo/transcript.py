"""One conversation of the demo as a page: what the tenant's phone showed, word for word."""

from collections import Counter
from pathlib import Path

from jinja2 import Environment, PackageLoader

from service.demo.cast import Cast, Meaning
from simulator import PhoneNetwork


def telling_phone(network: PhoneNetwork, cast: Cast) -> str:
    """The phone of an English speaker who was unclear once, and texted most; of any English speaker if nobody was."""
    english = {person.mobile for person in cast.people if person.language == "en"}
    replies = [reply for reply in network.replies_sent if reply.phone in english]
    texted = Counter(reply.phone for reply in replies)
    unclear = Counter(reply.phone for reply in replies if isinstance(reply.meaning, Meaning) and reply.meaning.unclear)
    return max(sorted(texted), key=lambda phone: (unclear[phone] == 1, texted[phone]))


def save_transcript(network: PhoneNetwork, cast: Cast, landlord: str, path: Path) -> None:
    """Write a telling conversation to `path` as a page that looks like a phone."""
    phone = telling_phone(network, cast)
    pages = Environment(loader=PackageLoader("service.demo"), autoescape=True)
    page = pages.get_template("conversation.html.jinja").render(
        messages=network.conversation(phone), phone=phone, landlord=landlord
    )
    path.write_text(page, encoding="utf-8")
