"""The customer's account at the pretend Twilio: what a real customer reads off the console."""

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
