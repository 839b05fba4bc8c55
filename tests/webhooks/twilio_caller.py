"""Twilio as a caller: real HTTP to a real server, signed by Twilio's published algorithm, written out here."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from itertools import count
from urllib.parse import urlencode

from tests.given import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER, PUBLIC_BASE_URL
from tests.rows import ANN
from tests.webhooks.caller import Answer, Caller

INBOUND, STATUS = "/webhooks/twilio/inbound", "/webhooks/twilio/status"
FORM_TYPE = "application/x-www-form-urlencoded"

Fields = Sequence[tuple[str, str]]

_numbers = count(1)


def sign(path: str, fields: Fields, query: str = "", auth_token: str = AUTH_TOKEN) -> str:
    """HMAC-SHA1, keyed by the token, of the public address and every field's name and value in order.

    Source: Twilio docs, "Webhooks security", "Validating signatures from Twilio".
    """
    address = PUBLIC_BASE_URL + path + (f"?{query}" if query else "")
    signed = address + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def text_fields(text: str, sender: str = ANN, sid: str | None = None) -> list[tuple[str, str]]:
    """The form of an inbound text, with an id of its own unless one is given."""
    return [
        ("MessageSid", sid or new_sid()),
        ("AccountSid", ACCOUNT_SID),
        ("From", sender),
        ("To", OUR_NUMBER),
        ("Body", text),
        ("NumMedia", "0"),
    ]


def new_sid() -> str:
    """A message id that nobody has used."""
    return f"SM{next(_numbers):032x}"


class TwilioCaller:
    """Posts as Twilio does, to the server on a port of this machine."""

    def __init__(self, port: int) -> None:
        self._caller = Caller(port)

    def text(self, text: str, sender: str = ANN, sid: str | None = None) -> Answer:
        """Hand over an inbound text."""
        return self.post(INBOUND, text_fields(text, sender, sid))

    def report(self, sid: str, status: str, attempt: str | None = None, error_code: str | None = None) -> Answer:
        """Report the fate of a text of ours."""
        fields = [("MessageSid", sid), ("MessageStatus", status)]
        if error_code is not None:
            fields.append(("ErrorCode", error_code))
        return self.post(STATUS, fields, query="" if attempt is None else f"attempt={attempt}")

    def post(self, path: str, fields: Fields, query: str = "") -> Answer:
        """Post a form with the right signature."""
        return self.post_raw(path, urlencode(fields).encode(), sign(path, fields, query), query)

    def post_raw(
        self, path: str, body: bytes, signature: str | None, query: str = "", content_type: str = FORM_TYPE
    ) -> Answer:
        """Post any bytes with any signature, or with none."""
        headers = {"Content-Type": content_type}
        if signature is not None:
            headers["X-Twilio-Signature"] = signature
        return self._caller.ask("POST", path + (f"?{query}" if query else ""), body, headers)
