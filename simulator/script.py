"""What pretend tenants do, line by line, when a message reaches them."""

from dataclasses import dataclass

from simulator.media import Media


@dataclass(frozen=True)
class Reply:
    """Words typed and sent, a photo or voice note, or both.

    `meaning` is the caller's own and comes back with the reply once it is sent. `stop` says that the words ask to
    be left alone, in whatever language. `delay_seconds` is how long the tenant takes, before the network's pace
    is applied; None draws 5 to 300 seconds from the network's seed. A phone sends any number of `media` as an MMS,
    a chat one at a time. In a chat `replies_back` marks the words as a reply to a message with buttons: the newest, 0,
    or the one so many before it.
    """

    text: str
    meaning: object = None
    stop: bool = False
    delay_seconds: float | None = None
    media: tuple[Media, ...] = ()
    replies_back: int | None = None


@dataclass(frozen=True)
class Tap(Reply):
    """A tap on a button, found by its label (`text`) or its place (`index`, from 0).

    The buttons are those of the message that is answered, or of one with buttons that came `back` such messages
    before. Where there is no such button, as on a phone, the label is typed.
    """

    index: int | None = None
    back: int = 0


@dataclass(frozen=True)
class Edit(Reply):
    """New words for a text sent earlier: the last one, or the one `back` before it. A phone can only send them anew."""

    back: int = 0


@dataclass(frozen=True)
class Start:
    """The link `t.me/<bot>?start=<payload>` opened and Start pressed; without `payload`, Start alone.

    It unblocks a blocked bot. Source: Telegram's "Bot features: deep linking". A phone knows no such thing.
    """

    payload: str = ""
    delay_seconds: float | None = None


@dataclass(frozen=True)
class Block:
    """The bot blocked, or removed from a group. A phone knows no such thing."""

    delay_seconds: float | None = None


@dataclass(frozen=True)
class Move:
    """A group made into a supergroup, with the chat id `to`. A phone knows no such thing."""

    to: str
    delay_seconds: float | None = None


Line = Reply | Start | Block | Move
