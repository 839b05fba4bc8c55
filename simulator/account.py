"""The customer's accounts: what a real customer reads off Twilio's console, and is told by Telegram's BotFather."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Account:
    """One account with one UK number.

    `sid` is `AC` and 32 hex digits; `auth_token` both opens the API and signs every request to the customer;
    `number` is the E.164 number that sends and receives. With `messaging_service_sid` (`MG` and 32 hex digits)
    the number also belongs to that Messaging Service. `pounds_per_segment` is the price in GBP of one segment
    sent, `pounds_per_segment_in` of one received.
    """

    sid: str
    auth_token: str = field(repr=False)
    number: str
    messaging_service_sid: str | None = None
    pounds_per_segment: Decimal = Decimal("0.04")
    pounds_per_segment_in: Decimal = Decimal("0.0075")


@dataclass(frozen=True)
class BotAccount:
    """One bot at the pretend Telegram.

    `token` opens its API: the bot's numeric id, a colon and a secret. `username` ends in "bot", as Telegram demands,
    and is what links are made of: `t.me/<username>?start=…`.
    """

    token: str = field(repr=False)
    username: str
    first_name: str = "Pretend bot"

    @property
    def id(self) -> int:
        """The bot's user id."""
        return int(self.token.split(":")[0])
