"""What a chat network tells of a chat itself: that it goes by another id, or that the person has shut us out."""

from delivery.channel import ChatClosed, ChatMoved
from storage import chats, messages, people
from storage.database import Database, Work
from storage.models.people import AddressState


def move_chat(database: Database, moved: ChatMoved) -> None:
    """Go on with the person at the chat's new id; of a chat we do not know there is nothing to do."""

    def follow(work: Work) -> None:
        address = people.known_address(work, moved.channel, moved.old)
        if address is not None:
            chats.move(work, address, moved.new)

    database.retrying(follow)


def close_chat(database: Database, closed: ChatClosed) -> None:
    """Start nothing more in a chat that the person has shut us out of. Their other addresses stay open.

    They may have written since: what is told of chats does not always come in order.
    """
    with database.work() as work:
        address = people.known_address(work, closed.channel, closed.address)
        if address is None or messages.has_written_since(work, address.id, closed.at):
            return
        if address.state is AddressState.USABLE:
            address.state = AddressState.UNREACHABLE
